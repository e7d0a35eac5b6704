import type { Clock } from "./types.ts";

/** A sleep that can be interrupted. A wake without a sleeper makes the next sleep end at once. */
export class WakeableSleep {
  readonly #clock: Clock;
  #end: (() => void) | null = null;
  #woken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    if (this.#end) this.#end();
    else this.#woken = true;
  }

  async for(durationMs: number): Promise<void> {
    const sleep = this.forever();
    const timer = this.#clock.setTimer(() => this.wake(), durationMs);
    await sleep;
    this.#clock.clearTimer(timer);
  }

  async forever(): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        this.#end = resolve;
      });
    }
    this.#end = null;
    this.#woken = false;
  }
}
