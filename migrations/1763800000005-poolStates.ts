import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

const integer = (name: string, type = "int") => ({ name, type, default: 0 });

/** `big` stands for 64 bits, in the database's own word. */
const addedColumns = [
  // All numbers of the pool, and those that are blocked and in no mapping.
  ["number_pools", "size big NOT NULL DEFAULT 0"],
  ["number_pools", "blocked big NOT NULL DEFAULT 0"],
  // A pool that runs out sooner than this is warned of.
  ["number_pools", "warning_days int NOT NULL DEFAULT 14"],
  // Places of the permutation; the numbers at the places of a listed range are in a table of their own.
  ["number_ranges", "size big NOT NULL DEFAULT 0"],
  ["number_ranges", "listed int NOT NULL DEFAULT 0"],
] as const;

/**
 * What the state of each number of a pool, its counts and its forecast need. Counts are kept by whoever
 * changes what they count, in the same transaction, so that nobody ever has to count millions.
 */
export class PoolStates1763800000005 implements MigrationInterface {
  readonly name = "PoolStates1763800000005";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { code, id, time, mysql } = dialectOf(queryRunner);
    const big = mysql ? "bigint" : "integer";
    for (const [table, column] of addedColumns) {
      await queryRunner.query(`ALTER TABLE ${table} ADD COLUMN ${column.replace("big", big)}`);
    }
    await queryRunner.query("UPDATE number_ranges SET size = last_number - first_number + 1");
    await queryRunner.query(
      "UPDATE number_pools SET size = (SELECT COALESCE(SUM(r.size), 0) FROM number_ranges r WHERE r.pool_id = number_pools.id)",
    );
    // A range that was shrunk leaves its first number to others; overlaps are refused under a lock.
    await queryRunner.query(`DROP INDEX uq_number_ranges__first_number${mysql ? " ON number_ranges" : ""}`);
    await queryRunner.createTable(
      new Table({
        name: "listed_numbers",
        columns: [
          { ...code("number", 20), isPrimary: true },
          { name: "range_id", type: "int" },
          { name: "place", type: "int" },
        ],
        indices: [{ name: "uq_listed_numbers__place", columnNames: ["range_id", "place"], isUnique: true }],
      }),
      true,
    );
    // Numbers that were taken out of a range after its permutation had begun.
    await queryRunner.createTable(
      new Table({
        name: "number_holes",
        columns: [
          id(),
          { name: "range_id", type: "int" },
          { name: "first_number", type: "bigint" },
          { name: "last_number", type: "bigint" },
        ],
        indices: [{ name: "ix_number_holes__range", columnNames: ["range_id"] }],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "rested_numbers",
        columns: [
          { ...code("number", 20), isPrimary: true },
          { name: "pool_id", type: "int" },
          time("since"),
        ],
        indices: [{ name: "ix_rested_numbers__since", columnNames: ["pool_id", "since", "number"] }],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "blocked_numbers",
        columns: [
          { ...code("number", 20), isPrimary: true },
          { name: "pool_id", type: "int" },
          { name: "note", type: "varchar", length: "200", isNullable: true },
          time("created_at"),
        ],
        indices: [{ name: "ix_blocked_numbers__pool", columnNames: ["pool_id", "number"] }],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "mapping_counts",
        columns: [
          // 0: mappings of no pool.
          { name: "pool_id", type: "int", isPrimary: true },
          { ...code("state", 16), isPrimary: true },
          integer("count", big),
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "pool_usage",
        columns: [
          { name: "pool_id", type: "int", isPrimary: true },
          // UTC, `YYYY-MM-DD`.
          { ...code("day", 10), isPrimary: true },
          integer("taken"),
          integer("returned"),
        ],
      }),
      true,
    );
    await queryRunner.query(
      "INSERT INTO mapping_counts (pool_id, state, count) SELECT COALESCE(pool_id, 0), state, COUNT(*) FROM phone_mappings GROUP BY COALESCE(pool_id, 0), state",
    );
    const day = mysql ? "DATE_FORMAT(created_at, '%Y-%m-%d')" : "substr(created_at, 1, 10)";
    await queryRunner.query(
      `INSERT INTO pool_usage (pool_id, day, taken, returned) SELECT pool_id, ${day}, COUNT(*), 0 FROM phone_mappings WHERE pool_id IS NOT NULL GROUP BY pool_id, ${day}`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ["pool_usage", "mapping_counts", "blocked_numbers", "rested_numbers", "number_holes"])
      await queryRunner.dropTable(table);
    // Without its list a range of listed numbers means nothing, and would be read as a run.
    await queryRunner.query("DELETE FROM number_ranges WHERE listed = 1");
    await queryRunner.dropTable("listed_numbers");
    await queryRunner.query(
      "CREATE UNIQUE INDEX uq_number_ranges__first_number ON number_ranges (first_number)",
    );
    for (const [table, column] of addedColumns) {
      await queryRunner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(" ")[0]}`);
    }
  }
}
