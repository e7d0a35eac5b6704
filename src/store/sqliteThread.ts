import type { Worker } from "node:worker_threads";
import { DataSource, QueryFailedError, QueryResult } from "typeorm";
import type { DataSourceOptions } from "typeorm";
import { startThread } from "../ops/threads.ts";
import type {
  FromSqlite,
  SqliteThreadData,
  StatementResult,
  ToldSqliteError,
  ToSqlite,
} from "./sqliteThreadMessages.ts";

/** An SQLite error, as its driver would have thrown it. */
class SqliteThreadError extends Error {
  readonly code: string;

  constructor({ message, code }: ToldSqliteError, options?: ErrorOptions) {
    super(message, options);
    this.name = "SqliteThreadError";
    this.code = code;
  }
}

const gone = { message: "The thread of the connection has ended.", code: "SQLITE_IOERR" };

interface Waiting {
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (error: Error) => void;
}

/** An SQLite connection in its own thread, because the driver blocks during statements. */
class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #statements = 0;
  #hasEnded = false;

  constructor(workerData: SqliteThreadData) {
    this.#worker = startThread(new URL("./sqliteThreadMain", import.meta.url), {
      workerData,
    });
    this.#worker.on("message", (message: FromSqlite) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ("error" in message) waiting?.reject(new SqliteThreadError(message.error));
      else waiting?.resolve(message.result);
      // An idle connection does not keep the process alive.
      if (this.#waiting.size === 0) this.#worker.unref();
    });
    // Such as exhausted memory. For a caller, the database is unavailable until the thread has been replaced.
    this.#worker.once("error", (cause: Error) => this.#end(new SqliteThreadError(gone, { cause })));
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#end(new SqliteThreadError(gone));
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  execute(sql: string, parameters: readonly unknown[]): Promise<StatementResult> {
    if (this.#hasEnded) return Promise.reject(new SqliteThreadError(gone));
    this.#statements += 1;
    const message: ToSqlite = { id: this.#statements, sql, parameters };
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#waiting.set(message.id, { resolve, reject });
      this.#worker.postMessage(message, []);
    });
  }

  async close(): Promise<void> {
    const message: ToSqlite = { close: true };
    this.#worker.ref();
    this.#worker.postMessage(message, []);
    await this.#ended;
  }

  #end(error: Error): void {
    this.#hasEnded = true;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Replaces the driver's class: TypeORM itself uses nothing of it, see `onThread`. */
class NoConnection {
  readonly pragma = (): void => undefined;
  readonly close = (): void => undefined;
}

export interface ThreadedDataSource {
  readonly dataSource: DataSource;
  /** Set when the thread has died; a new one must be started. */
  readonly hasEnded: boolean;
  close(): Promise<void>;
}

/**
 * A data source whose statements all run in a thread. TypeORM's only asynchronous SQLite driver is gone, so the
 * remaining one is used except for running statements: its query runner gets another `query`. Each data source has
 * one runner, so this is done once. The file must exist and be migrated.
 */
export async function onThread(
  options: DataSourceOptions & { readonly type: "better-sqlite3" },
): Promise<ThreadedDataSource> {
  const thread = new SqliteThread({ file: options.database, busyTimeoutMs: options.timeout ?? 0 });
  const dataSource = new DataSource({ ...options, driver: NoConnection });
  async function query(sql: string, parameters?: unknown[], structured?: false): Promise<unknown>;
  async function query(sql: string, parameters: unknown[], structured: true): Promise<QueryResult>;
  async function query(sql: string, parameters: unknown[] = [], structured = false): Promise<unknown> {
    // Bound as numbers, like the driver's own runner does.
    const values = parameters.map((value) => (typeof value === "boolean" ? Number(value) : value));
    try {
      const { rows, affected, lastInsertRowid } = await thread.execute(sql, values);
      const result = new QueryResult();
      result.raw = rows ?? lastInsertRowid;
      if (rows === null) result.affected = affected;
      else result.records = [...rows];
      return structured ? result : result.raw;
    } catch (error) {
      throw new QueryFailedError(sql, parameters, error instanceof Error ? error : new Error(String(error)));
    }
  }
  try {
    await dataSource.initialize();
    dataSource.createQueryRunner().query = query;
    await dataSource.query("SELECT 1");
  } catch (error) {
    await thread.close();
    throw error;
  }
  return {
    dataSource,
    get hasEnded() {
      return thread.hasEnded;
    },
    async close() {
      await thread.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}
