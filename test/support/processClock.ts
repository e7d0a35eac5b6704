import type { Clock, SteadyClock, TimerHandle } from "../../src/ops/types.ts";

interface Timer {
  readonly callback: () => void;
  handle: TimerHandle | null;
  cancelled: boolean;
}

/** The clock of one machine and one process in a test: the machine's time can be set, the process be frozen. */
export class ProcessClock implements SteadyClock {
  readonly #time: Clock;
  /** Due while the process was frozen. */
  readonly #due: Timer[] = [];
  #frozen = false;
  #aheadMs = 0;

  constructor(time: Clock) {
    this.#time = time;
  }

  nowMs(): number {
    return this.#time.nowMs() + this.#aheadMs;
  }

  steadyMs(): number {
    return this.#time.nowMs();
  }

  /** The machine's time is set forward, or back. Timers do not notice. */
  step(ms: number): void {
    this.#aheadMs += ms;
  }

  setTimer(callback: () => void, afterMs: number): TimerHandle {
    const timer: Timer = { callback, handle: null, cancelled: false };
    timer.handle = this.#time.setTimer(() => {
      if (this.#frozen) this.#due.push(timer);
      else callback();
    }, afterMs);
    return timer;
  }

  clearTimer(handle: TimerHandle): void {
    const timer = handle as Timer;
    timer.cancelled = true;
    if (timer.handle !== null) this.#time.clearTimer(timer.handle);
  }

  freeze(): void {
    this.#frozen = true;
  }

  /** Everything that has become due runs at once, before anything is read: as in Node. */
  thaw(): void {
    this.#frozen = false;
    for (const { cancelled, callback } of this.#due.splice(0)) if (!cancelled) callback();
  }
}
