import { randomBytes } from "node:crypto";
import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, primary } from "./columns.ts";

const locks = ["access", "call_stats", "number_pools", "real_numbers"];

/**
 * Rows to lock for operations that must not run concurrently but have no row of their own yet, such as creating two
 * overlapping pools; and keys shared by all instances.
 */
export class Shared1764000000001 implements MigrationInterface {
  readonly name = "Shared1764000000001";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { code } = columnsOf(queryRunner);
    await queryRunner.createTable(new Table({ name: "locks", columns: [code("name", 40, primary)] }), true);
    await queryRunner.query("DELETE FROM locks");
    await queryRunner.query(`INSERT INTO locks (name) VALUES ${locks.map(() => "(?)").join(", ")}`, locks);
    await queryRunner.createTable(
      new Table({ name: "secrets", columns: [code("name", 40, primary), code("value", 200)] }),
      true,
    );
    await queryRunner.query("DELETE FROM secrets");
    await queryRunner.query("INSERT INTO secrets (name, value) VALUES ('page_places', ?)", [
      randomBytes(32).toString("hex"),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of ["secrets", "locks"]) await queryRunner.dropTable(name, true);
  }
}
