import type { EntityManager } from "typeorm";
import { countedAs } from "./entities/calls.ts";
import type { Store } from "./types.ts";

/**
 * The new value of each column of an existing row: an expression, given the references to the existing and the
 * inserted value, and to those of the other columns. MySQL assigns in this order, and each assignment sees those
 * before it; SQLite assigns all at once.
 */
export type Assignments = Readonly<
  Record<
    string,
    (
      there: string,
      inserted: string,
      others: Readonly<Record<"there" | "incoming", (column: string) => string>>,
    ) => string
  >
>;

/** The differences between the two databases in hand-written statements. */
interface Dialect {
  /**
   * After a `SELECT`: locks the rows until the end of the transaction. SQLite has only one writer at a time, which
   * needs no lock.
   */
  readonly forUpdate: string;
  /** Like `forUpdate`, skipping rows locked by others. */
  readonly forUpdateOfFree: string;
  /** Locks the rows for sharing, against changes. */
  readonly forShare: string;
  /** The text of a column for case-insensitive comparison. */
  readonly textKey: (column: string) => string;
  /** Whether `textKey` is a separate column, which needs the `foldedText` of the text. */
  readonly foldsText: boolean;
  /** `countedAs` of a row of `call_logs`. */
  readonly countedAs: string;
  /** After the table of a `SELECT`: reads it through this index, whatever the planner thinks of it. */
  readonly through: (index: string) => string;
  /** After an `INSERT`: what to do if the key exists. */
  readonly onDuplicate: (table: string, key: readonly string[], set: Assignments) => string;
}

const mysql: Dialect = {
  forUpdate: " FOR UPDATE",
  forUpdateOfFree: " FOR UPDATE SKIP LOCKED",
  forShare: " FOR SHARE",
  textKey: (column) => column,
  foldsText: false,
  countedAs: countedAs.mysql,
  through: (index) => ` USE INDEX (${index})`,
  // Not INSERT IGNORE, which would also silently truncate long values.
  onDuplicate: (table, _key, set) =>
    ` ON DUPLICATE KEY UPDATE ${assignments(set, table, (column) => `VALUES(${column})`)}`,
};

const sqlite: Dialect = {
  forUpdate: "",
  forUpdateOfFree: "",
  forShare: "",
  textKey: (column) => `${column}_key`,
  foldsText: true,
  countedAs: countedAs.sqlite,
  through: (index) => ` INDEXED BY ${index}`,
  onDuplicate: (table, key, set) =>
    ` ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assignments(set, table, (column) => `excluded.${column}`)}`,
};

export const dialectOf = (manager: EntityManager): Dialect =>
  manager.dataSource.options.type === "mysql" ? mysql : sqlite;

/** Whether the database is a file written by this process: one transaction at a time, which blocks its thread. */
export const isEmbedded = ({ kind }: Pick<Store, "kind">): boolean => kind === "sqlite";

/** Like `forUpdate`, for find options. TypeORM rejects locks on SQLite, which does not need them. */
export const heldRows = (manager: EntityManager): { lock?: { mode: "pessimistic_write" } } =>
  manager.dataSource.options.type === "mysql" ? { lock: { mode: "pessimistic_write" } } : {};

/** Keeps the existing value, for `onDuplicate`. */
export const unchanged = (there: string): string => there;
/** Adds the new value, for `onDuplicate`. */
export const added = (there: string, inserted: string): string => `${there} + ${inserted}`;

function assignments(set: Assignments, table: string, incoming: (column: string) => string): string {
  const there = (column: string): string => `${table}.${column}`;
  return Object.entries(set)
    .map(([column, make]) => `${column} = ${make(there(column), incoming(column), { there, incoming })}`)
    .join(", ");
}
