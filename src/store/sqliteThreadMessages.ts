/** The start data of the thread. */
export interface SqliteThreadData {
  readonly file: string;
  readonly busyTimeoutMs: number;
}

export type ToSqlite =
  | { readonly id: number; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly close: true };

/** `rows` of a statement that returns some, otherwise null. */
export interface StatementResult {
  readonly rows: readonly unknown[] | null;
  readonly affected: number;
  readonly lastInsertRowid: number | bigint;
}

/** An error in a form that survives the transfer between threads, where classes and codes are lost. */
export interface ToldSqliteError {
  readonly message: string;
  readonly code: string;
}

export type FromSqlite =
  | { readonly id: number; readonly result: StatementResult }
  | { readonly id: number; readonly error: ToldSqliteError };
