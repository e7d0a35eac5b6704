import { existsSync } from "node:fs";
import Database from "libsql";
import { createConnection } from "mysql2/promise";
import type { LegacyAddress } from "./options.ts";
import type { LegacyCall } from "./readCall.ts";
import type { LegacyMapping } from "./readPair.ts";

/**
 * What the times of a table are: instants, `local` times of a zone that is not named, or `plain` texts, which SQLite itself
 * writes in UTC.
 */
export type TimeKind = "instant" | "local" | "plain";

/** The other system's database, which is only read. */
interface LegacySource {
  /** Rows in the order of their IDs, some at a time. */
  mappings(): AsyncIterable<readonly LegacyMapping[]>;
  calls(): AsyncIterable<readonly LegacyCall[]>;
  readonly hasCalls: boolean;
  readonly times: { readonly mappings: TimeKind; readonly calls: TimeKind };
  close(): Promise<void>;
}

/** The database cannot be opened, or is not of this kind. */
export class LegacySourceError extends Error {
  override readonly name = "LegacySourceError";
}

type Value = string | null;
type Row = Readonly<Record<string, Value>>;

/** Reads rows; every value as text. */
interface Reader {
  select(sql: string, parameters: readonly (string | number)[]): Promise<readonly Row[]>;
  /** Types of the columns by name, in small letters; empty: no such table. */
  columns(table: string): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

const rowsAtOnce = 2000;
const needed = {
  phone_mappings: ["id", "real_phone", "fake_phone"],
  call_logs: [
    "id",
    "fake_phone",
    "real_phone",
    "caller_id",
    "call_timestamp",
    "call_duration",
    "call_status",
  ],
};

/** Throws a `LegacySourceError`. */
export async function openSource(from: LegacyAddress, password: string): Promise<LegacySource> {
  const reader = from.kind === "mysql" ? await openMysql(from, password) : openSqlite(from.file);
  try {
    const mappings = await reader.columns("phone_mappings");
    const calls = await reader.columns("call_logs");
    requireColumns("phone_mappings", mappings);
    if (calls.size > 0) requireColumns("call_logs", calls);
    if (mappings.has("released_real_phone"))
      throw new LegacySourceError("This is a database of this application, not one of another system.");
    const hasCreation = mappings.has("created_at");
    const timeKind = (type: string | undefined): TimeKind =>
      from.kind === "sqlite" ? "plain" : type === "timestamp" || type === undefined ? "instant" : "local";
    return {
      hasCalls: calls.size > 0,
      times: {
        mappings: timeKind(mappings.get("created_at")),
        calls: timeKind(calls.get("call_timestamp")),
      },
      async *mappings() {
        const created = hasCreation ? "created_at" : "NULL AS created_at";
        for await (const rows of pages(reader, `id, real_phone, fake_phone, ${created}`, "phone_mappings"))
          yield rows.map((row) => ({
            id: Number(row["id"]),
            realPhone: row["real_phone"] ?? null,
            fakePhone: row["fake_phone"] ?? null,
            createdAt: row["created_at"] ?? null,
          }));
      },
      async *calls() {
        for await (const rows of pages(reader, needed.call_logs.join(", "), "call_logs"))
          yield rows.map((row) => ({
            id: Number(row["id"]),
            fakePhone: row["fake_phone"] ?? null,
            realPhone: row["real_phone"] ?? null,
            callerId: row["caller_id"] ?? null,
            callTimestamp: row["call_timestamp"] ?? null,
            callDuration: row["call_duration"] ?? null,
            callStatus: row["call_status"] ?? null,
          }));
      },
      close: () => reader.close(),
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function requireColumns(table: keyof typeof needed, columns: ReadonlyMap<string, string>): void {
  const missing = needed[table].filter((name) => !columns.has(name));
  if (missing.length > 0)
    throw new LegacySourceError(
      columns.size === 0
        ? `The database has no table ${table}.`
        : `The table ${table} has no column ${missing.join(", ")}.`,
    );
}

async function* pages(reader: Reader, columns: string, table: string): AsyncGenerator<readonly Row[]> {
  for (let after = -1; ;) {
    const rows = await reader.select(
      `SELECT ${columns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`,
      [after],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    after = Number(rows.at(-1)?.["id"]);
  }
}

async function openMysql(
  { host, port, user, database }: Extract<LegacyAddress, { kind: "mysql" }>,
  password: string,
): Promise<Reader> {
  let connection;
  try {
    connection = await createConnection({
      host,
      port,
      user,
      password,
      database,
      dateStrings: true,
      charset: "utf8mb4",
    });
    // A TIMESTAMP is an instant, shown in the zone of the session.
    await connection.query("SET time_zone = '+00:00'");
    await connection.query("SET SESSION TRANSACTION READ ONLY");
  } catch (error) {
    await connection?.end();
    // The driver's words may repeat the name of a user.
    throw new LegacySourceError(`The database cannot be opened (${codeOf(error)}).`);
  }
  const { query, end } = { query: connection.query.bind(connection), end: connection.end.bind(connection) };
  const select: Reader["select"] = async (sql, parameters) => {
    const [rows] = await query(sql, [...parameters]);
    return Array.isArray(rows) ? rows.map(textsOf) : [];
  };
  return {
    select,
    async columns(table) {
      const rows = await select(
        "SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
        [table],
      );
      return columnsOf(rows);
    },
    close: () => end(),
  };
}

function openSqlite(file: string): Reader {
  if (!existsSync(file)) throw new LegacySourceError("The file of the database does not exist.");
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true });
  } catch (error) {
    throw new LegacySourceError(`The database cannot be opened (${codeOf(error)}).`);
  }
  const select: Reader["select"] = async (sql, parameters) => {
    const rows: unknown[] = database.prepare(sql).all([...parameters]);
    return rows.map(textsOf);
  };
  return {
    select,
    columns: async (table) => columnsOf(await select(`SELECT name, type FROM pragma_table_info(?)`, [table])),
    close: async () => void database.close(),
  };
}

const columnsOf = (rows: readonly Row[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [(row["name"] ?? "").toLowerCase(), (row["type"] ?? "").toLowerCase()]));

function textsOf(row: unknown): Row {
  const entries: [string, unknown][] = typeof row === "object" && row !== null ? Object.entries(row) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): Value {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return Buffer.isBuffer(value) ? value.toString() : null;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown error";
