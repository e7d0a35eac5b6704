import type { EntityManager } from "typeorm";
import type { MappingInvalidations, NumberMapper } from "../../numbers/types.ts";
import { sleep } from "../../ops/sleep.ts";
import type { Clock, Logger } from "../../ops/types.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { isEmbedded } from "../../store/dialect.ts";
import type { Store } from "../../store/types.ts";
import { CancelledError, LeaseLostError } from "../job/errors.ts";
import { lockProgress } from "../job/importTable.ts";
import type { ImportProgress } from "../job/importTable.ts";
import type { ImportState } from "../job/types.ts";

/** How long a lease lasts: far longer than a batch takes. */
export const leaseMs = 6000;

export interface JobParts {
  readonly store: Store;
  readonly mapper: NumberMapper;
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder with the files of imports. */
  readonly directory: string;
  /** Awaited after each batch, with its duration: calls in progress may need the machine. */
  readonly giveWay?: (workedMs: number, signal: AbortSignal) => Promise<void>;
  /** Rows per transaction; by default what suits the database best. */
  readonly batchRows?: number;
}

/** One import in progress in this process. */
export interface Job {
  readonly importId: number;
  /** Identifies this attempt of this process. */
  readonly owner: string;
  /** Aborted when the process stops or the import is cancelled. */
  readonly signal: AbortSignal;
  /** Called when the job starts to wait for the database, and when it continues. */
  readonly waiting: (forWhat: "database" | null) => void;
}

/** Rows per transaction. An embedded database blocks its thread, and other writers, while it writes. */
export const batchRowsOf = ({ store, batchRows }: Pick<JobParts, "store" | "batchRows">): number =>
  batchRows ?? (isEmbedded(store) ? 1000 : 5000);

/** SQLite limits the parameters of a statement. */
export const smallBatch = 500;

const firstPauseMs = 100;
const longestPauseMs = 1000;

/** Retries until the database is back. The work must be safe to repeat. */
export async function untilStored<T>(clock: Clock, job: Job, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      const result = await work();
      if (tries > 0) job.waiting(null);
      return result;
    } catch (error) {
      if (!(error instanceof StoreAwayError)) throw error;
      job.waiting("database");
      await sleep(clock, Math.min(longestPauseMs, firstPauseMs * 2 ** tries), job.signal);
    }
  }
}

/**
 * A transaction in which only this job works on the import. Throws as `requireOwned`.
 */
export function owning<T>(
  { store, clock }: Pick<JobParts, "store" | "clock">,
  job: Job,
  state: ImportState,
  work: (manager: EntityManager, progress: ImportProgress) => Promise<T>,
): Promise<T> {
  return untilStored(clock, job, () =>
    store.transaction(async (manager) => {
      const progress = await lockProgress(manager, job.importId);
      requireOwned(progress, job, state);
      return work(manager, progress);
    }),
  );
}

/** Throws `CancelledError` if the import was cancelled, and `LeaseLostError` if another job has it. */
export function requireOwned(
  progress: Pick<ImportProgress, "state" | "leaseOwner">,
  job: Pick<Job, "owner">,
  state: ImportState,
): void {
  if (progress.state === "cancelled") throw new CancelledError("The import was cancelled.");
  if (progress.leaseOwner !== job.owner) throw new LeaseLostError("The import has another owner.");
  if (progress.state !== state) throw new LeaseLostError("The import is in another state.");
}

/** Rows per second since the job started, and the remaining time. */
export class Pace {
  readonly #startedAtMs: number;
  readonly #firstProgress: number;
  #rows = 0;

  constructor(nowMs: number, progress: number) {
    this.#startedAtMs = nowMs;
    this.#firstProgress = progress;
  }

  after(
    rows: number,
    progress: number,
    nowMs: number,
  ): { readonly rowsPerSecond: number | null; readonly remainingMs: number | null } {
    this.#rows += rows;
    const tookMs = nowMs - this.#startedAtMs;
    const done = progress - this.#firstProgress;
    if (tookMs <= 0) return { rowsPerSecond: null, remainingMs: null };
    return {
      rowsPerSecond: Math.round((this.#rows * 1000) / tookMs),
      remainingMs: done > 0 ? Math.round((tookMs / done) * (1 - progress)) : null,
    };
  }
}
