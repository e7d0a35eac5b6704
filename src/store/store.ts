import { AsyncLocalStorage } from "node:async_hooks";
import type { EntityManager } from "typeorm";
import { systemClock } from "../ops/clock.ts";
import { sleep } from "../ops/sleep.ts";
import type { Logger, Random, SteadyClock } from "../ops/types.ts";
import { createAvailability } from "./availability.ts";
import type { Backend } from "./backend.ts";
import type { DatabaseAddress } from "./dataSource.ts";
import { duplicateKey, isAway, isRetryable, StoreAwayError, translate } from "./errors.ts";
import { createMysqlBackend } from "./mysqlBackend.ts";
import { createSqliteBackend } from "./sqliteBackend.ts";
import type { Store } from "./types.ts";

export interface StoreOptions {
  readonly address: DatabaseAddress;
  /** MySQL only: replicas, which answer reads that may lag. */
  readonly readUrls?: readonly string[];
  readonly logger: Logger;
  /**
   * SQLite only: statements run in their own threads, so that none blocks the caller. For the thread that handles
   * calls; others are faster without.
   */
  readonly threads?: boolean;
  readonly connectTimeoutMs?: number;
  /** MySQL only; a SQLite read cannot be interrupted. */
  readonly readTimeoutMs?: number;
  /** MySQL only. Includes the wait for a free connection. */
  readonly transactionTimeoutMs?: number;
  readonly clock?: SteadyClock;
  /** For jitter between attempts. */
  readonly random?: Random;
}

/** The transaction of the current flow of control. */
interface Scope {
  readonly manager: EntityManager;
  readonly afterCommit: (() => void)[];
  /** Set if the database has rolled back the whole transaction, which the work may not have noticed. */
  doomedBy: unknown;
}

const maxAttempts = 8;

export function createStore(options: StoreOptions): Store {
  const { address, logger, clock = systemClock, random = Math.random } = options;
  const backend = backendOf({ ...options, clock, random });
  const scopes = new AsyncLocalStorage<Scope>();
  let transactions = 0;
  const availability = createAvailability({
    name: address.kind === "mysql" ? "MySQL" : "SQLite",
    backend,
    logger,
    clock,
    random,
  });

  async function guarded<T>(run: () => Promise<T>): Promise<T> {
    if (!availability.up) throw new StoreAwayError(availability.health.detail);
    try {
      return await run();
    } catch (error) {
      if (isAway(error)) availability.suspect(error);
      throw translate(error);
    }
  }

  async function attempt<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const result = await backend.transaction((manager) => {
      const scope: Scope = { manager, afterCommit, doomedBy: null };
      return scopes.run(scope, async () => {
        const value = await work(manager);
        if (scope.doomedBy !== null) throw scope.doomedBy;
        return value;
      });
    });
    for (const callback of afterCommit) callback();
    return result;
  }

  /** While `scopes` is in use, Node tracks every promise of the process, which costs each call. */
  async function tracked<T>(run: () => Promise<T>): Promise<T> {
    transactions += 1;
    try {
      return await run();
    } finally {
      transactions -= 1;
      if (transactions === 0) scopes.disable();
    }
  }

  async function outermost<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt(work);
      } catch (error) {
        if (!isRetryable(error) || failures >= maxAttempts) throw error;
        logger.debug("Transaction conflict, retrying", { failures });
        await sleep(clock, random() * 10 * 2 ** failures);
      }
    }
  }

  return {
    kind: address.kind,

    read(work, readOptions) {
      const scope = scopes.getStore();
      return scope ? work(scope.manager) : guarded(() => backend.read(work, readOptions));
    },

    transaction(work) {
      const scope = scopes.getStore();
      return scope ? nested(scope, work) : guarded(() => tracked(() => outermost(work)));
    },

    get inTransaction() {
      return scopes.getStore() !== undefined;
    },

    scrub: () => guarded(() => backend.scrub()),

    afterCommit(callback) {
      const scope = scopes.getStore();
      if (scope) scope.afterCommit.push(callback);
      else callback();
    },

    open: () => availability.open(),
    ready: () => availability.ready(),

    async ping(timeoutMs) {
      if (!availability.up) return false;
      try {
        await backend.ping(timeoutMs);
        return true;
      } catch (error) {
        availability.suspect(error);
        return false;
      }
    },

    get health() {
      return availability.health;
    },

    get replicas() {
      return backend.replicas;
    },

    get connections() {
      return backend.connections;
    },

    async close() {
      availability.close();
      await backend.close();
    },
  };
}

async function nested<T>(scope: Scope, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = scope.manager.queryRunner;
  if (!runner) throw new Error("A transaction's manager has no query runner.");
  const callbacksBefore = scope.afterCommit.length;
  await runner.startTransaction();
  try {
    const result = await work(scope.manager);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    scope.afterCommit.length = callbacksBefore;
    // A deadlock also rolls back the outer transaction: continuing would write outside of any.
    if (duplicateKey(error) === null && (isRetryable(error) || isAway(error))) scope.doomedBy = error;
    await runner.rollbackTransaction().catch(() => {
      scope.doomedBy ??= error;
    });
    throw error;
  }
}

function backendOf(
  options: StoreOptions & { readonly clock: SteadyClock; readonly random: Random },
): Backend {
  const { address, readUrls = [], clock, logger, random, threads = false, connectTimeoutMs = 3000 } = options;
  const { readTimeoutMs = 5000, transactionTimeoutMs = 30_000 } = options;
  return address.kind === "sqlite"
    ? createSqliteBackend(address, { threads, clock, random })
    : createMysqlBackend({
        address,
        readUrls,
        connectTimeoutMs,
        readTimeoutMs,
        transactionTimeoutMs,
        clock,
        logger,
      });
}
