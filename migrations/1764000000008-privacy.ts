import { randomBytes } from "node:crypto";
import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { columnsOf, primary, zero } from "./columns.ts";

/** Erased numbers, as hashes with a secret key; and when old data was removed last, and how much. */
export class Privacy1764000000008 implements MigrationInterface {
  readonly name = "Privacy1764000000008";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { bigint, code, time } = columnsOf(queryRunner);
    const columns = [code("number_hash", 64, primary), time("erased_at")];
    await queryRunner.createTable(new Table({ name: "erasures", columns }), true);
    await queryRunner.createTable(
      new Table({
        name: "retention_runs",
        columns: [code("what", 20, primary), time("ran_at"), bigint("removed", zero)],
      }),
      true,
    );
    await queryRunner.query("DELETE FROM locks WHERE name = 'retention'");
    await queryRunner.query("INSERT INTO locks (name) VALUES ('retention')");
    await queryRunner.query("DELETE FROM secrets WHERE name = 'erasures'");
    await queryRunner.query("INSERT INTO secrets (name, value) VALUES ('erasures', ?)", [
      randomBytes(32).toString("hex"),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DELETE FROM secrets WHERE name = 'erasures'");
    await queryRunner.query("DELETE FROM locks WHERE name = 'retention'");
    for (const name of ["retention_runs", "erasures"]) await queryRunner.dropTable(name, true);
  }
}
