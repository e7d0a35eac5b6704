import { DataSource } from "typeorm";
import type { EntityManager, QueryRunner } from "typeorm";
import { sleep } from "../ops/sleep.ts";
import type { Random, SteadyClock } from "../ops/types.ts";
import type { Backend } from "./backend.ts";
import { dataSourceOptions } from "../../ormconfig.ts";
import type { DatabaseAddress } from "./dataSource.ts";
import { isRetryable, StoreAwayError } from "./errors.ts";
import { hasLaterTables } from "./laterTables.ts";
import { keepDatabasePrivate } from "./sqliteFile.ts";
import { onThread } from "./sqliteThread.ts";
import type { ThreadedDataSource } from "./sqliteThread.ts";

const lockWaitMs = 15_000;

interface SqliteBackendOptions {
  readonly threads: boolean;
  readonly clock: SteadyClock;
  readonly random: Random;
}

type Waiting = Pick<SqliteBackendOptions, "clock" | "random">;

interface Connections {
  readonly writer: DataSource;
  /** WAL lets it read committed data while the other connection has an open transaction. */
  readonly reader: DataSource;
  /** For quick reads, which must not wait for long ones. */
  readonly quickReader: DataSource;
  readonly hasLaterTables: boolean;
  /** Whether the thread of a connection has died. */
  readonly broken: boolean;
  close(): Promise<void>;
}

/**
 * TypeORM has one shared connection per SQLite data source: statements of one flow would run in the open
 * transaction of another and share its rollback. So there are two: one only reads, and on the other transactions
 * run strictly one after another. With `threads` each has its own thread, because a statement blocks its thread;
 * only quick reads run in this one, faster than asking a thread.
 */
export function createSqliteBackend(
  address: Extract<DatabaseAddress, { kind: "sqlite" }>,
  options: SqliteBackendOptions,
): Backend {
  let connections: Connections | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  }

  /** Replaces connections in an unknown state; if that fails, `ping` retries. */
  async function reconnect(): Promise<void> {
    const doubtful = connections;
    connections = null;
    if (doubtful) await doubtful.close().catch(() => undefined);
    connections = await connect(address, options);
  }

  return {
    get hasLaterTables() {
      return connections?.hasLaterTables === true;
    },
    replicas: [],
    connections: null,

    async connect() {
      connections = await connect(address, options);
    },

    async read(work, { quick = false } = {}) {
      if (connections === null) throw new StoreAwayError();
      return work((quick ? connections.quickReader : connections.reader).manager);
    },

    transaction: <T>(work: (manager: EntityManager) => Promise<T>) =>
      inTurn(async (): Promise<T> => {
        const current = connections;
        if (current === null) throw new StoreAwayError();
        const runner = current.writer.createQueryRunner();
        try {
          await begin(runner, options);
          const result = await work(runner.manager);
          await runner.commitTransaction();
          return result;
        } catch (error) {
          try {
            if (runner.isTransactionActive) await runner.rollbackTransaction();
          } catch {
            // SQLite has rolled back on its own (for example, on a full disk), and TypeORM's state is wrong from
            // here on.
            await reconnect().catch(() => undefined);
          }
          throw error;
        }
      }),

    // Between transactions, and in their thread: calls read on their own connection meanwhile.
    scrub: () =>
      inTurn(async () => {
        if (connections === null) throw new StoreAwayError();
        return scrub(connections.writer, options);
      }),

    async ping() {
      if (closed) throw new StoreAwayError();
      if (connections === null || connections.broken) await inTurn(reconnect);
      await connections?.reader.query("SELECT 1 FROM migrations LIMIT 1");
    },

    // A file that cannot be written fails at the next write; there is no server to say so before.
    pingWrite: () => Promise.resolve(),

    async close() {
      closed = true;
      await queue;
      const closing = connections;
      connections = null;
      if (closing) await closing.close();
    },
  };
}

/**
 * Writes the database anew without the space of deleted rows, and empties the write-ahead log into it. `secure_delete` also
 * clears the pages that are left.
 */
async function scrub(writer: DataSource, { clock, random }: Waiting): Promise<boolean> {
  const giveUpAtMs = clock.steadyMs() + lockWaitMs;
  await writer.query("PRAGMA secure_delete = ON");
  for (let isWritten = false; ;) {
    try {
      if (!isWritten) await writer.query("VACUUM");
      isWritten = true;
      const [log]: { readonly busy: number }[] = await writer.query("PRAGMA wal_checkpoint(TRUNCATE)");
      if (log?.busy === 0) return true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
    if (clock.steadyMs() > giveUpAtMs) return false;
    await sleep(clock, 10 + random() * 40);
  }
}

async function connect(
  address: Extract<DatabaseAddress, { kind: "sqlite" }>,
  { threads, ...waiting }: SqliteBackendOptions,
): Promise<Connections> {
  keepDatabasePrivate(address.file);
  const opened: (() => Promise<void>)[] = [];
  const inThreads: ThreadedDataSource[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one();
  };
  const sourceOptions = dataSourceOptions(address, { busyTimeoutMs: 20 });
  const openHere = async (): Promise<DataSource> => {
    const dataSource = new DataSource(sourceOptions);
    opened.push(async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    });
    return dataSource.initialize();
  };
  const openInThread = async (): Promise<DataSource> => {
    if (sourceOptions.type !== "better-sqlite3") throw new Error("The options are not those of SQLite.");
    const threaded = await onThread(sourceOptions);
    opened.push(() => threaded.close());
    inThreads.push(threaded);
    return threaded.dataSource;
  };
  try {
    const first = await openHere();
    const isOfLater = await migrate(first, waiting);
    const quickReader = threads ? first : await openHere();
    const writer = threads ? await openInThread() : first;
    const reader = threads ? await openInThread() : quickReader;
    for (const one of new Set([quickReader, reader])) await one.query("PRAGMA query_only = ON");
    return {
      writer,
      reader,
      quickReader,
      hasLaterTables: isOfLater,
      close,
      get broken() {
        return inThreads.some(({ hasEnded }) => hasEnded);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A transaction that reads first and writes later fails if another process wrote in between, so the write lock is
 * taken at the start, by a write without effect. SQLite's own waiting would block the event loop, and with it every
 * call, so we wait ourselves.
 */
async function begin(
  runner: QueryRunner,
  { clock, random }: Waiting,
  write = "UPDATE migrations SET name = name WHERE 1 = 0",
): Promise<void> {
  const giveUpAtMs = clock.steadyMs() + lockWaitMs;
  for (;;) {
    await runner.startTransaction();
    try {
      await runner.query(write);
      return;
    } catch (error) {
      await runner.rollbackTransaction();
      if (!isRetryable(error) || clock.steadyMs() > giveUpAtMs) throw error;
      await sleep(clock, 1 + random() * 10);
    }
  }
}

/**
 * In one transaction, whose write lock keeps other processes out. Resolves to whether a later version has changed the
 * tables.
 */
async function migrate(writer: DataSource, waiting: Waiting): Promise<boolean> {
  const runner = writer.createQueryRunner();
  // There is no table to write to yet.
  await begin(runner, waiting, "CREATE TABLE migration_lock (id integer)");
  try {
    await runner.query("DROP TABLE migration_lock");
    await writer.runMigrations({ transaction: "none" });
    const isOfLater = await hasLaterTables(writer, runner);
    await runner.commitTransaction();
    return isOfLater;
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
