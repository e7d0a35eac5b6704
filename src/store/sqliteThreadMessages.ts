/** What the thread is given at its start. */
export interface SqliteThreadData {
  readonly file: string;
  readonly busyTimeoutMs: number;
}

export type ToSqlite =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly close: true };

/** `rows` of a statement that has some, else null. */
export interface StatementResult {
  readonly rows: readonly unknown[] | null;
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** What makes one driver's error the same error on the other side, where classes and codes get lost. */
export interface ToldSqliteError {
  readonly message: string;
  readonly code: string;
}

export type FromSqlite =
  | { readonly id: number; readonly result: StatementResult }
  | { readonly id: number; readonly error: ToldSqliteError };
