import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf, nullable } from "./columns.ts";

/**
 * Who changed many mappings at once. The audit log has one entry for all of them, and no place for a million ids;
 * here each mapping has a row of two numbers, written with the change itself. As in the audit log nothing goes away
 * with a mapping: ids are not given out twice.
 */
export class BulkChanges1763800000040 implements MigrationInterface {
  readonly name = "BulkChanges1763800000040";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { bigId, code, time, mysql } = dialectOf(queryRunner);
    const big = mysql ? "bigint" : "integer";
    await queryRunner.createTable(
      new Table({
        name: "bulk_changes",
        columns: [
          bigId(),
          time("at"),
          code("what", 10),
          // Names of what was changed, with commas between.
          code("fields", 100),
          code("actor_kind", 10),
          { name: "actor_id", type: "int", ...nullable },
          // As it was then: the user may be gone by now.
          { name: "actor_name", type: "varchar", length: "100" },
        ],
      }),
      true,
    );
    await queryRunner.createTable(
      new Table({
        name: "bulk_changed_mappings",
        columns: [
          { name: "mapping_id", type: mysql ? "int" : "integer", isPrimary: true },
          { name: "bulk_change_id", type: big, isPrimary: true },
        ],
        withoutRowid: !mysql,
      }),
      true,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("bulk_changed_mappings");
    await queryRunner.dropTable("bulk_changes");
  }
}
