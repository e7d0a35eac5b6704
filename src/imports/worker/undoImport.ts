import { MoreThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { discardRows, lockRows } from "../../numbers/mappings/editRows.ts";
import type { EditableRow } from "../../numbers/mappings/editRows.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { number, rowOf } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import { updateImport } from "../job/importTable.ts";
import { leaseMs, owning, smallBatch } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { restoreUpdated } from "./restoreUpdated.ts";

/**
 * Removes the mappings the import created, except those that a call has used and those released since, and gives those
 * it updated their former values, except what was changed since. Resumes where it stopped. Throws as `owning`.
 */
export async function undoImport(parts: JobParts, job: Job): Promise<void> {
  await restoreUpdated(parts, job);
  for (let more = true; more;) {
    job.signal.throwIfAborted();
    more = await undoBatch(parts, job);
  }
  await owning(parts, job, "undoing", (manager, { undo, counts, beforeUndo }) => {
    const nowMs = parts.clock.nowMs();
    // A mapping whose quarantine is over no longer exists, but it was created and released.
    const undoReleased = Math.max(0, counts.created - undo.removed - undo.kept);
    const failure = beforeUndo?.failure ?? null;
    const rest = {
      leaseOwner: null,
      leaseUntilMs: null,
      finishedAtMs: nowMs,
      remainingMs: null,
      progress: 1,
    };
    return updateImport(manager, job.importId, { state: "undone", undoReleased, failure, ...rest }, nowMs);
  });
}

/** Resolves to whether there may be more. */
function undoBatch({ store, invalidations, clock }: JobParts, job: Job): Promise<boolean> {
  const { importId } = job;
  return owning({ store, clock }, job, "undoing", async (manager, { undo, undoAfterId, counts }) => {
    const made = await manager.find(PhoneMapping, {
      select: { id: true },
      where: { importId, id: MoreThan(undoAfterId) },
      order: { id: "ASC" },
      take: smallBatch,
    });
    const last = made.at(-1);
    if (!last) return false;
    const rows = await lockRows(
      manager,
      made.map(({ id }) => id),
      true,
    );
    const held = rows.filter(({ realNumber }) => realNumber !== null);
    const used = await findUsed(manager, held);
    const removed = held.filter(({ id }) => !used.has(id));
    const numbers = removed.map(({ proxyNumber }) => proxyNumber);
    const nowMs = clock.nowMs();
    if (removed.length > 0) {
      await invalidations.prepare(numbers);
      await discardRows(manager, removed, nowMs);
      store.afterCommit(() => void invalidations.announce(numbers));
    }
    const undoRemoved = undo.removed + removed.length;
    const undoKept = undo.kept + used.size;
    const undoReleased = undo.released + rows.length - held.length;
    const done = undoRemoved + undoKept + undoReleased;
    const all = counts.created + counts.updated;
    const restored = undo.restored + undo.unrestored;
    const progress = all === 0 ? 1 : Math.min(1, (done + restored) / all);
    const patch = { undoAfterId: last.id, undoRemoved, undoKept, undoReleased, progress };
    await updateImport(manager, importId, { ...patch, leaseUntilMs: nowMs + leaseMs }, nowMs);
    return true;
  });
}

/** Mappings that a call has used since their creation, or is using now. Earlier calls to the proxy number do not count. */
async function findUsed(manager: EntityManager, rows: readonly EditableRow[]): Promise<ReadonlySet<number>> {
  if (rows.length === 0) return new Set();
  // SQL: it checks for hundreds of mappings at once whether a call has used them.
  const used = await selectRows(
    manager,
    rowOf({ id: number }),
    `SELECT m.id FROM phone_mappings m WHERE m.id IN (${placeholders(rows)}) AND (m.first_used_at IS NOT NULL OR EXISTS
       (SELECT 1 FROM call_logs c WHERE c.fake_phone = m.fake_phone AND c.call_timestamp >= m.created_at))`,
    rows.map(({ id }) => id),
  );
  return new Set(used.map(({ id }) => id));
}
