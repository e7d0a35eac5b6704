import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import { MappingChange } from "../../store/entities/mappings.ts";
import type { MappingState } from "../../values/mapping.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { fieldChanges } from "./rules/fieldChanges.ts";
import type { FieldChange } from "../../values/fieldChange.ts";
import type { EditableRow } from "./editRows.ts";
import type { MappingPatch } from "./rules/patch.ts";

/** Few enough for SQLite's parameter limit. */
const rowsAtOnce = 400;

/** Records the new values of changed rows, in the transaction of the change. */
export async function writeMappingChanges(
  manager: EntityManager,
  rows: readonly { readonly row: EditableRow; readonly patch: MappingPatch }[],
  atMs: number,
): Promise<void> {
  await writeChanges(
    manager,
    rows.flatMap(({ row, patch }) =>
      fieldChanges(row, patch, atMs).map((change) => ({ id: row.id, change })),
    ),
    atMs,
  );
}

/** Records that these rows change their state, in the transaction of a release or of its undo. */
export const writeStateChanges = (
  manager: EntityManager,
  rows: readonly EditableRow[],
  after: MappingState,
  atMs: number,
): Promise<void> =>
  writeChanges(
    manager,
    rows.map(({ id, state: before }) => ({ id, change: { field: "state", before, after } })),
    atMs,
  );

/** The states of released mappings before their release, as far as they are known. */
export async function readFormerStates(
  manager: EntityManager,
  released: readonly EditableRow[],
): Promise<ReadonlyMap<number, string | null>> {
  if (released.length === 0) return new Map();
  const rows = await manager.find(MappingChange, {
    where: {
      mappingId: In(released.map(({ id }) => id)),
      at: In([...new Set(released.map(({ updatedAt }) => updatedAt))]),
      field: "state",
      after: "quarantined",
    },
    order: { id: "ASC" },
  });
  return new Map(rows.map(({ mappingId, before }) => [mappingId, before]));
}

async function writeChanges(
  manager: EntityManager,
  changes: readonly { readonly id: number; readonly change: FieldChange }[],
  atMs: number,
): Promise<void> {
  const at = toDatabaseTime(atMs);
  const values = changes.map(({ id, change: { field, before, after } }) => [id, at, field, before, after]);
  // SQL, because a bulk change writes thousands of rows in each transaction.
  for (let from = 0; from < values.length; from += rowsAtOnce) {
    const some = values.slice(from, from + rowsAtOnce);
    await execute(
      manager,
      `INSERT INTO mapping_changes (mapping_id, at, field, value_before, value_after) VALUES ${tuples(some, "(?, ?, ?, ?, ?)")}`,
      some.flat(),
    );
  }
}

/** The changes of a mapping at these times. */
export async function readMappingChanges(
  manager: EntityManager,
  mappingId: number,
  atMs: readonly number[],
): Promise<ReadonlyMap<number, readonly FieldChange[]>> {
  const found = new Map<number, FieldChange[]>();
  if (atMs.length === 0) return found;
  const rows = await manager.find(MappingChange, {
    where: { mappingId, at: In([...atMs]) },
    order: { id: "ASC" },
  });
  for (const { at, field, before, after } of rows)
    found.set(at, [...(found.get(at) ?? []), { field, before, after }]);
  return found;
}
