import type { EntityManager } from "typeorm";
import type { ReadOptions } from "./types.ts";

/** What the two databases do differently. Errors are the driver's own or `StoreAwayError`. */
export interface Backend {
  /** Connects and migrates. Called again after a failure, not after a success. */
  connect(): Promise<void>;
  read<T>(work: (manager: EntityManager) => Promise<T>, options?: ReadOptions): Promise<T>;
  /** A whole transaction, never nested. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}
