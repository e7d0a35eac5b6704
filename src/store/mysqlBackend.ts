import { createHash } from "node:crypto";
import { DataSource, MigrationExecutor } from "typeorm";
import type { EntityManager, QueryRunner } from "typeorm";
import type { Logger, SteadyClock } from "../ops/types.ts";
import type { Backend } from "./backend.ts";
import { dataSourceOptions } from "../../ormconfig.ts";
import { type DatabaseAddress, forMigrations, withPoolSize } from "./dataSource.ts";
import { withinDeadline } from "./deadline.ts";
import { hasLaterTables } from "./laterTables.ts";
import { isAway, isOfDatabase, mayNotChangeTables, StoreAwayError, StoreLateError } from "./errors.ts";
import { readHeartbeat, replicaConnector, writeHeartbeat } from "./replicaConnections.ts";
import type { ConnectToReplica } from "./replicaConnections.ts";
import { createReplicas } from "./replicas.ts";
import { serverNameOf } from "./serverUrl.ts";

interface MysqlBackendOptions {
  readonly address: Extract<DatabaseAddress, { kind: "mysql" }>;
  /** Replicas, for reads that may lag. */
  readonly readUrls: readonly string[];
  readonly connectTimeoutMs: number;
  /** A longer read counts as an outage. */
  readonly readTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

const migrationLockSeconds = 60;
const heartbeatTimeoutMs = 1000;

/** A connection pool; every piece of work has its own connection and a deadline. */
export function createMysqlBackend(options: MysqlBackendOptions): Backend {
  const { address, readUrls, connectTimeoutMs, readTimeoutMs, transactionTimeoutMs, clock, logger } = options;
  let dataSource: DataSource | null = null;
  let connectToReplica: ConnectToReplica | null = null;
  let replicas: ReturnType<typeof createReplicas> | null = null;
  let isOfLater = false;
  const onPrimary = { used: 0, waiting: 0 };
  const onReplicas = { used: 0, waiting: 0 };

  /** Connected, with the tables of this version. */
  async function opened(at: DatabaseAddress, replicaUrls: readonly string[] = []): Promise<DataSource> {
    const candidate = new DataSource(dataSourceOptions(at, { connectTimeoutMs, readUrls: replicaUrls }));
    await withinDeadline(clock, candidate.initialize(), connectTimeoutMs * 2);
    try {
      isOfLater = await migrate(candidate);
    } catch (error) {
      await candidate.destroy().catch(() => undefined);
      throw error;
    }
    return candidate;
  }

  /**
   * mysql2 has no timeout that ends a connection: a frozen server would keep every connection of the pool waiting
   * forever. Past the deadline the connection is therefore destroyed.
   */
  async function withConnection<T>(
    timeoutMs: number,
    work: (runner: QueryRunner) => Promise<T>,
    replica: number | null = null,
  ): Promise<T> {
    if (dataSource === null) throw new StoreAwayError();
    const runner = dataSource.createQueryRunner(replica === null ? "master" : "slave");
    const count = replica === null ? onPrimary : onReplicas;
    count.waiting += 1;
    const acquiring: Promise<{ destroy(): void }> =
      replica === null || connectToReplica === null ? runner.connect() : connectToReplica(runner, replica);
    const startedAt = clock.steadyMs();
    let connection;
    try {
      connection = await withinDeadline(clock, acquiring, timeoutMs);
    } catch (error) {
      acquiring.then(
        () => runner.release(),
        () => undefined,
      );
      throw error;
    } finally {
      count.waiting -= 1;
    }
    count.used += 1;
    try {
      const leftMs = Math.max(1, timeoutMs - (clock.steadyMs() - startedAt));
      return await withinDeadline(clock, work(runner), leftMs);
    } catch (error) {
      // Late or broken: the pool must not reuse this connection.
      if (isAway(error)) connection.destroy();
      throw error;
    } finally {
      count.used -= 1;
      await runner.release();
    }
  }

  const readFrom = <T>(replica: number | null, work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    withConnection(readTimeoutMs, (runner) => work(runner.manager), replica);

  /** From a replica if one is near enough. A read changes nothing, so the primary can answer it in place of a failed one. */
  async function readLagging<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const replica = replicas?.choose() ?? null;
    if (replica === null) return readFrom(null, work);
    try {
      return await readFrom(replica, work);
    } catch (error) {
      // A statement that takes too long on a replica also takes too long on the primary. The heartbeat notices a
      // replica that hangs.
      const isHeavy = error instanceof StoreLateError && replicas?.states[replica]?.used === true;
      if (isHeavy || !isOfDatabase(error)) throw error;
      if (isAway(error)) replicas?.failed(replica, error);
      const answer = await readFrom(null, work);
      // It does not have the tables of this version yet, or its account may not read them.
      replicas?.failed(replica, error);
      return answer;
    }
  }

  function followReplicas(connected: DataSource): void {
    if (readUrls.length === 0) return;
    connectToReplica = replicaConnector(connected);
    replicas = createReplicas({
      names: readUrls.map(serverNameOf),
      beat: () => withConnection(heartbeatTimeoutMs, (runner) => writeHeartbeat(runner.manager)),
      readBeat: (index) =>
        withConnection(heartbeatTimeoutMs, (runner) => readHeartbeat(runner.manager), index),
      clock,
      logger,
    });
  }

  return {
    get hasLaterTables() {
      return isOfLater;
    },

    get replicas() {
      return replicas?.states ?? [];
    },

    get connections() {
      return { ...onPrimary, limit: address.poolSize };
    },

    async connect() {
      if (address.migrationsUrl !== undefined) {
        const migrating = await opened(withPoolSize(forMigrations(address), 1));
        await migrating.destroy();
      }
      dataSource = await opened(address, readUrls);
      followReplicas(dataSource);
    },

    read: (work, { mayLag = false } = {}) => (mayLag ? readLagging(work) : readFrom(null, work)),

    transaction: (work) =>
      withConnection(transactionTimeoutMs, async (runner) => {
        await runner.startTransaction("READ COMMITTED");
        return finish(runner, work);
      }),

    scrub: () => Promise.resolve(true),

    async ping(timeoutMs) {
      await withConnection(timeoutMs, (runner) => runner.query("SELECT 1"));
    },

    async pingWrite(timeoutMs) {
      // MySQL checks whether it may write before it looks for rows.
      await withConnection(timeoutMs, (runner) => runner.query("UPDATE imports SET id = id WHERE 1 = 0"));
    },

    async close() {
      replicas?.close();
      const closing = dataSource;
      dataSource = null;
      if (closing) await withinDeadline(clock, closing.destroy(), connectTimeoutMs).catch(() => undefined);
    },
  };
}

async function finish<T>(runner: QueryRunner, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  try {
    const result = await work(runner.manager);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // A broken connection cannot roll back; the server does, and the first error is the one to report.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}

const notMigrated =
  "The tables are not those of this version, and the account may not change them. Set DATABASE_MIGRATIONS_URL to one that " +
  "may, and run the migrations or restart.";

/**
 * Several instances may start at once; MySQL's named lock, held by one connection, lets one of them migrate. Resolves to
 * whether a later version has changed the tables.
 */
async function migrate(dataSource: DataSource): Promise<boolean> {
  const database = String(dataSource.options.database);
  const lock = `phone-proxy.${createHash("sha1").update(database).digest("hex")}`;
  const runner = dataSource.createQueryRunner();
  try {
    const rows: { got: number | null }[] = await runner.query("SELECT GET_LOCK(?, ?) AS got", [
      lock,
      migrationLockSeconds,
    ]);
    if (Number(rows[0]?.got) !== 1) throw new StoreAwayError("Another instance is migrating the database.");
    try {
      // On the same connection: a pool of one has no second.
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = "each";
      // The account may lack even the permission to try to create tables.
      if ((await executor.getPendingMigrations()).length > 0) await executor.executePendingMigrations();
      return await hasLaterTables(dataSource, runner);
    } catch (error) {
      throw mayNotChangeTables(error) ? new StoreAwayError(notMigrated) : error;
    } finally {
      // A connection that is lost has released it, and is not the error to report.
      await runner.query("DO RELEASE_LOCK(?)", [lock]).catch(() => undefined);
    }
  } finally {
    await runner.release();
  }
}
