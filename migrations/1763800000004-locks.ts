import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/**
 * Rows to lock by what must not happen twice at once although it concerns no row that exists yet, such as
 * making two pools whose numbers overlap.
 */
export class Locks1763800000004 implements MigrationInterface {
  readonly name = "Locks1763800000004";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { code } = dialectOf(queryRunner);
    await queryRunner.createTable(
      new Table({ name: "locks", columns: [{ ...code("name", 40), isPrimary: true }] }),
      true,
    );
    await queryRunner.query("DELETE FROM locks");
    await queryRunner.query("INSERT INTO locks (name) VALUES ('number_pools')");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("locks");
  }
}
