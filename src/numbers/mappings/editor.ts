import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/rules/rights.ts";
import { undoSteps } from "./rules/before.ts";
import type { UndoStep } from "./rules/before.ts";
import { changedFields } from "./rules/patch.ts";
import type { BulkAction } from "./rules/patch.ts";
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
import { batchSize, createEditBatch } from "./editBatch.ts";
import type { EditOptions, EditWork } from "./editBatch.ts";
import { changeRows, releaseRows } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";
import { writeMappingChanges, writeStateChanges } from "./mappingChanges.ts";
import { nextMappings } from "./search.ts";
import { judgeNewReal } from "./realNumbers.ts";
import { restoreRows } from "./restoreRows.ts";
import { toPolicy } from "./rows.ts";
import { readIdCursor, writeIdCursor } from "./idCursor.ts";
import type { MappingEditor, MappingFilter, MappingSearch } from "./types.ts";
import { createBulkUndo } from "./undoBulk.ts";
import { lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import type { MappingDetails, MappingInvalidations } from "../types.ts";

interface MappingEditorParts {
  readonly store: Store;
  readonly search: Pick<MappingSearch, "find">;
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
  readonly clock: { nowMs(): number };
}

interface OneOptions extends EditOptions {
  /** Rejects if the mapping has changed since; null: do not care. */
  readonly seenUpdatedAtMs?: number | null;
}

const defaultBulkMs = 20_000;
/** Calls wait while an answer with many more is written. */
const defaultMostSteps = 5000;

export function createMappingEditor({
  store,
  search,
  invalidations,
  clock,
}: MappingEditorParts): MappingEditor {
  const edit = createEditBatch({ store, invalidations });

  /** A change without effect also counts as done. `by`: the actor in the histories of the mappings. */
  const apply =
    (action: BulkAction, by: Actor | null = null, atMs = clock.nowMs()): EditWork =>
    async (manager, rows) => {
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
    work: EditWork,
    { seenUpdatedAtMs = null, ...options }: OneOptions = {},
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
        throw orTaken(error);
      }
    },

    release: (id, seen = {}) => one(id, apply({ kind: "release" }), { ...seen, needsPools: true }),

    async restore(id) {
      await edit(
        [id],
        async (manager, rows) => {
          const [row] = rows;
          if (!row) throw new MappingUnknownError();
          const { restored, refused } = await restoreRows(manager, rows, clock.nowMs());
          const refusal = refused.get(row.id);
          if (refusal !== undefined) throw refusal;
          return restored;
        },
        { needsPools: true, before: lockPoolsAgainstNewNumbers },
      ).catch((error: unknown) => {
        throw orTaken(error);
      });
      const details = await search.find(id);
      if (!details) throw new MappingUnknownError();
      return details;
    },

    async bulk(filter, action, options = {}) {
      const { by = null, after = null, keepBefore = false } = options;
      const { forMs = defaultBulkMs, mostSteps = defaultMostSteps } = options;
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
        if (keepBefore) before.push(...undoSteps(changed.map(beforeOf), action, atMs));
        changedCount += changed.length;
        unchanged += seen.length - changed.length;
        lastId = last;
        const isEnough = clock.nowMs() >= endsAtMs || before.length >= mostSteps;
        if (isEnough && ids.length === batchSize) {
          return { changed: changedCount, unchanged, next: writeIdCursor(lastId), before };
        }
      }
    },

    undo: createBulkUndo({ edit, clock }),
  };
}

/** Another pool may just have allocated a proxy number to the real number. */
const orTaken = (error: unknown): unknown =>
  duplicateKey(error) === "real_phone" ? new RealNumberTakenError() : error;

const beforeOf = ({ callerIdPolicy, callerIdNumber, ...row }: EditableRow) => ({
  ...row,
  callerIdPolicy: toPolicy(callerIdPolicy, callerIdNumber),
});

async function changeRealNumber(
  manager: EntityManager,
  id: number,
  realNumber: PhoneNumber,
  nowMs: number,
): Promise<void> {
  await judgeNewReal(manager, realNumber);
  await manager.update(PhoneMapping, { id }, { realPhone: realNumber, updatedAt: nowMs });
}
