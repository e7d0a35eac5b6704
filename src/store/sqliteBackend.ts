import { setTimeout as delay } from "node:timers/promises";
import { DataSource } from "typeorm";
import type { EntityManager, QueryRunner } from "typeorm";
import type { Backend } from "./backend.ts";
import { dataSourceOptions } from "../../ormconfig.ts";
import type { DatabaseAddress } from "./dataSource.ts";
import { isRetryable, StoreAwayError } from "./errors.ts";
import { keepDatabasePrivate } from "./sqliteFile.ts";
import { onThread } from "./sqliteThread.ts";
import type { ThreadedDataSource } from "./sqliteThread.ts";

const lockWaitMs = 15_000;

interface Connections {
  readonly writer: DataSource;
  /** WAL lets it read what is committed while a transaction is open on the other one. */
  readonly reader: DataSource;
  /** For reads that take no time, and must not wait for one that does. */
  readonly quickReader: DataSource;
  /** Whether a thread of one of them has died. */
  readonly broken: boolean;
  close(): Promise<void>;
}

/**
 * TypeORM has one connection for a SQLite data source and gives it to everybody: statements of one flow land
 * in the open transaction of another and share its rollback. So there are two, one that only reads, and one
 * on which transactions run strictly one after the other. With `threads` each of them has a thread of its own, since
 * a statement blocks the one it runs in; only quick reads are made here, in less time than asking a thread takes.
 */
export function createSqliteBackend(
  address: Extract<DatabaseAddress, { kind: "sqlite" }>,
  { threads = false }: { readonly threads?: boolean } = {},
): Backend {
  let connections: Connections | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = queue.then(run);
    queue = result.catch(() => undefined);
    return result;
  }

  /** Lets go of connections whose state is in doubt and makes new ones; where that fails, `ping` goes on trying. */
  async function reconnect(): Promise<void> {
    const doubtful = connections;
    connections = null;
    if (doubtful) await doubtful.close().catch(() => undefined);
    connections = await connect(address, threads);
  }

  return {
    async connect() {
      connections = await connect(address, threads);
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
          await begin(runner);
          const result = await work(runner.manager);
          await runner.commitTransaction();
          return result;
        } catch (error) {
          try {
            if (runner.isTransactionActive) await runner.rollbackTransaction();
          } catch {
            // SQLite has rolled back by itself (a full disk, say) and TypeORM's books are wrong from here on.
            await reconnect().catch(() => undefined);
          }
          throw error;
        }
      }),

    async ping() {
      if (closed) throw new StoreAwayError();
      if (connections === null || connections.broken) await inTurn(reconnect);
      await connections?.reader.query("SELECT 1 FROM migrations LIMIT 1");
    },

    async close() {
      closed = true;
      await queue;
      const closing = connections;
      connections = null;
      if (closing) await closing.close();
    },
  };
}

async function connect(
  address: Extract<DatabaseAddress, { kind: "sqlite" }>,
  threads: boolean,
): Promise<Connections> {
  keepDatabasePrivate(address.file);
  const opened: (() => Promise<void>)[] = [];
  const inThreads: ThreadedDataSource[] = [];
  const close = async (): Promise<void> => {
    for (const one of opened.toReversed()) await one();
  };
  const options = dataSourceOptions(address, { busyTimeoutMs: 20 });
  const openHere = async (): Promise<DataSource> => {
    const dataSource = new DataSource(options);
    opened.push(async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    });
    return dataSource.initialize();
  };
  const openInThread = async (): Promise<DataSource> => {
    if (options.type !== "better-sqlite3") throw new Error("The options are not those of SQLite.");
    const threaded = await onThread(options);
    opened.push(() => threaded.close());
    inThreads.push(threaded);
    return threaded.dataSource;
  };
  try {
    const first = await openHere();
    await migrate(first);
    const quickReader = threads ? first : await openHere();
    const writer = threads ? await openInThread() : first;
    const reader = threads ? await openInThread() : quickReader;
    for (const one of new Set([quickReader, reader])) await one.query("PRAGMA query_only = ON");
    return {
      writer,
      reader,
      quickReader,
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
 * A transaction that reads first and writes later fails when another process wrote in between, so the write
 * lock is taken at the beginning, by a write that changes nothing. SQLite's own way to wait for it blocks the
 * event loop, and with it every call; here the wait is ours.
 */
async function begin(
  runner: QueryRunner,
  write = "UPDATE migrations SET name = name WHERE 1 = 0",
): Promise<void> {
  const giveUpAt = performance.now() + lockWaitMs;
  for (;;) {
    await runner.startTransaction();
    try {
      await runner.query(write);
      return;
    } catch (error) {
      await runner.rollbackTransaction();
      if (!isRetryable(error) || performance.now() > giveUpAt) throw error;
      await delay(1 + Math.random() * 10);
    }
  }
}

/** All in one transaction, whose write lock keeps other processes out until it is done. */
async function migrate(writer: DataSource): Promise<void> {
  const runner = writer.createQueryRunner();
  // There is no table yet that could be written to.
  await begin(runner, "CREATE TABLE migration_lock (id integer)");
  try {
    await runner.query("DROP TABLE migration_lock");
    await writer.runMigrations({ transaction: "none" });
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
