import type { EntityManager } from "typeorm";
import type { PartHealth } from "../ops/types.ts";

export interface ReadOptions {
  /**
   * For statements that find a few rows by index and that calls wait for. On SQLite they run at once, in the thread
   * that handles calls, and wait for no other statement.
   */
  readonly quick?: boolean;
  /** Writes of the last 10 s may be missing, because a replica may answer. */
  readonly mayLag?: boolean;
}

/** Reads alone. */
export type Reading = Pick<Store, "read">;

/** A copy of the database on another server, which only reads. */
export interface ReplicaState {
  /** Host and port. */
  readonly name: string;
  /** Whether it answers reads that may lag. */
  readonly used: boolean;
  /** null: it has not been reached. */
  readonly lagSeconds: number | null;
  readonly health: PartHealth;
}

/** The connections of this process. */
export interface DatabaseConnections {
  readonly used: number;
  /** Pieces of work that wait for one. */
  readonly waiting: number;
  readonly limit: number;
}

/**
 * The database. The manager must not be used after the work settles. Everything rejects with `StoreAwayError` (code
 * `STORE_AWAY`) while the database is unreachable or not migrated.
 */
export interface Store {
  readonly kind: "mysql" | "sqlite";
  /** Reads outside a transaction; inside `transaction` it sees the transaction's own writes. Must not write. */
  read<T>(work: (manager: EntityManager) => Promise<T>, options?: ReadOptions): Promise<T>;
  /**
   * Commits when `work` resolves, rolls back when it rejects. READ COMMITTED on MySQL; on SQLite one at a time.
   * Called inside another it becomes a savepoint of it. Deadlocks and busy databases are retried as a whole,
   * so `work` may run more than once.
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Whether this flow is in a transaction, so that its changes are committed only when that one ends. */
  readonly inTransaction: boolean;
  /**
   * Overwrites deleted data, as far as it is in files of this process: SQLite's file holds it until the space is used
   * again. Resolves to whether that is done. MySQL overwrites it by itself, in its own time.
   */
  scrub(): Promise<boolean>;
  /** Runs after the outermost transaction of this flow has committed, at once outside of one; dropped on rollback. */
  afterCommit(callback: () => void): void;
  /** Starts connecting and migrating, with unlimited retries and backoff. */
  open(): void;
  /** Resolves once the database has been reached and migrated for the first time; rejects only when closed before. */
  ready(): Promise<void>;
  /** Pings the database; resolves to whether it answered in time. Never rejects. */
  ping(timeoutMs: number): Promise<boolean>;
  readonly health: PartHealth;
  /** Empty without any. */
  readonly replicas: readonly ReplicaState[];
  /** null: the database is a file, without connections. */
  readonly connections: DatabaseConnections | null;
  /** Idempotent; waits for transactions under way. */
  close(): Promise<void>;
}
