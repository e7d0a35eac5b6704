import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/rules/rights.ts";
import { undoSteps } from "./rules/before.ts";
import type { UndoStep } from "./rules/before.ts";
import { changedFields } from "./rules/patch.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { duplicateKey } from "../../store/errors.ts";
import { number, rowOf } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import type { Store } from "../../store/types.ts";
import {
  MappingChangedError,
  MappingReleasedError,
  MappingUnknownError,
  RealNumberTakenError,
} from "../errors.ts";
import { writeBulkChange } from "./bulkChanges.ts";
import { changeRows, lockRows, releaseRows, restoreRow } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";
import { writeMappingChanges, writeStateChanges } from "./mappingChanges.ts";
import { nextMappings } from "./search.ts";
import { judgeNewReal, releasedNumber } from "./realNumbers.ts";
import { readIdCursor, writeIdCursor } from "./idCursor.ts";
import type { BulkAction, MappingEditor, MappingFilter, MappingSearch } from "./types.ts";
import { lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import type { MappingDetails, MappingAnnouncements } from "../types.ts";

interface MappingEditorParts {
  readonly store: Store;
  readonly search: Pick<MappingSearch, "find">;
  readonly announcements: Pick<MappingAnnouncements, "prepare" | "announce">;
  readonly clock: { nowMs(): number };
}

interface EditOptions {
  /** Rejects if the mapping has changed since; null: do not care. */
  readonly seenUpdatedAtMs?: number | null;
  /** Whether the counts of pools change. */
  readonly needsPools?: boolean;
  /** Locks that come before those of pools and mappings. */
  readonly before?: (manager: EntityManager) => Promise<void>;
}

/** Mappings per transaction; they are locked for its duration. */
const batchSize = 500;
const defaultBulkMs = 20_000;

export function createMappingEditor({
  store,
  search,
  announcements,
  clock,
}: MappingEditorParts): MappingEditor {
  /** One transaction; its numbers are held in the shared cache before the commit and announced afterwards. */
  async function edit(
    ids: readonly number[],
    work: (manager: EntityManager, rows: readonly EditableRow[]) => Promise<readonly EditableRow[]>,
    { needsPools = false, before }: EditOptions = {},
  ): Promise<{ readonly seen: readonly EditableRow[]; readonly changed: readonly EditableRow[] }> {
    let announced: Promise<void> | undefined;
    const result = await store.transaction(async (manager) => {
      await before?.(manager);
      const seen = await lockRows(manager, ids, needsPools);
      const changed = await work(manager, seen);
      const numbers = changed.map(({ proxyNumber }) => proxyNumber);
      if (numbers.length > 0) {
        await announcements.prepare(numbers);
        store.afterCommit(() => {
          announced = announcements.announce(numbers);
        });
      }
      return { seen, changed };
    });
    await announced;
    return result;
  }

  /** A change without effect also counts as done. `by`: the actor in the histories of the mappings. */
  const apply =
    (action: BulkAction, by: Actor | null = null, atMs = clock.nowMs()) =>
    async (manager: EntityManager, rows: readonly EditableRow[]): Promise<readonly EditableRow[]> => {
      const inUse = rows.filter(({ state }) => state !== "quarantined");
      const changed =
        action.kind === "release"
          ? await releaseRows(manager, inUse, atMs)
          : await changeRows(manager, inUse, action.patch, atMs);
      if (action.kind === "release") await writeStateChanges(manager, changed, "quarantined", atMs);
      else {
        const { patch } = action;
        await writeMappingChanges(
          manager,
          changed.map((row) => ({ row, patch })),
          atMs,
        );
      }
      if (by !== null) {
        const what = action.kind === "release" ? "released" : "changed";
        const fields = action.kind === "release" ? [] : changedFields(action.patch);
        const ids = changed.map(({ id }) => id);
        await writeBulkChange(manager, { atMs, what, fields, actor: by }, ids);
      }
      return changed;
    };

  async function one(
    id: number,
    work: (manager: EntityManager, rows: readonly EditableRow[]) => Promise<readonly EditableRow[]>,
    { seenUpdatedAtMs = null, ...options }: EditOptions = {},
  ): Promise<MappingDetails> {
    await edit(
      [id],
      async (manager, rows) => {
        const [row] = rows;
        if (!row) throw new MappingUnknownError();
        if (seenUpdatedAtMs !== null && row.updatedAt !== seenUpdatedAtMs) throw new MappingChangedError();
        if (row.state === "quarantined") throw new MappingReleasedError();
        return work(manager, rows);
      },
      options,
    );
    const details = await search.find(id);
    if (!details) throw new MappingUnknownError();
    return details;
  }

  async function nextIds(filter: MappingFilter, afterId: number): Promise<readonly number[]> {
    const rows = await store.read((manager) =>
      plainRows(
        nextMappings(manager, filter, afterId, batchSize).select("m.id", "id"),
        rowOf({ id: number }),
      ),
    );
    return rows.map(({ id }) => id);
  }

  return {
    async update(id, { realNumber, ...patch }, seen = {}) {
      try {
        return await one(
          id,
          async (manager, rows) => {
            const atMs = clock.nowMs();
            const changed = await apply({ kind: "change", patch }, null, atMs)(manager, rows);
            const [row] = rows;
            if (realNumber === undefined || !row || row.realNumber === realNumber) return changed;
            await changeRealNumber(manager, row.id, realNumber, atMs);
            return rows;
          },
          { ...seen, ...(realNumber !== undefined && { before: lockPoolsAgainstNewNumbers }) },
        );
      } catch (error) {
        throw duplicateKey(error) === "real_phone" ? new RealNumberTakenError() : error;
      }
    },

    release: (id, seen = {}) => one(id, apply({ kind: "release" }), { ...seen, needsPools: true }),

    async restore(id) {
      await edit(
        [id],
        async (manager, rows) => {
          const [row] = rows;
          if (!row) throw new MappingUnknownError();
          const realNumber = await releasedNumber(manager, row, clock.nowMs());
          await judgeNewReal(manager, realNumber);
          const nowMs = clock.nowMs();
          const state = await restoreRow(manager, row, realNumber, nowMs);
          await writeStateChanges(manager, [row], state, nowMs);
          return rows;
        },
        { needsPools: true, before: lockPoolsAgainstNewNumbers },
      );
      const details = await search.find(id);
      if (!details) throw new MappingUnknownError();
      return details;
    },

    async bulk(filter, action, options = {}) {
      const { by = null, after = null, forMs = defaultBulkMs, keepBefore = false } = options;
      const before: UndoStep[] = [];
      const endsAtMs = clock.nowMs() + forMs;
      let lastId = after === null ? 0 : readIdCursor(after);
      let changedCount = 0;
      let unchanged = 0;
      for (;;) {
        const ids = await nextIds(filter, lastId);
        const last = ids.at(-1);
        if (last === undefined) return { changed: changedCount, unchanged, next: null, before };
        const atMs = clock.nowMs();
        const { seen, changed } = await edit(ids, apply(action, by, atMs), {
          needsPools: action.kind === "release",
        });
        if (keepBefore && action.kind === "change") before.push(...undoSteps(changed, action.patch, atMs));
        changedCount += changed.length;
        unchanged += seen.length - changed.length;
        lastId = last;
        if (clock.nowMs() >= endsAtMs && ids.length === batchSize) {
          return { changed: changedCount, unchanged, next: writeIdCursor(lastId), before };
        }
      }
    },

    async undo(steps, by) {
      const sums = { changed: 0, unchanged: 0 };
      for (const { ids, patch, changedAtMs } of steps) {
        const { changed } = await edit(ids, (manager, rows) =>
          apply({ kind: "change", patch }, by)(
            manager,
            rows.filter(({ updatedAt }) => updatedAt === changedAtMs),
          ),
        );
        sums.changed += changed.length;
        sums.unchanged += ids.length - changed.length;
      }
      return sums;
    },
  };
}

async function changeRealNumber(
  manager: EntityManager,
  id: number,
  realNumber: PhoneNumber,
  nowMs: number,
): Promise<void> {
  await judgeNewReal(manager, realNumber);
  await manager.update(PhoneMapping, { id }, { realPhone: realNumber, updatedAt: nowMs });
}
