import type { Logger, SteadyClock } from "../ops/types.ts";
import { sleep } from "../ops/sleep.ts";

/** After the first failure; doubled with each further one. */
const firstRetryMs = 1_000;
const longestRetryMs = 10_000;
/** Calls processed per turn of the event loop, a few milliseconds of work. */
const callsPerTurn = 25;

/** For the list of all channels, which can take a busy Asterisk with thousands of calls seconds. */
export const listTimeoutMs = 15_000;

/** One comparison of Asterisk's calls with ours. */
export interface Comparison {
  /** False once the connection has been lost: what was read counts no longer. */
  readonly isCurrent: () => boolean;
  /** Call before the lists are requested. Returns the calls that send events from then on. */
  readonly listen: () => ReadonlySet<string>;
  /** Call for each call. Yields to timers, sockets, and events from time to time; resolves with `isCurrent()`. */
  readonly goesOn: () => Promise<boolean>;
}

interface Ports {
  /** Name of the Asterisk. */
  readonly asterisk: string;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

/** Compares Asterisk's calls with ours after every connect, and again until that has succeeded. */
export class CatchUp {
  readonly #ports: Ports;
  readonly #compare: (comparison: Comparison) => Promise<void>;
  #heardOf = new Set<string>();
  #run = 0;
  #done = false;
  #problem: string | null = null;

  /** `compare` rejects if Asterisk's lists could not be read, and may return early if it is not current any more. */
  constructor(ports: Ports, compare: (comparison: Comparison) => Promise<void>) {
    this.#ports = ports;
    this.#compare = compare;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Why the last attempt failed; null if none has. */
  get problem(): string | null {
    return this.#problem;
  }

  start(): void {
    this.stop();
    this.#attempt(this.#run, firstRetryMs);
  }

  stop(): void {
    this.#run += 1;
    this.#done = false;
    this.#problem = null;
    this.#heardOf = new Set();
  }

  /** Call for every event of a call. */
  notice(callId: string): void {
    if (!this.#done) this.#heardOf.add(callId);
  }

  #attempt(run: number, retryAfterMs: number): void {
    const { asterisk, clock, logger } = this.#ports;
    const isCurrent = (): boolean => run === this.#run;
    let calls = 0;
    const comparison: Comparison = {
      isCurrent,
      listen: () => (this.#heardOf = new Set()),
      goesOn: async () => {
        calls += 1;
        if (calls % callsPerTurn === 0) await sleep(clock, 0);
        return isCurrent();
      },
    };
    this.#compare(comparison).then(
      () => {
        if (!isCurrent()) return;
        this.#done = true;
        this.#problem = null;
        this.#heardOf = new Set();
      },
      (error: unknown) => {
        if (!isCurrent()) return;
        this.#problem = error instanceof Error ? error.message : String(error);
        logger.warn("Could not compare calls with Asterisk, retrying", { asterisk, error, retryAfterMs });
        clock.setTimer(() => {
          if (isCurrent()) this.#attempt(run, Math.min(longestRetryMs, retryAfterMs * 2));
        }, retryAfterMs);
      },
    );
  }
}
