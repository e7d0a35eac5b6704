import type { EntityManager } from "typeorm";
import type { Store } from "./types.ts";

/** What the two databases spell or do differently in statements that are written by hand. */
interface Dialect {
  /** Behind a `SELECT`: holds the rows to the end of the transaction. SQLite has one writer at a time, who needs no lock. */
  readonly forUpdate: string;
  /** As `forUpdate`, without the rows that others hold. */
  readonly forUpdateOfFree: string;
  /** Holds the rows together with others who do so too, against those who want to change them. */
  readonly forShare: string;
  /** The text of a column as it is compared without regard to case. */
  readonly textKey: (column: string) => string;
  /** Whether `textKey` is a column of its own, which needs what `foldedText` makes of the text beside it. */
  readonly foldsText: boolean;
  /** Makes MySQL follow an index whose order is the one that is asked for, where it would rather read and sort all. */
  readonly useIndex: (name: string) => string;
  /**
   * Behind an `INSERT`: what happens to a row whose key is there already. `set` maps columns to what they become, given
   * how to refer to the value that is there and to the one that was to be inserted.
   */
  readonly onDuplicate: (
    table: string,
    key: readonly string[],
    set: Readonly<Record<string, (there: string, inserted: string) => string>>,
  ) => string;
}

const mysql: Dialect = {
  forUpdate: " FOR UPDATE",
  forUpdateOfFree: " FOR UPDATE SKIP LOCKED",
  forShare: " FOR SHARE",
  textKey: (column) => column,
  foldsText: false,
  useIndex: (name) => ` FORCE INDEX (${name})`,
  // Not INSERT IGNORE: that would also cut values that are too long, without a word.
  onDuplicate: (table, _key, set) =>
    ` ON DUPLICATE KEY UPDATE ${assignments(set, table, (column) => `VALUES(${column})`)}`,
};

const sqlite: Dialect = {
  forUpdate: "",
  forUpdateOfFree: "",
  forShare: "",
  textKey: (column) => `${column}_key`,
  foldsText: true,
  useIndex: () => "",
  onDuplicate: (table, key, set) =>
    ` ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assignments(set, table, (column) => `excluded.${column}`)}`,
};

export const dialectOf = (manager: EntityManager): Dialect =>
  manager.dataSource.options.type === "mysql" ? mysql : sqlite;

/**
 * Whether the database is a file that this process writes itself: one transaction at a time, and the thread that makes it
 * does nothing else meanwhile.
 */
export const isEmbedded = ({ kind }: Pick<Store, "kind">): boolean => kind === "sqlite";

/** For find options: as `forUpdate`. TypeORM refuses locks on SQLite, which has no use for them. */
export const heldRows = (manager: EntityManager): { lock?: { mode: "pessimistic_write" } } =>
  manager.dataSource.options.type === "mysql" ? { lock: { mode: "pessimistic_write" } } : {};

/** Keeps what is there, for `onDuplicate`. */
export const unchanged = (there: string): string => there;
/** Adds what was to be inserted, for `onDuplicate`. */
export const added = (there: string, inserted: string): string => `${there} + ${inserted}`;
/** Takes what was to be inserted, for `onDuplicate`. */
export const replaced = (_there: string, inserted: string): string => inserted;

const assignments = (
  set: Parameters<Dialect["onDuplicate"]>[2],
  table: string,
  inserted: (column: string) => string,
): string =>
  Object.entries(set)
    .map(([column, make]) => `${column} = ${make(`${table}.${column}`, inserted(column))}`)
    .join(", ");
