import { createConnection } from "mysql2/promise";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { migrations } from "../../migrations/index.ts";
import { entitiesOn } from "../../src/store/entities/index.ts";

/**
 * Reuses databases, because creating and dropping two dozen tables in MySQL takes a good part of a second, more than
 * the rest of most tests. Tests that need a migrated database get one of an earlier test, emptied.
 */
interface SpareDatabases {
  take(): string | null;
  /** Empties the database; resolves with false if it cannot be reused and must be dropped. */
  give(name: string): Promise<boolean>;
}

const key = Symbol.for("phone-proxy spare databases");

/** Stored in the process, because Mocha loads this module twice, with `require` and with `import`. */
const kept = globalThis as { [key]?: string[] };

/** Tables that keep the rows inserted by migrations. */
const filledByMigrations = new Set(["locks", "replication_heartbeat", "secrets"]);

export function spareDatabases(serverUrl: string): SpareDatabases {
  const isFirst = kept[key] === undefined;
  const names = (kept[key] ??= []);
  if (isFirst) {
    after(async function dropSpareDatabases() {
      this.timeout(60_000);
      await connected(serverUrl, async (connection) => {
        for (const name of names.splice(0)) await connection.query(`DROP DATABASE ${name}`);
      });
    });
  }
  return {
    take: () => names.pop() ?? null,
    give: (name) =>
      connected(serverUrl, async (connection) => {
        if (!(await isAsMigrated(connection, name)) || (await isInUse(connection, name))) return false;
        for (const table of await usedTables(connection, name))
          await connection.query(`TRUNCATE TABLE ${name}.${table}`);
        names.push(name);
        return true;
      }),
  };
}

async function connected<T>(serverUrl: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection(serverUrl);
  try {
    // `TRUNCATE` rejects tables with references to them, and cached counters would hide which tables were used.
    await connection.query("SET SESSION foreign_key_checks = 0, SESSION information_schema_stats_expiry = 0");
    return await work(connection);
  } finally {
    await connection.end();
  }
}

const ownTables = entitiesOn("mysql").map(({ options }) => options.tableName ?? options.name);

async function isAsMigrated(connection: Connection, name: string): Promise<boolean> {
  const tables = await read(
    connection,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?",
    name,
  );
  const expected = ["migrations", "typeorm_metadata", ...ownTables].sort().join();
  if (tables.sort().join() !== expected) return false;
  const [run] = await read(connection, `SELECT COUNT(*) AS name FROM ${name}.migrations`);
  const [locks] = await read(connection, `SELECT COUNT(*) AS name FROM ${name}.locks`);
  return run === String(migrations.length) && locks === "4";
}

/** A test or process that is still connected would write into the next test's tables. */
async function isInUse(connection: Connection, name: string): Promise<boolean> {
  const users = await read(
    connection,
    "SELECT id AS name FROM information_schema.processlist WHERE db = ?",
    name,
  );
  return users.length > 0;
}

/** Tables that have or had rows, detected by the next value of their key. */
async function usedTables(connection: Connection, name: string): Promise<string[]> {
  const tables = ownTables.filter((table) => !filledByMigrations.has(table));
  const filled = await read(
    connection,
    tables
      .map((table) => `SELECT '${table}' AS name FROM DUAL WHERE EXISTS (SELECT 1 FROM ${name}.${table})`)
      .join(" UNION ALL "),
  );
  const counted = await read(
    connection,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND auto_increment > 1",
    name,
  );
  return tables.filter((table) => filled.includes(table) || counted.includes(table));
}

async function read(connection: Connection, sql: string, ...parameters: string[]): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, parameters);
  return rows.map((row) => String(row["name"]));
}
