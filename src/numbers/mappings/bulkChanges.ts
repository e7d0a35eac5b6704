import type { EntityManager } from "typeorm";
import type { Actor } from "../../access/rules/rights.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { pairs } from "../pools/rows.ts";

/** One batch of a change of many mappings, as the history of each of them tells it. */
export interface BulkChange {
  readonly atMs: number;
  readonly what: "changed" | "released";
  /** Names of what was changed, as the API calls it. */
  readonly fields: readonly string[];
  readonly actor: Actor;
}

interface BulkChangeRow {
  readonly id: number | string;
  readonly at: Date | string;
  readonly what: BulkChange["what"];
  readonly fields: string;
  readonly actor_kind: Actor["kind"];
  readonly actor_id: number | null;
  readonly actor_name: string;
}

/** In the transaction of the change, so that there is none without the other. */
export async function writeBulkChange(
  manager: EntityManager,
  kind: Store["kind"],
  { atMs, what, fields, actor }: BulkChange,
  mappingIds: readonly number[],
): Promise<void> {
  if (mappingIds.length === 0) return;
  await manager.query(
    "INSERT INTO bulk_changes (at, what, fields, actor_kind, actor_id, actor_name) VALUES (?, ?, ?, ?, ?, ?)",
    [toDatabaseTime(atMs), what, fields.join(","), actor.kind, actor.id, actor.name.slice(0, 100)],
  );
  const [made]: { id: number | string }[] = await manager.query(
    `SELECT ${kind === "mysql" ? "LAST_INSERT_ID()" : "last_insert_rowid()"} AS id`,
  );
  if (made === undefined) throw new Error("The database does not say what it has just stored.");
  await manager.query(
    `INSERT INTO bulk_changed_mappings (mapping_id, bulk_change_id) VALUES ${pairs(mappingIds, "(?,?)")}`,
    mappingIds.flatMap((id) => [id, made.id]),
  );
}

/** Of one mapping, newest first. `before`: only what is older than the change of this id. */
export async function readBulkChanges(
  manager: EntityManager,
  mappingId: number,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly (BulkChange & { readonly id: number })[]> {
  const rows: BulkChangeRow[] = await manager.query(
    `SELECT c.* FROM bulk_changed_mappings m JOIN bulk_changes c ON c.id = m.bulk_change_id
     WHERE m.mapping_id = ? ${before === null ? "" : "AND m.bulk_change_id < ?"}
     ORDER BY m.bulk_change_id DESC LIMIT ?`,
    [mappingId, ...(before === null ? [] : [before]), limit],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    atMs: fromDatabaseTime(row.at),
    what: row.what,
    fields: row.fields === "" ? [] : row.fields.split(","),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  }));
}
