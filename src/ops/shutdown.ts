import type { Clock, Logger } from "./types.ts";

interface ShutdownOptions {
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the process; injected for tests. */
  readonly exit: (code: number) => void;
}

interface Phase {
  readonly name: string;
  readonly work: () => Promise<void> | void;
  readonly atMostMs: number;
}

/** The part of `process` used here. */
interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): unknown;
}

/**
 * Stops the application in phases, in the order in which they were added. A failed phase is logged and does not
 * stop the next ones. The deadline covers all phases together.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #phases: Phase[] = [];
  #running: Promise<void> | null = null;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  /** The next phase starts after `atMostMs` at the latest. */
  phase(name: string, work: () => Promise<void> | void, atMostMs = Infinity): void {
    this.#phases.push({ name, work, atMostMs });
  }

  get stopping(): boolean {
    return this.#running !== null;
  }

  /** The first signal starts a graceful shutdown, the second exits immediately. */
  listen(source: SignalSource): void {
    for (const [signal, exitCode] of [
      ["SIGTERM", 143],
      ["SIGINT", 130],
    ] as const) {
      source.on(signal, () => {
        if (this.#running === null) void this.run(signal);
        else {
          this.#options.logger.warn("Received a second stop signal, exiting now", { signal });
          this.#options.exit(exitCode);
        }
      });
    }
  }

  /** Idempotent. Resolves when the last phase is done; exits with 0 on success, otherwise 1. */
  run(reason: string): Promise<void> {
    this.#running ??= this.#run(reason);
    return this.#running;
  }

  async #run(reason: string): Promise<void> {
    const { clock, logger, deadlineMs, exit } = this.#options;
    logger.info("Stopping", { reason });
    let current = "";
    const deadline = clock.setTimer(() => {
      logger.error("Shutdown exceeded its deadline, exiting now", { phase: current, deadlineMs });
      exit(1);
    }, deadlineMs);
    let failed = false;
    for (const { name, work, atMostMs } of this.#phases) {
      current = name;
      const startedAtMs = clock.nowMs();
      try {
        if (!(await this.#inTime(work, atMostMs)))
          logger.warn("A shutdown phase timed out", { phase: name, atMostMs });
        logger.debug("A shutdown phase finished", { phase: name, tookMs: clock.nowMs() - startedAtMs });
      } catch (error) {
        failed = true;
        logger.error("A shutdown phase failed", { phase: name, error });
      }
    }
    clock.clearTimer(deadline);
    logger.info("Stopped", { reason });
    exit(failed ? 1 : 0);
  }

  /** False if it timed out. */
  async #inTime(work: Phase["work"], atMostMs: number): Promise<boolean> {
    const { clock } = this.#options;
    if (atMostMs === Infinity) {
      await work();
      return true;
    }
    let stopWaiting: (() => void) | undefined;
    const timeIsUp = new Promise<false>((resolve) => {
      const timer = clock.setTimer(() => resolve(false), atMostMs);
      stopWaiting = () => clock.clearTimer(timer);
    });
    try {
      return await Promise.race([Promise.resolve(work()).then(() => true), timeIsUp]);
    } finally {
      stopWaiting?.();
    }
  }
}
