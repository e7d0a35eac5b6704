import type { SteadyClock } from "../ops/types.ts";

/** The UTC time of a recent moment of the steady clock. */
export const wallTimeOf = (clock: SteadyClock, momentMs: number): number =>
  Math.round(clock.nowMs() - (clock.steadyMs() - momentMs));

/**
 * Translates the times of one call from the steady clock to UTC. Asterisk's events carry the time at which they
 * happened (see `AsteriskTime`), our own facts the time of the decision or the response, both on the steady clock. The
 * offset to UTC is taken once, when the call arrives. If the machine's clock is set during the call, by an
 * administrator or by NTP, ring and talk seconds stay right.
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
