import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

const index = "ix_phone_mappings__expires";

/**
 * What a list can be filtered by lies behind the order by expiry in MySQL's index of it: a walk along it that passes
 * over tens of thousands of mappings reads nothing but the index. As a pool's and an import's mappings lie side by
 * side, and those that expire together too, such walks are usual.
 */
export class ExpiryOrder1763800000041 implements MigrationInterface {
  readonly name = "ExpiryOrder1763800000041";

  async up(queryRunner: QueryRunner): Promise<void> {
    await redefine(queryRunner, "expires_at, id, state, pool_id, import_id, label, reference");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await redefine(queryRunner, "expires_at");
  }
}

async function redefine(queryRunner: QueryRunner, columns: string): Promise<void> {
  // SQLite passes over a mapping for less than MySQL, and its file would grow for nothing.
  if (!dialectOf(queryRunner).mysql) return;
  await queryRunner.query(`ALTER TABLE phone_mappings DROP INDEX ${index}, ADD INDEX ${index} (${columns})`);
}
