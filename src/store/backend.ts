import type { EntityManager } from "typeorm";
import type { DatabaseConnections, ReadOptions, ReplicaState } from "./types.ts";

/** The differences between the two databases. Errors are the driver's own or `StoreAwayError`. */
export interface Backend {
  /** Connects and migrates. Called again after a failure, but not after success. */
  connect(): Promise<void>;
  read<T>(work: (manager: EntityManager) => Promise<T>, options?: ReadOptions): Promise<T>;
  /** A whole transaction, never nested. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** See `Store`. */
  scrub(): Promise<boolean>;
  ping(timeoutMs: number): Promise<void>;
  /** Fails like a write would, and changes nothing. */
  pingWrite(timeoutMs: number): Promise<void>;
  /** Whether a later version has changed the tables: after a return to this one without restoring a backup. */
  readonly hasLaterTables: boolean;
  readonly replicas: readonly ReplicaState[];
  readonly connections: DatabaseConnections | null;
  close(): Promise<void>;
}
