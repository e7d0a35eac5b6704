import type { Clock, TimerHandle } from "../../src/ops/types.ts";
import type { Random, Range } from "./random.ts";

/** Cancels delayed work. Has no effect if it has already run. */
export type Cancel = () => void;

/**
 * Runs what Asterisk's threads would do next. Work without a delay runs in order within the same turn, without a
 * timer: that keeps load cheap and virtual time exact.
 */
export class Scheduler {
  readonly clock: Clock;
  readonly random: Random;
  #queue: (() => void)[] = [];
  #running = false;
  /** Counts restarts of Asterisk: work from before a restart never runs. */
  #life = 0;
  readonly #timers = new Set<TimerHandle>();
  /** How far the clock of Asterisk's machine is ahead of the true time. */
  aheadMs = 0;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  nowMs(): number {
    return this.clock.nowMs() + this.aheadMs;
  }

  /** Runs `task`, then everything that it scheduled without a delay. */
  run(task: () => void): void {
    this.#queue.push(task);
    if (this.#running) return;
    this.#running = true;
    try {
      // The queue may grow while it is processed. An index is cheaper than shifting.
      for (let index = 0; index < this.#queue.length; index++) {
        this.#queue[index]?.();
        if (index >= 4096) {
          this.#queue = this.#queue.slice(index + 1);
          index = -1;
        }
      }
    } finally {
      this.#queue = [];
      this.#running = false;
    }
  }

  /** After a random delay from `delayMs`; if that is 0, at once and in order. */
  after(delayMs: Range, task: () => void): Cancel {
    const ms = this.random.from(delayMs);
    const life = this.#life;
    if (ms <= 0) {
      let cancelled = false;
      this.run(() => {
        if (!cancelled && life === this.#life) task();
      });
      return () => {
        cancelled = true;
      };
    }
    const timer: TimerHandle = this.clock.setTimer(() => {
      this.#timers.delete(timer);
      this.run(task);
    }, ms);
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
      this.clock.clearTimer(timer);
    };
  }

  /** Like `after`, but tasks of the same line run in order. */
  line(delayMs: Range): (task: () => void) => void {
    const waiting: (() => void)[] = [];
    return (task) => {
      waiting.push(task);
      // The first delay to end runs the task that has waited longest.
      this.after(delayMs, () => waiting.shift()?.());
    };
  }

  /** Discards everything scheduled so far. */
  restart(): void {
    this.#life++;
    for (const timer of this.#timers) this.clock.clearTimer(timer);
    this.#timers.clear();
  }
}
