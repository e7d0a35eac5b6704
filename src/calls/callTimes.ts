import type { SteadyClock } from "../ops/types.ts";

/** The machine's time at a moment of the steady clock that is not long ago. */
export const wallTimeOf = (clock: SteadyClock, momentMs: number): number =>
  Math.round(clock.nowMs() - (clock.steadyMs() - momentMs));

/**
 * The times of one call. Facts come with moments of the steady clock: those of Asterisk's events are when they
 * happened (`AsteriskTime`), those of our own doings are when we did them. A call keeps UTC, because people read it.
 * It is translated with what the machine's time was when the call came here, for the whole call: if that time is set
 * meanwhile, by an administrator or by NTP, the lengths of ringing and talking stay what they were.
 */
export class CallTimes {
  readonly #aheadMs: number;
  readonly #startedAtMs: number;

  /** `startedAtMs`: when the call began, UTC; no fact of it is earlier. */
  constructor(clock: SteadyClock, startedAtMs: number) {
    this.#aheadMs = clock.nowMs() - clock.steadyMs();
    this.#startedAtMs = startedAtMs;
  }

  at(momentMs: number): number {
    return Math.max(this.#startedAtMs, Math.round(momentMs + this.#aheadMs));
  }
}
