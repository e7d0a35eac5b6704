import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/** The mappings of one pool in the order in which they were made, however many pools came after it. */
export class PoolOrder1763800000007 implements MigrationInterface {
  readonly name = "PoolOrder1763800000007";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("CREATE INDEX ix_phone_mappings__pool ON phone_mappings (pool_id)");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { mysql } = dialectOf(queryRunner);
    await queryRunner.query(`DROP INDEX ix_phone_mappings__pool${mysql ? " ON phone_mappings" : ""}`);
  }
}
