import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

/** Where proxy numbers are taken from. */
export class NumberPools1763800000003 implements MigrationInterface {
  readonly name = "NumberPools1763800000003";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { id, code, timeOfInsert } = dialectOf(queryRunner);
    await queryRunner.createTable(
      new Table({
        name: "number_pools",
        columns: [
          id(),
          { name: "name", type: "varchar", length: "100" },
          // 1 or null, and unique: at most one pool is the default.
          { name: "is_default", type: "int", isNullable: true },
          { name: "enabled", type: "int", default: 1 },
          { name: "label", type: "varchar", length: "200", isNullable: true },
          code("country", 2, nullable),
          code("caller_id_policy", 16, nullable),
          code("caller_id_number", 20, nullable),
          { name: "quarantine_seconds", type: "int", default: 2_592_000 },
          timeOfInsert("created_at"),
          timeOfInsert("updated_at"),
        ],
        indices: [
          { name: "uq_number_pools__name", columnNames: ["name"], isUnique: true },
          { name: "uq_number_pools__is_default", columnNames: ["is_default"], isUnique: true },
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "number_ranges",
        columns: [
          id(),
          { name: "pool_id", type: "int" },
          { name: "first_number", type: "bigint" },
          { name: "last_number", type: "bigint" },
          code("permutation_key", 128),
          { name: "taken", type: "bigint", default: 0 },
          timeOfInsert("created_at"),
        ],
        indices: [
          { name: "uq_number_ranges__first_number", columnNames: ["first_number"], isUnique: true },
          { name: "ix_number_ranges__pool", columnNames: ["pool_id"] },
        ],
        foreignKeys: [
          {
            name: "fk_number_ranges__pool",
            columnNames: ["pool_id"],
            referencedTableName: "number_pools",
            referencedColumnNames: ["id"],
          },
        ],
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("number_ranges");
    await queryRunner.dropTable("number_pools");
  }
}
