import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/**
 * Every list, search and sort of the mappings has an index that already has its order: both databases keep
 * the primary key behind the columns of an index, and lists page by it.
 */
const indexes: Readonly<Record<string, string>> = {
  ix_phone_mappings__pool_released: "pool_id, released_at",
  ix_phone_mappings__pool_state: "pool_id, state",
  ix_phone_mappings__state: "state",
  ix_phone_mappings__expiry: "state, expires_at",
  ix_phone_mappings__expires: "expires_at",
  ix_phone_mappings__label: "label",
  ix_phone_mappings__reference: "reference",
  ix_phone_mappings__released_real: "released_real_phone",
  ix_phone_mappings__real_last4: "real_last4",
  ix_phone_mappings__fake_last4: "fake_last4",
};

/** For people, upper and lower case are the same; MySQL's columns of text say so themselves. */
const textColumns = new Set(["label", "reference"]);

export class MappingSearch1763800000006 implements MigrationInterface {
  readonly name = "MappingSearch1763800000006";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql } = dialectOf(queryRunner);
    const run = (sql: string): Promise<unknown> => queryRunner.query(sql);
    // The rest after a release follows from its time and the pool, so that a pool may change its mind.
    await run(`DROP INDEX ix_phone_mappings__pool${mysql ? " ON phone_mappings" : ""}`);
    await run("ALTER TABLE phone_mappings DROP COLUMN rests_until");
    for (const [column, phone] of [
      ["real_last4", "real_phone"],
      ["fake_last4", "fake_phone"],
    ] as const) {
      const digits = mysql ? `CAST(RIGHT(${phone}, 4) AS UNSIGNED)` : `CAST(substr(${phone}, -4) AS INTEGER)`;
      await run(
        `ALTER TABLE phone_mappings ADD COLUMN ${column} ${mysql ? "smallint unsigned" : "integer"} GENERATED ALWAYS AS (${digits}) VIRTUAL`,
      );
    }
    for (const [name, columns] of Object.entries(indexes)) {
      const collation = !mysql && textColumns.has(columns) ? " COLLATE NOCASE" : "";
      await run(`CREATE INDEX ${name} ON phone_mappings (${columns}${collation})`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { mysql } = dialectOf(queryRunner);
    const run = (sql: string): Promise<unknown> => queryRunner.query(sql);
    for (const name of Object.keys(indexes))
      await run(`DROP INDEX ${name}${mysql ? " ON phone_mappings" : ""}`);
    await run("ALTER TABLE phone_mappings DROP COLUMN real_last4");
    await run("ALTER TABLE phone_mappings DROP COLUMN fake_last4");
    await run(`ALTER TABLE phone_mappings ADD COLUMN rests_until ${mysql ? "datetime(3)" : "datetime"} NULL`);
    await run("CREATE INDEX ix_phone_mappings__pool ON phone_mappings (pool_id, state, rests_until)");
  }
}
