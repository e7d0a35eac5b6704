import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { createConnection } from "mysql2";
import { createConnection as connectAndWait } from "mysql2/promise";
import { BenchmarkFailedError } from "../benchmark.ts";

const columns = "real_phone, fake_phone, state, pool_id, import_id, created_at, updated_at";

/**
 * The upper limit: `LOAD DATA` of the rows that the import has created, into a table with the same columns and keys in
 * the same database. Resolves with the duration of the statement.
 */
export async function loadData(databaseUrl: string, file: string, rows: number): Promise<number> {
  await writeFinished(databaseUrl, file);
  const connection = await connectAndWait({
    uri: databaseUrl,
    timezone: "Z",
    infileStreamFactory: () => createReadStream(file, { highWaterMark: 1024 * 1024 }),
  });
  try {
    const [settings] = await connection.query("SELECT @@GLOBAL.local_infile AS allowed");
    const before = (settings as { allowed: number }[])[0]?.allowed ?? 0;
    if (before === 0) await connection.query("SET GLOBAL local_infile = 1");
    await connection.query("CREATE TABLE loaded LIKE phone_mappings");
    const startedAt = performance.now();
    await connection.query(
      `LOAD DATA LOCAL INFILE 'finished' INTO TABLE loaded CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' (${columns})`,
    );
    const tookMs = performance.now() - startedAt;
    if (before === 0) await connection.query("SET GLOBAL local_infile = 0");
    const [counted] = await connection.query("SELECT COUNT(*) AS count FROM loaded");
    const count = (counted as { count: number }[])[0]?.count;
    if (count !== rows) throw new BenchmarkFailedError(`LOAD DATA took ${count} of ${rows} rows.`);
    await connection.query("DROP TABLE loaded");
    return tookMs;
  } finally {
    await connection.end();
  }
}

/** The imported rows in the order of their creation. */
async function writeFinished(databaseUrl: string, file: string): Promise<void> {
  const connection = createConnection({ uri: databaseUrl, timezone: "Z", dateStrings: true });
  const out = createWriteStream(file);
  try {
    const rows: AsyncIterable<Record<string, string | number>> = connection
      .query(`SELECT ${columns} FROM phone_mappings ORDER BY id`)
      .stream();
    for await (const row of rows) {
      if (!out.write(`${Object.values(row).join(",")}\n`)) await once(out, "drain");
    }
  } finally {
    connection.end();
    out.end();
    await once(out, "close");
  }
}
