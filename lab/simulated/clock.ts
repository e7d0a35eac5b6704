import type { SteadyClock, TimerHandle } from "../../src/ops/types.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Kept, so that a test that fakes the globals does not stop the virtual clock. */
const macrotask = setImmediate;

/** One turn of the event loop, in which all promises settle that can. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    macrotask(resolve);
  });

/**
 * Time that stands still until a test advances it. Timers fire in the order of their times, and those with equal
 * times in the order in which they were set. Between two timers, all promises settle that can.
 */
export class VirtualClock implements SteadyClock {
  #nowMs: number;
  #order = 0;
  /** A heap, ordered by time and then by order. */
  readonly #timers: Timer[] = [];
  readonly #settle: () => Promise<void>;

  /** @param settle awaited after each timer; pass one that waits longer if the code under test does real I/O. */
  constructor(startMs = Date.UTC(2026, 0, 1), settle: () => Promise<void> = turn) {
    this.#nowMs = startMs;
    this.#settle = settle;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs;
  }

  setTimer(callback: () => void, afterMs: number): TimerHandle {
    const timer: Timer = {
      atMs: this.#nowMs + Math.max(0, afterMs),
      order: this.#order++,
      callback,
      cancelled: false,
    };
    this.#push(timer);
    return timer;
  }

  clearTimer(handle: TimerHandle): void {
    if (handle) (handle as Timer).cancelled = true;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.reduce((sum, timer) => sum + (timer.cancelled ? 0 : 1), 0);
  }

  /** Lets `ms` pass. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.#settle();
    while (await this.#fireNext(untilMs));
    this.#nowMs = untilMs;
  }

  /** Lets time pass until no timer is left; throws after `maxMs`. */
  async runUntilIdle(maxMs = 3_600_000): Promise<void> {
    const untilMs = this.#nowMs + maxMs;
    await this.#settle();
    while (await this.#fireNext(untilMs));
    if (this.#peek()) throw new Error(`Timers are still being set after ${maxMs} ms of virtual time`);
  }

  /** Lets time pass until the condition holds; throws after `maxMs`. */
  async runUntil(condition: () => boolean, maxMs = 600_000): Promise<void> {
    const untilMs = this.#nowMs + maxMs;
    await this.#settle();
    while (!condition()) {
      if (!(await this.#fireNext(untilMs)))
        throw new Error(`The condition did not come true within ${maxMs} ms of virtual time`);
    }
  }

  async #fireNext(untilMs: number): Promise<boolean> {
    const next = this.#peek();
    if (!next || next.atMs > untilMs) return false;
    this.#pop();
    this.#nowMs = next.atMs;
    next.callback();
    await this.#settle();
    return true;
  }

  /** The next timer that was not cancelled. */
  #peek(): Timer | undefined {
    while (this.#timers[0]?.cancelled) this.#pop();
    return this.#timers[0];
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, above)) break;
      index = above;
    }
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right], heap[left]) ? right : left;
      if (child >= heap.length || !this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  /** Swaps the two if the timer at `first` is due before the one at `second`. */
  #swapIfBefore(first: number, second: number): boolean {
    const heap = this.#timers;
    const a = heap[first];
    const b = heap[second];
    if (!a || !b || !isBefore(a, b)) return false;
    heap[first] = b;
    heap[second] = a;
    return true;
  }
}

function isBefore(a: Timer | undefined, b: Timer | undefined): boolean {
  if (!a || !b) return false;
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
}
