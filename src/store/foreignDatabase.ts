import { existsSync } from "node:fs";
import Database from "libsql";
import { type Connection, createConnection } from "mysql2/promise";
import {
  mistakeInServerUrl,
  mysqlTlsOptionsOf,
  schemeOf,
  serverAddressOf,
  type ServerTls,
} from "./serverUrl.ts";

/** The database of another system. */
export type ForeignAddress =
  | {
      readonly kind: "mysql";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
      readonly tls: ServerTls | null;
    }
  | { readonly kind: "sqlite"; readonly file: string };

type MysqlAddress = Extract<ForeignAddress, { kind: "mysql" }>;

/** The database cannot be opened or read. */
export class ForeignDatabaseError extends Error {
  override readonly name = "ForeignDatabaseError";
}

/**
 * The kind of times in a column: instants, `local` times of a zone that is not named, or `plain` texts, which SQLite
 * itself writes in UTC.
 */
export type TimeKind = "instant" | "local" | "plain";

type Value = string | null;
export type ForeignRow = Readonly<Record<string, Value>>;

/** The database of another system, which is only read. Every value is text; times are in UTC or in no zone. */
export interface ForeignDatabase {
  select(sql: string, parameters: readonly (string | number)[]): Promise<readonly ForeignRow[]>;
  /** The columns by name, in lower case, and the kind of times in them; empty: no such table. */
  columns(table: string): Promise<ReadonlyMap<string, TimeKind>>;
  close(): Promise<void>;
}

/** `mysql://USER@HOST[:PORT]/NAME` or the path of an SQLite file; a text: the error in it. */
export function foreignAddressOf(
  text: string,
): (ForeignAddress & { readonly hasPassword: boolean }) | string {
  if (schemeOf(text) === null) return { kind: "sqlite", file: text, hasPassword: false };
  const mistake = mistakeInServerUrl(text, "mysql");
  if (mistake !== null) return mistake;
  const { host, port, user, password, database, tls } = serverAddressOf(text);
  if (user === "") return "names no user";
  return { kind: "mysql", host, port: port ?? 3306, user, database, tls, hasPassword: password !== "" };
}

/** The name of the database, or of its file without the ending. */
export const foreignNameOf = (address: ForeignAddress): string =>
  address.kind === "mysql"
    ? address.database
    : address.file.replace(/^.*[\\/]/, "").replace(/\.[^.]{1,10}$/, "");

/** Throws a `ForeignDatabaseError`. */
export const openForeign = async (address: ForeignAddress, password: string): Promise<ForeignDatabase> =>
  address.kind === "mysql" ? openMysql(address, password) : openSqlite(address.file);

async function connectMysql(
  { host, port, user, database, tls }: MysqlAddress,
  password: string,
): Promise<Connection> {
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
      ...(tls === null ? {} : { ssl: mysqlTlsOptionsOf(tls) }),
    });
    // A TIMESTAMP is an instant, shown in the zone of the session.
    await connection.query("SET time_zone = '+00:00'");
    await connection.query("SET SESSION TRANSACTION READ ONLY");
    return connection;
  } catch (error) {
    connection?.destroy();
    // The driver's words may repeat the name of a user.
    throw new ForeignDatabaseError(`The database of the other system cannot be opened (${codeOf(error)}).`);
  }
}

async function openMysql(address: MysqlAddress, password: string): Promise<ForeignDatabase> {
  const connection = await connectMysql(address, password);
  const select: ForeignDatabase["select"] = async (sql, parameters) => {
    const [rows] = await connection.query(sql, [...parameters]).catch(unreadable);
    return Array.isArray(rows) ? rows.map(textsOf) : [];
  };
  return {
    select,
    async columns(table) {
      const rows = await select(
        "SELECT COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?",
        [table],
      );
      return columnsOf(rows, (type) => (type === "timestamp" ? "instant" : "local"));
    },
    close: () => connection.end(),
  };
}

function openSqlite(file: string): ForeignDatabase {
  if (!existsSync(file))
    throw new ForeignDatabaseError("The file of the other system's database does not exist.");
  let database: Database.Database;
  try {
    database = new Database(file, { readonly: true });
  } catch (error) {
    throw new ForeignDatabaseError(`The database of the other system cannot be opened (${codeOf(error)}).`);
  }
  const select: ForeignDatabase["select"] = async (sql, parameters) => {
    try {
      const rows: unknown[] = database.prepare(sql).all([...parameters]);
      return rows.map(textsOf);
    } catch (error) {
      return unreadable(error);
    }
  };
  return {
    select,
    columns: async (table) =>
      columnsOf(await select(`SELECT name, type FROM pragma_table_info(?)`, [table]), () => "plain"),
    close: async () => void database.close(),
  };
}

const columnsOf = (
  rows: readonly ForeignRow[],
  timeKind: (type: string) => TimeKind,
): ReadonlyMap<string, TimeKind> =>
  new Map(
    rows.map((row) => [(row["name"] ?? "").toLowerCase(), timeKind((row["type"] ?? "").toLowerCase())]),
  );

function textsOf(row: unknown): ForeignRow {
  const entries: [string, unknown][] = typeof row === "object" && row !== null ? Object.entries(row) : [];
  return Object.fromEntries(entries.map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): Value {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return Buffer.isBuffer(value) ? value.toString() : null;
}

/** Without the driver's words, which may repeat values. */
function unreadable(error: unknown): never {
  throw new ForeignDatabaseError(`The database of the other system cannot be read (${codeOf(error)}).`);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown error";
