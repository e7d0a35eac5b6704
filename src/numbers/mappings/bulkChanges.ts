import { LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/rules/rights.ts";
import { BulkChange as BulkChangeTable, BulkChangedMapping } from "../../store/entities/mappings.ts";
import type { BulkChangeRow } from "../../store/entities/mappings.ts";
import { number, oneOf } from "../../store/row.ts";

/** One batch of a bulk change, as shown in the history of each mapping. */
export interface BulkChange {
  readonly atMs: number;
  readonly what: "changed" | "released";
  /** Names of the changed fields, as in the API. */
  readonly fields: readonly string[];
  readonly actor: Actor;
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
): Promise<readonly (BulkChange & { readonly id: number })[]> {
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

const toWhat = oneOf(["changed", "released"] as const);
const toActorKind = oneOf(["user", "key", "open", "anonymous", "address"] as const);

function toBulkChange(row: BulkChangeRow): BulkChange & { readonly id: number } {
  return {
    id: row.id,
    atMs: row.at,
    what: toWhat(row.what),
    fields: row.fields === "" ? [] : row.fields.split(","),
    actor: { kind: toActorKind(row.actorKind), id: row.actorId, name: row.actorName },
  };
}
