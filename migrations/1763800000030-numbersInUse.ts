import { randomBytes } from "node:crypto";
import { Table } from "typeorm";
import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/**
 * Whether a call has used a mapping, known as soon as the call begins and not only when its record is written;
 * a lock between those who map real numbers and those who add numbers to pools; a key that all instances share.
 */
export class NumbersInUse1763800000030 implements MigrationInterface {
  readonly name = "NumbersInUse1763800000030";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql, code } = dialectOf(queryRunner);
    await queryRunner.query(
      `ALTER TABLE phone_mappings ADD COLUMN first_used_at ${mysql ? "datetime(3)" : "datetime"} NULL`,
    );
    await queryRunner.query("INSERT INTO locks (name) VALUES ('real_numbers')");
    await queryRunner.createTable(
      new Table({
        name: "secrets",
        columns: [{ ...code("name", 40), isPrimary: true }, code("value", 200)],
      }),
      true,
    );
    await queryRunner.query("INSERT INTO secrets (name, value) VALUES ('page_places', ?)", [
      randomBytes(32).toString("hex"),
    ]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("secrets");
    await queryRunner.query("DELETE FROM locks WHERE name = 'real_numbers'");
    await queryRunner.query("ALTER TABLE phone_mappings DROP COLUMN first_used_at");
  }
}
