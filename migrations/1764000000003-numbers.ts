import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, createTables, dropTables, index, nullable, primary, unique, zero } from "./columns.ts";
import type { Columns } from "./columns.ts";

/**
 * Pools of proxy numbers, and the state of each number. Counts are maintained in the same transaction as the data
 * they count, so that readers never count millions.
 */
export class Numbers1764000000003 implements MigrationInterface {
  readonly name = "Numbers1764000000003";

  async up(queryRunner: QueryRunner): Promise<void> {
    await createTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropTables(queryRunner, tablesOf(columnsOf(queryRunner)));
  }
}

const tablesOf = ({ bigint, code, id, int, text, time, timeOfInsert }: Columns): Table[] => [
  new Table({
    name: "number_pools",
    columns: [
      id(),
      text("name", 100),
      // 1 or null, and unique: at most one pool is the default.
      int("is_default", nullable),
      int("enabled", { default: 1 }),
      text("label", 200, nullable),
      code("country", 2, nullable),
      code("caller_id_policy", 16, nullable),
      code("caller_id_number", 20, nullable),
      int("quarantine_seconds", { default: 2_592_000 }),
      timeOfInsert("created_at"),
      timeOfInsert("updated_at"),
      // All numbers of the pool, and blocked ones that are not in a mapping.
      bigint("size", zero),
      bigint("blocked", zero),
      // Warn if the pool will be empty sooner than this.
      int("warning_days", { default: 14 }),
    ],
    indices: [unique("uq_number_pools__name", "name"), unique("uq_number_pools__is_default", "is_default")],
  }),
  new Table({
    name: "number_ranges",
    columns: [
      id(),
      int("pool_id"),
      // Not unique: a reduced range leaves its first number to others. Overlaps are rejected under a lock.
      bigint("first_number"),
      bigint("last_number"),
      code("permutation_key", 128),
      bigint("taken", zero),
      timeOfInsert("created_at"),
      // Positions of the permutation; the numbers of a listed range are in a separate table.
      bigint("size", zero),
      int("listed", zero),
    ],
    indices: [index("ix_number_ranges__pool", "pool_id")],
    foreignKeys: [
      {
        name: "fk_number_ranges__pool",
        columnNames: ["pool_id"],
        referencedTableName: "number_pools",
        referencedColumnNames: ["id"],
      },
    ],
  }),
  new Table({
    name: "listed_numbers",
    columns: [code("number", 20, primary), int("range_id"), int("place")],
    indices: [unique("uq_listed_numbers__place", "range_id", "place")],
  }),
  // Numbers removed from a range after its permutation had started.
  new Table({
    name: "number_holes",
    columns: [id(), int("range_id"), bigint("first_number"), bigint("last_number")],
    indices: [index("ix_number_holes__range", "range_id")],
  }),
  // Free numbers that are out of the order of their range: after a quarantine, or never assigned and set aside.
  new Table({
    name: "rested_numbers",
    columns: [
      code("number", 20, primary),
      int("pool_id"),
      // Of a number that was in use: the time of its release.
      time("since", nullable),
      // Of a number that was set aside: its place in the order of its range.
      bigint("place", nullable),
    ],
    indices: [index("ix_rested_numbers__order", "pool_id", "since", "place", "number")],
  }),
  new Table({
    name: "blocked_numbers",
    columns: [code("number", 20, primary), int("pool_id"), text("note", 200, nullable), time("created_at")],
    indices: [index("ix_blocked_numbers__pool", "pool_id", "number")],
  }),
  new Table({
    name: "mapping_counts",
    columns: [
      // 0: mappings without a pool.
      int("pool_id", primary),
      code("state", 16, primary),
      bigint("count", zero),
    ],
  }),
  new Table({
    name: "pool_usage",
    columns: [
      int("pool_id", primary),
      // UTC, `YYYY-MM-DD`.
      code("day", 10, primary),
      int("taken", zero),
      int("returned", zero),
    ],
  }),
];
