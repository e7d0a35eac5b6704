import { LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import type { RecordedActor } from "../../access/rules/rights.ts";
import { BulkChange as BulkChangeTable, BulkChangedMapping } from "../../store/entities/mappings.ts";
import type { BulkChangeRow } from "../../store/entities/mappings.ts";
import { number } from "../../store/row.ts";

/** One batch of a bulk change, as shown in the history of each mapping. */
interface BulkChange {
  readonly atMs: number;
  readonly what: "changed" | "erased" | "released" | "restored";
  /** Names of the changed fields, as in the API. */
  readonly fields: readonly string[];
  /** Of an import or its undo: the kind `import` or `undo`, with the ID of the import. */
  readonly actor: RecordedActor;
}

/** As recorded, perhaps by a later version. */
export interface RecordedBulkChange extends Omit<BulkChange, "what"> {
  readonly id: number;
  readonly what: string;
}

/** In the transaction of the change, so that both are committed together. */
export async function writeBulkChange(
  manager: EntityManager,
  { atMs, what, fields, actor }: BulkChange,
  mappingIds: readonly number[],
): Promise<void> {
  if (mappingIds.length === 0) return;
  const made = await manager.insert(BulkChangeTable, {
    at: atMs,
    what,
    fields: fields.join(","),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name.slice(0, 100),
  });
  // One row was inserted, so this is its ID on either database.
  const bulkChangeId = number(made.identifiers[0]?.["id"]);
  await manager.insert(
    BulkChangedMapping,
    mappingIds.map((mappingId) => ({ mappingId, bulkChangeId })),
  );
}

/** For one mapping, newest first. `before`: only changes older than this ID. */
export async function readBulkChanges(
  manager: EntityManager,
  mappingId: number,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly RecordedBulkChange[]> {
  const changed = manager
    .createQueryBuilder(BulkChangedMapping, "changed")
    .innerJoinAndSelect("changed.bulkChange", "change")
    .where({ mappingId })
    .orderBy("changed.bulkChangeId", "DESC")
    .limit(limit);
  if (before !== null) changed.andWhere({ bulkChangeId: LessThan(before) });
  const rows = await changed.getMany();
  return rows.flatMap(({ bulkChange }) => (bulkChange === undefined ? [] : [toBulkChange(bulkChange)]));
}

function toBulkChange(row: BulkChangeRow): RecordedBulkChange {
  return {
    id: row.id,
    atMs: row.at,
    what: row.what,
    fields: row.fields === "" ? [] : row.fields.split(","),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  };
}
