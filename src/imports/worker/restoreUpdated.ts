import type { EntityManager } from "typeorm";
import type { RowChange } from "../../numbers/mappings/changeEach.ts";
import { lockRows } from "../../numbers/mappings/editRows.ts";
import type { EditableRow } from "../../numbers/mappings/editRows.ts";
import { findKnownMappings } from "../../numbers/mappings/knownNumbers.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { ResultRow } from "../job/types.ts";
import { readResult } from "../job/resultPieces.ts";
import { readProgress, updateImport } from "../job/importTable.ts";
import { isUpdatable, updateOf } from "../rows/differences.ts";
import type { Difference } from "../rows/differences.ts";
import { leaseMs, owning, smallBatch, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { changeKnown } from "./knownRows.ts";

/** Gives the mappings that the import updated their former values. Resumes where it stopped. Throws as `owning`. */
export async function restoreUpdated(parts: JobParts, job: Job): Promise<void> {
  const { store, clock } = parts;
  const { counts, undoAfterRow } = await untilStored(clock, job, () =>
    store.read((manager) => readProgress(manager, job.importId)),
  );
  if (counts.updated === 0) return;
  for await (const rows of readResult(store, job.importId, undoAfterRow)) {
    const updated = rows.filter(({ code }) => code === "UPDATED");
    for (let start = 0; start < updated.length; start += smallBatch) {
      job.signal.throwIfAborted();
      await restoreBatch(parts, job, updated.slice(start, start + smallBatch));
    }
  }
}

function restoreBatch(parts: JobParts, job: Job, updated: readonly ResultRow[]): Promise<void> {
  const { store, invalidations, clock } = parts;
  const { importId } = job;
  return owning({ store, clock }, job, "undoing", async (manager, { undo, undoAfterRow, counts }) => {
    const lastRow = updated.at(-1)?.row ?? 0;
    // The commit had succeeded, but its response was lost.
    if (undoAfterRow >= lastRow) return;
    const nowMs = clock.nowMs();
    const changes = await restorable(manager, updated);
    await changeKnown(manager, changes, { store, invalidations, importId, by: "undo", nowMs });
    const undoRestored = undo.restored + changes.length;
    const undoUnrestored = undo.unrestored + updated.length - changes.length;
    const progress = Math.min(1, (undoRestored + undoUnrestored) / (counts.updated + counts.created));
    const patch = { undoAfterRow: lastRow, undoRestored, undoUnrestored, progress };
    await updateImport(manager, importId, { ...patch, leaseUntilMs: nowMs + leaseMs }, nowMs);
  });
}

/** Only a mapping that has all the values that the import stored gets those from before it. */
async function restorable(
  manager: EntityManager,
  updated: readonly ResultRow[],
): Promise<readonly RowChange[]> {
  const numbers = updated.map(({ realNumber }) => realNumber).filter(isPhoneNumber);
  const known = await findKnownMappings(manager, numbers);
  const locked = await lockRows(
    manager,
    [...known.values()].map(({ id }) => id),
    false,
  );
  const rows = new Map<string | null, EditableRow>(locked.map((row) => [row.realNumber, row]));
  return updated.flatMap(({ realNumber, proxyNumber, differences = [] }) => {
    const row = rows.get(realNumber);
    const made = differences.filter(isUpdatable);
    if (row?.proxyNumber !== proxyNumber || !made.every((one) => hasValue(row, one))) return [];
    return [{ row, patch: updateOf(made, "ours") }];
  });
}

function hasValue(row: EditableRow, { field, file }: Difference): boolean {
  switch (field) {
    case "label":
    case "reference":
      return row[field] === file;
    case "expiry":
      return row.expiresAtMs === file;
    default:
      return false;
  }
}
