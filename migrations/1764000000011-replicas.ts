import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, primary } from "./columns.ts";

const table = "replication_heartbeat";

/** One row with a time. Replicas of the database repeat it, and so tell how far they are behind. */
export class Replicas1764000000011 implements MigrationInterface {
  readonly name = "Replicas1764000000011";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { code, time } = columnsOf(queryRunner);
    const columns = [code("name", 40, primary), time("beat_at")];
    await queryRunner.createTable(new Table({ name: table, columns }), true);
    await queryRunner.query(`DELETE FROM ${table}`);
    await queryRunner.query(
      `INSERT INTO ${table} (name, beat_at) VALUES ('primary', '2000-01-01 00:00:00.000')`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable(table, true);
  }
}
