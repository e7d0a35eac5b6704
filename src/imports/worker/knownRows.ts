import type { EntityManager } from "typeorm";
import type { KnownMapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { writeBulkChange } from "../../numbers/mappings/bulkChanges.ts";
import { changeEach } from "../../numbers/mappings/changeEach.ts";
import type { RowChange } from "../../numbers/mappings/changeEach.ts";
import { lockRows } from "../../numbers/mappings/editRows.ts";
import type { EditableRow } from "../../numbers/mappings/editRows.ts";
import { writeMappingChanges } from "../../numbers/mappings/mappingChanges.ts";
import { findKnownMappings } from "../../numbers/mappings/knownNumbers.ts";
import { changedFields } from "../../numbers/mappings/rules/patch.ts";
import type { MappingInvalidations } from "../../numbers/types.ts";
import type { Store } from "../../store/types.ts";
import { differencesOf, isUpdatable, saysMore, updateOf } from "../rows/differences.ts";
import type { ImportRow } from "../rows/row.ts";
import type { ResultRow } from "../job/types.ts";
import type { Item } from "./readItems.ts";

/** Rows of a batch that say more than a number: these may differ from what is stored. */
export const speakingRows = (items: readonly Item[]): readonly ImportRow[] =>
  items.flatMap((item) => (item.kind === "number" && saysMore(item.value) ? [item.value] : []));

/** Each once. */
export const numbersOfRows = (rows: readonly ImportRow[]): readonly PhoneNumber[] => [
  ...new Set(rows.map(({ realNumber }) => realNumber)),
];

/** Known numbers of a batch, and the locked mappings of those that the batch may update. */
export interface HeldNumbers {
  readonly known: ReadonlyMap<string, KnownMapping>;
  readonly rows: ReadonlyMap<string, EditableRow>;
}

/**
 * The stored data of the numbers of the rows. Those that an update would change are locked; `lockFirst` takes the
 * locks that come before those of mappings.
 */
export async function holdKnown(
  manager: EntityManager,
  rows: readonly ImportRow[],
  lockFirst: () => Promise<void>,
): Promise<HeldNumbers> {
  const known = await findKnownMappings(manager, numbersOfRows(rows));
  const ids = new Set<number>();
  for (const row of rows) {
    const stored = known.get(row.realNumber);
    if (stored !== undefined && differencesOf(row, stored).some(isUpdatable)) ids.add(stored.id);
  }
  if (ids.size === 0) return { known, rows: new Map() };
  await lockFirst();
  const locked = await lockRows(manager, [...ids], false);
  const held = new Map(
    locked.flatMap((row) => (row.realNumber === null ? [] : [[row.realNumber, row] as const])),
  );
  // As they are now that they are locked.
  const current = await findKnownMappings(manager, [...held.keys()]);
  return { known: new Map([...known, ...current]), rows: held };
}

interface Updating {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
  readonly importId: number;
  /** `import` writes the values of the file, `undo` those that were stored before. */
  readonly by: "import" | "undo";
  readonly nowMs: number;
}

/** Changes mappings within the caller's transaction, with their histories and all caches. */
export async function changeKnown(
  manager: EntityManager,
  changes: readonly RowChange[],
  { store, invalidations, importId, by, nowMs }: Updating,
): Promise<void> {
  if (changes.length === 0) return;
  const numbers = changes.map(({ row }) => row.proxyNumber);
  await invalidations.prepare(numbers);
  await changeEach(manager, changes, nowMs);
  await writeMappingChanges(manager, changes, nowMs);
  const byFields = new Map<string, number[]>();
  for (const { row, patch } of changes) {
    const fields = changedFields(patch).join();
    byFields.set(fields, [...(byFields.get(fields) ?? []), row.id]);
  }
  const actor = { kind: by, id: importId, name: "" };
  for (const [fields, ids] of byFields)
    await writeBulkChange(manager, { atMs: nowMs, what: "changed", fields: fields.split(","), actor }, ids);
  store.afterCommit(() => void invalidations.announce(numbers));
}

/** The changes that the results of a batch name. */
export const updatesOf = (results: readonly ResultRow[], held: HeldNumbers): readonly RowChange[] =>
  results.flatMap(({ code, realNumber, differences = [] }) => {
    if (code !== "UPDATED") return [];
    const row = held.rows.get(realNumber);
    if (row === undefined) throw new Error("A number to be updated is not locked.");
    return [{ row, patch: updateOf(differences, "file") }];
  });
