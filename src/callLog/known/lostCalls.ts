import type { Clock, TimerHandle } from "../../ops/types.ts";
import type { LostCall } from "../rules/lostRecord.ts";

/** By then, Asterisk's line about the end of a call has arrived, if there is one. */
const lineTimeoutMs = 5_000;

/** Calls that Asterisk no longer has, and whose lines may still arrive. */
export class LostCalls {
  readonly #clock: Clock;
  readonly #lose: (callId: string, found: LostCall) => void;
  readonly #timers = new Map<string, TimerHandle>();

  constructor(clock: Clock, lose: (callId: string, found: LostCall) => void) {
    this.#clock = clock;
    this.#lose = lose;
  }

  /** The first finding counts: it is the closest to the end of the call. */
  missing(callId: string, found: LostCall): void {
    if (this.#timers.has(callId)) return;
    const give = (): void => {
      this.#timers.delete(callId);
      this.#lose(callId, found);
    };
    this.#timers.set(callId, this.#clock.setTimer(give, lineTimeoutMs));
  }

  /** Its end is known. */
  found(callId: string): void {
    const timer = this.#timers.get(callId);
    if (timer === undefined) return;
    this.#timers.delete(callId);
    this.#clock.clearTimer(timer);
  }

  close(): void {
    for (const timer of this.#timers.values()) this.#clock.clearTimer(timer);
    this.#timers.clear();
  }
}
