import type { MigrationInterface, QueryRunner } from "typeorm";
import { dialectOf } from "./columns.ts";

/**
 * A pool and an import may be most of all mappings: their lists have indexes for the orders in which others lie
 * between. Every index costs each row of an import its time, so there is none where a list can do without.
 */
const orders: Readonly<Record<string, string>> = {
  ix_phone_mappings__pool_real: "pool_id, real_phone",
  ix_phone_mappings__pool_fake: "pool_id, fake_phone",
  ix_phone_mappings__pool_label: "pool_id, label",
  ix_phone_mappings__pool_reference: "pool_id, reference",
  ix_phone_mappings__import_real: "import_id, real_phone",
  ix_phone_mappings__import_fake: "import_id, fake_phone",
  ix_phone_mappings__import_reference: "import_id, reference",
};

const texts = ["label", "reference"] as const;
const sqliteChunk = 500;

type Run = (sql: string, parameters?: unknown[]) => Promise<unknown>;

/** The last digits of the real number that a mapping has, or had before its release. */
export class MappingOrder1763800000031 implements MigrationInterface {
  readonly name = "MappingOrder1763800000031";

  async up(queryRunner: QueryRunner): Promise<void> {
    const { mysql } = dialectOf(queryRunner);
    const run: Run = (sql, parameters) => queryRunner.query(sql, parameters);
    await redefineLast4(run, mysql, "COALESCE(real_phone, released_real_phone)");
    // The one by state and expiry begins with the state as well.
    await run(`DROP INDEX ix_phone_mappings__state${mysql ? " ON phone_mappings" : ""}`);
    if (mysql) {
      // In one statement, which reads the table once.
      const added = Object.entries(orders).map(([name, columns]) => `ADD INDEX ${name} (${columns})`);
      await run(`ALTER TABLE phone_mappings ${added.join(", ")}`);
      return;
    }
    await foldTexts(queryRunner);
    for (const [name, columns] of Object.entries(orders))
      await run(`CREATE INDEX ${name} ON phone_mappings (${withKeys(columns)})`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { mysql } = dialectOf(queryRunner);
    const run: Run = (sql, parameters) => queryRunner.query(sql, parameters);
    for (const name of Object.keys(orders))
      await run(`DROP INDEX ${name}${mysql ? " ON phone_mappings" : ""}`);
    if (!mysql) {
      for (const text of texts) {
        await run(`DROP INDEX ix_phone_mappings__${text}`);
        await run(`ALTER TABLE phone_mappings DROP COLUMN ${text}_key`);
        await run(`ALTER TABLE phone_mappings DROP COLUMN ${text}_folded`);
        await run(`CREATE INDEX ix_phone_mappings__${text} ON phone_mappings (${text} COLLATE NOCASE)`);
      }
    }
    await run("CREATE INDEX ix_phone_mappings__state ON phone_mappings (state)");
    await redefineLast4(run, mysql, "real_phone");
  }
}

const withKeys = (columns: string): string => columns.replace(/\b(label|reference)\b/, "$1_key");

async function redefineLast4(run: Run, mysql: boolean, phone: string): Promise<void> {
  const digits = mysql ? `CAST(RIGHT(${phone}, 4) AS UNSIGNED)` : `CAST(substr(${phone}, -4) AS INTEGER)`;
  await run(`DROP INDEX ix_phone_mappings__real_last4${mysql ? " ON phone_mappings" : ""}`);
  await run("ALTER TABLE phone_mappings DROP COLUMN real_last4");
  await run(
    `ALTER TABLE phone_mappings ADD COLUMN real_last4 ${mysql ? "smallint unsigned" : "integer"} GENERATED ALWAYS AS (${digits}) VIRTUAL`,
  );
  await run("CREATE INDEX ix_phone_mappings__real_last4 ON phone_mappings (real_last4)");
}

/**
 * SQLite knows upper and lower case of ASCII only, so whoever writes a text with other letters writes it in
 * small ones beside it; the key is what is searched and sorted by.
 */
async function foldTexts(queryRunner: QueryRunner): Promise<void> {
  for (const text of texts) {
    await queryRunner.query(`ALTER TABLE phone_mappings ADD COLUMN ${text}_folded text NULL`);
    for (let last = 0; ;) {
      const rows: { id: number; text: string }[] = await queryRunner.query(
        `SELECT id, ${text} AS text FROM phone_mappings WHERE id > ? AND ${text} GLOB ? ORDER BY id LIMIT ?`,
        [last, "*[^ -~]*", sqliteChunk],
      );
      for (const row of rows) {
        await queryRunner.query(`UPDATE phone_mappings SET ${text}_folded = ? WHERE id = ?`, [
          row.text.toLowerCase(),
          row.id,
        ]);
        last = row.id;
      }
      if (rows.length < sqliteChunk) break;
    }
    await queryRunner.query(
      `ALTER TABLE phone_mappings ADD COLUMN ${text}_key text GENERATED ALWAYS AS (COALESCE(${text}_folded, lower(${text}))) VIRTUAL`,
    );
    await queryRunner.query(`DROP INDEX ix_phone_mappings__${text}`);
    await queryRunner.query(`CREATE INDEX ix_phone_mappings__${text} ON phone_mappings (${text}_key)`);
  }
}
