import type { Readable } from "node:stream";
import type { DatabaseAddress } from "./dataSource.ts";
import { createMysqlCopy } from "./mysqlCopy.ts";
import { createSqliteCopy } from "./sqliteCopy.ts";

/** Copies a database while it is in use, and puts a copy back. */
export interface DatabaseCopy {
  /** The name of a copy, whose ending says what it is. */
  readonly fileName: string;
  /**
   * A copy as of one moment, without waiting for writers or holding them up. `done` rejects if it is incomplete; await
   * it together with reading the stream.
   */
  read(): Promise<{ readonly stream: Readable; readonly done: Promise<void> }>;
  /** Whether there is nothing that putting a copy back would replace. */
  isEmpty(): Promise<boolean>;
  /** Replaces everything by the copy in this file. */
  load(file: string): Promise<void>;
}

/** @param scratch a private folder for temporary files, which the caller removes. */
export const databaseCopy = (address: DatabaseAddress, scratch: string): DatabaseCopy =>
  address.kind === "sqlite" ? createSqliteCopy(address.file, scratch) : createMysqlCopy(address.url, scratch);
