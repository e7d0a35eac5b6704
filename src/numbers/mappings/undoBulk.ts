import type { Actor } from "../../access/rules/rights.ts";
import { duplicateKey } from "../../store/errors.ts";
import { lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import { writeBulkChange } from "./bulkChanges.ts";
import { changeEach } from "./changeEach.ts";
import { batchSize } from "./editBatch.ts";
import type { EditBatch, EditWork } from "./editBatch.ts";
import { wouldChange } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";
import { writeMappingChanges } from "./mappingChanges.ts";
import { restoreRows } from "./restoreRows.ts";
import type { UndoStep } from "./rules/before.ts";
import { changedFields } from "./rules/patch.ts";
import type { MappingPatch } from "./rules/patch.ts";
import type { MappingEditor } from "./types.ts";

interface UndoParts {
  readonly edit: EditBatch;
  readonly clock: { nowMs(): number };
}

/** One mapping of a step. `patch` null: it was released. */
interface Undone {
  readonly id: number;
  readonly changedAtMs: number;
  readonly patch: MappingPatch | null;
}

const maxTries = 3;

/** Steps share transactions: after a bulk change of labels, each mapping may have a step of its own. */
export function createBulkUndo({ edit, clock }: UndoParts): MappingEditor["undo"] {
  const changeBack =
    (wanted: readonly Undone[], actor: Actor): EditWork =>
    async (manager, rows) => {
      const atMs = clock.nowMs();
      const changes = untouched(rows, wanted).flatMap(({ row, patch }) =>
        patch === null || row.state === "quarantined" || !wouldChange(row, patch, atMs)
          ? []
          : [{ row, patch }],
      );
      await changeEach(manager, changes, atMs);
      await writeMappingChanges(manager, changes, atMs);
      for (const [names, ids] of idsByFields(changes)) {
        const fields = names.split(",");
        await writeBulkChange(manager, { atMs, what: "changed", fields, actor }, ids);
      }
      return changes.map(({ row }) => row);
    };

  const giveBack =
    (wanted: readonly Undone[], actor: Actor): EditWork =>
    async (manager, rows) => {
      const atMs = clock.nowMs();
      const released = untouched(rows, wanted)
        .map(({ row }) => row)
        .filter(({ state }) => state === "quarantined");
      const { restored } = await restoreRows(manager, released, atMs);
      const ids = restored.map(({ id }) => id);
      await writeBulkChange(manager, { atMs, what: "restored", fields: [], actor }, ids);
      return restored;
    };

  /** Resolves to the number of changed mappings. */
  async function undoBatch(wanted: readonly Undone[], actor: Actor, releases: boolean): Promise<number> {
    const ids = [...new Set(wanted.map(({ id }) => id))];
    const work = releases ? giveBack(wanted, actor) : changeBack(wanted, actor);
    for (let tries = 1; ; tries += 1) {
      try {
        const options = releases ? { needsPools: true, before: lockPoolsAgainstNewNumbers } : {};
        return (await edit(ids, work, options)).changed.length;
      } catch (error) {
        // Another pool has just allocated a proxy number to one of the real numbers; the next try sees it.
        if (duplicateKey(error) !== "real_phone" || tries === maxTries) throw error;
      }
    }
  }

  return async (steps, by) => {
    const wanted = steps.flatMap(undoneBy);
    let changed = 0;
    for (const releases of [true, false]) {
      const some = wanted.filter(({ patch }) => (patch === null) === releases);
      for (let start = 0; start < some.length; start += batchSize)
        changed += await undoBatch(some.slice(start, start + batchSize), by, releases);
    }
    return { changed, unchanged: wanted.length - changed };
  };
}

/** Those that have not changed since. */
function untouched(rows: readonly EditableRow[], wanted: readonly Undone[]) {
  const patches = new Map(wanted.map(({ id, changedAtMs, patch }) => [`${id} ${changedAtMs}`, patch]));
  return rows.flatMap((row) => {
    const patch = patches.get(`${row.id} ${row.updatedAt}`);
    return patch === undefined ? [] : [{ row, patch }];
  });
}

const undoneBy = ({ ids, undo, changedAtMs }: UndoStep): readonly Undone[] =>
  ids.map((id) => ({ id, changedAtMs, patch: undo.kind === "restore" ? null : undo.patch }));

function idsByFields(
  changes: readonly { readonly row: EditableRow; readonly patch: MappingPatch }[],
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { row, patch } of changes) {
    const names = changedFields(patch).join(",");
    found.set(names, [...(found.get(names) ?? []), row.id]);
  }
  return found;
}
