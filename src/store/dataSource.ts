import libsql from "libsql";
import type { DataSourceOptions } from "typeorm";
import { CallLog } from "./entities/callLog.ts";
import { NumberPool } from "./entities/numberPool.ts";
import { NumberRange } from "./entities/numberRange.ts";
import { PhoneMapping } from "./entities/phoneMapping.ts";
import { migrations } from "../../migrations/index.ts";

/** Where the data is. Settings have the same shape. */
export type DatabaseAddress =
  | { readonly kind: "mysql"; readonly url: string; readonly poolSize: number }
  | { readonly kind: "sqlite"; readonly file: string };

/** Tells a MySQL URL from the path of a SQLite file. */
export function databaseAddress(text: string, poolSize = 10): DatabaseAddress {
  return /^mysql:/i.test(text)
    ? { kind: "mysql", url: text, poolSize }
    : { kind: "sqlite", file: text.replace(/^sqlite:/, "") };
}

/**
 * TypeORM's options for the address. Its own log is off: it would write parameters, and these are phone
 * numbers.
 *
 * `busyTimeoutMs`: how long SQLite waits for another process that writes. It blocks the event loop meanwhile,
 * so the application waits in its own way and gives it next to nothing.
 */
export function dataSourceOptions(
  address: DatabaseAddress,
  { connectTimeoutMs = 3000, busyTimeoutMs = 5000 } = {},
): DataSourceOptions {
  const common = {
    entities: [PhoneMapping, CallLog, NumberPool, NumberRange],
    migrations: [...migrations],
    migrationsTableName: "migrations",
    synchronize: false,
    logging: false as const,
  };
  if (address.kind === "sqlite") {
    return {
      ...common,
      type: "better-sqlite3",
      driver: libsql,
      database: address.file,
      enableWAL: true,
      timeout: busyTimeoutMs,
    };
  }
  const url = new URL(address.url);
  return {
    ...common,
    type: "mysql",
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    timezone: "Z",
    charset: "utf8mb4",
    // Counts beyond 2^53 cannot occur; as numbers they need no care anywhere.
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectTimeout: connectTimeoutMs,
    poolSize: address.poolSize,
    // Idle connections notice a peer that vanished without a word within minutes instead of hours.
    extra: { enableKeepAlive: true, keepAliveInitialDelay: 10_000, maxIdle: address.poolSize },
  };
}
