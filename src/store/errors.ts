import { QueryFailedError } from "typeorm";

/** The database is unreachable, does not respond in time, or is not migrated yet. Retry later. */
export class StoreAwayError extends Error {
  readonly code = "STORE_AWAY";

  constructor(message = "The database is unavailable.", options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreAwayError";
  }
}

/** The database may well be available: it, this process, or the way between them is slow. */
export class StoreLateError extends StoreAwayError {
  constructor() {
    super("The database did not answer in time.");
  }
}

/** The value given as `after` is not the `next` of an earlier page. */
export class BadCursorError extends Error {
  readonly code = "BAD_CURSOR";

  constructor() {
    super("`after` is not the `next` of an earlier page.");
    this.name = "BadCursorError";
  }
}

/**
 * The database rejected a statement: a bug, or a violated constraint such as a unique key. Contains neither the
 * driver's message nor parameters, because both may contain phone numbers.
 */
export class StoreQueryError extends Error {
  readonly code = "STORE_QUERY";
  /** The driver's code, e.g. `ER_BAD_FIELD_ERROR` or `SQLITE_CONSTRAINT_UNIQUE`. */
  readonly driverCode: string;
  /** The statement with placeholders, cut short. */
  readonly sql: string;
  /** Column of the violated unique key, otherwise null. */
  readonly duplicateKey: string | null;

  constructor(driverCode: string, sql: string, duplicateKey: string | null) {
    super(`The database rejected a statement (${driverCode}).`);
    this.name = "StoreQueryError";
    this.driverCode = driverCode;
    this.sql = sql.length > 300 ? `${sql.slice(0, 300)}…` : sql;
    this.duplicateKey = duplicateKey;
  }
}

const awayCodes = new Set([
  // Node: the socket.
  ..."ECONNREFUSED ECONNRESET ECONNABORTED ENOENT ENOTFOUND EAI_AGAIN ETIMEDOUT EPIPE EHOSTUNREACH ENETUNREACH EHOSTDOWN".split(
    " ",
  ),
  // mysql2: the connection.
  ..."PROTOCOL_CONNECTION_LOST PROTOCOL_SEQUENCE_TIMEOUT POOL_CLOSED POOL_NONEONLINE".split(" "),
  // mysql2: the server has no TLS, or a certificate that is not accepted.
  ..."HANDSHAKE_NO_SSL_SUPPORT HANDSHAKE_SSL_ERROR".split(" "),
  // MySQL: rejects all clients for now, or this instance until its account is fixed.
  ..."ER_CON_COUNT_ERROR ER_TOO_MANY_USER_CONNECTIONS ER_SERVER_SHUTDOWN ER_NORMAL_SHUTDOWN ER_OUT_OF_RESOURCES".split(
    " ",
  ),
  ..."ER_ACCESS_DENIED_ERROR ER_DBACCESS_DENIED_ERROR ER_BAD_DB_ERROR ER_OPTION_PREVENTS_STATEMENT".split(
    " ",
  ),
  ..."ER_QUERY_INTERRUPTED ER_CLIENT_INTERACTION_TIMEOUT ER_DISK_FULL ER_RECORD_FILE_FULL ER_READ_ONLY_MODE".split(
    " ",
  ),
  // Galera, outside the component that may decide: it answers each command as an unknown one (1047).
  "ER_UNKNOWN_COM_ERROR",
  // SQLite: the file.
  ..."SQLITE_CANTOPEN SQLITE_FULL SQLITE_IOERR SQLITE_READONLY".split(" "),
]);

const retryCodes = new Set(["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT", "SQLITE_BUSY", "SQLITE_LOCKED"]);

/** The driver's error inside TypeORM's, or the error itself. */
function driverError(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

function field(error: unknown, name: "code" | "message"): string {
  if (typeof error !== "object" || error === null || !(name in error)) return "";
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : "";
}

/** SQLite refines its codes, e.g. `SQLITE_IOERR_WRITE`; lists name the family. */
function isOneOf(codes: ReadonlySet<string>, code: string): boolean {
  return codes.has(code) || (code.startsWith("SQLITE_") && codes.has(code.split("_").slice(0, 2).join("_")));
}

/** True if the database is unreachable, as opposed to rejecting a statement. */
export function isAway(error: unknown): boolean {
  if (error instanceof StoreAwayError) return true;
  const cause = driverError(error);
  // libsql reports a file that it cannot open without a code, as "ConnectionFailed(…)".
  return (
    isOneOf(awayCodes, field(cause, "code")) ||
    /^ConnectionFailed|connection is in closed state|Pool is closed/.test(field(cause, "message"))
  );
}

/** True if the database or the way to it failed, and not the work itself. */
export const isOfDatabase = (error: unknown): boolean =>
  error instanceof StoreQueryError || error instanceof QueryFailedError || isAway(error);

const readOnlyCodes = new Set(["ER_OPTION_PREVENTS_STATEMENT", "ER_READ_ONLY_MODE"]);

/** True if the database reads and does not write, as a replica or one before its promotion does. */
export const isReadOnly = (error: unknown): boolean => readOnlyCodes.has(field(driverError(error), "code"));

const refusedStatements = new Set(["ER_TABLEACCESS_DENIED_ERROR", "ER_DBACCESS_DENIED_ERROR"]);

/** True if a migration failed because the account may not create or change tables. */
export const mayNotChangeTables = (error: unknown): boolean =>
  refusedStatements.has(field(driverError(error), "code"));

/** True for deadlocks and locks held by others: retrying the transaction may succeed. */
export function isRetryable(error: unknown): boolean {
  return isOneOf(retryCodes, field(driverError(error), "code"));
}

/**
 * The column of the unique key that a statement violated, or null for any other error. On MySQL it is read
 * from the key's name, which by our convention is `uq_<table>__<column>`.
 */
export function duplicateKey(error: unknown): string | null {
  if (error instanceof StoreQueryError) return error.duplicateKey;
  const cause = driverError(error);
  const message = field(cause, "message");
  switch (field(cause, "code")) {
    case "ER_DUP_ENTRY":
      return /for key '(?:.*\.)?(?:uq_\w+__)?(\w+)'$/.exec(message)?.[1] ?? "unknown";
    case "SQLITE_CONSTRAINT_UNIQUE":
    case "SQLITE_CONSTRAINT_PRIMARYKEY":
      return /failed: \w+\.(\w+)/.exec(message)?.[1] ?? "unknown";
    default:
      return null;
  }
}

const certificateTroubles: readonly (readonly [RegExp, string])[] = [
  [/expired/i, "its certificate has expired"],
  [/altnames|does not match/i, "its certificate is for another host name"],
  [/self.signed|issuer|unable to verify/i, "its certificate is from an unknown authority: name it with ca="],
];

/** Why an encrypted connection was not made, in our words: those of the driver may name hosts. */
export function certificateTrouble(error: unknown): string {
  const message = field(driverError(error), "message");
  const words = certificateTroubles.find(([pattern]) => pattern.test(message))?.[1];
  return words === undefined ? "" : `: ${words}`;
}

/** Translates an error for callers: unavailable, rejected (without values), or an error of the work itself. */
export function translate(error: unknown): unknown {
  if (error instanceof StoreAwayError || error instanceof StoreQueryError) return error;
  if (isAway(error)) {
    const code = field(driverError(error), "code");
    return new StoreAwayError(
      `The database is unavailable${code === "" ? "" : ` (${code}${code.includes("SSL") ? certificateTrouble(error) : ""})`}.`,
    );
  }
  if (!(error instanceof QueryFailedError)) return error;
  return new StoreQueryError(
    field(driverError(error), "code") || "unknown",
    error.query,
    duplicateKey(error),
  );
}
