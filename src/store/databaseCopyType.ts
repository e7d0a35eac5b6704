import type { Readable } from "node:stream";

/** Tables that are empty until the first user, key, import, number, or call; changes of pools and rules are in the audit log. */
export const tablesOfUse = [
  "api_keys",
  "audit_log",
  "call_logs",
  "imports",
  "phone_mappings",
  "users",
] as const;

/** Copies a database while it is in use, and puts a copy back. */
export interface DatabaseCopy {
  /** The name of a copy, whose extension shows its kind. */
  readonly fileName: string;
  /**
   * A copy as of one moment, without waiting for writers or holding them up. `done` rejects if it is incomplete; await
   * it together with reading the stream.
   */
  read(): Promise<{ readonly stream: Readable; readonly done: Promise<void> }>;
  /** Whether the database has nothing but what a first start has made, so that putting a copy back replaces nothing. */
  isEmpty(): Promise<boolean>;
  /** Replaces everything by the copy in this file. */
  load(file: string): Promise<void>;
}
