/** Asterisk's clock according to a response: at least `fromMs`, less than `toMs`. */
export interface ClockReading {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Asterisk's threads may send events out of order by less than this. */
const shuffledMs = 1_000;

/**
 * Translates the timestamps of one Asterisk to our steady clock.
 *
 * Each event carries the time of Asterisk's machine. That clock may be wrong, may be set while calls are up, and
 * differs from one Asterisk to the next. Our own clock may be set as well. So no duration comes from a wall clock:
 * timestamps are translated to our steady clock, and our own facts are stamped with it directly. One offset is kept
 * for each connection, our steady clock minus Asterisk's clock. Three rules determine it:
 *
 * - A message is not received before it was sent. This is the upper bound, and detects a clock that was set forward.
 * - A response is not sent before its request. This is the lower bound, and detects a clock that was set back or runs
 *   slow.
 * - An event more than a second older than the event before it means that the clock was set back. Events that are only
 *   read late stay in order.
 *
 * The error is the latency of the fastest message, below a millisecond in a local network. It can reach a second when
 * no response has milliseconds (REST over HTTP, where only the `Date` header has the time), but then it is the same
 * for all events of a call.
 */
export class AsteriskTime {
  #aheadMs: number | null = null;
  #newestMs = Number.NEGATIVE_INFINITY;
  #knownToTheMs = false;

  /** Takes an event that was received now, and returns when it happened: never later than now. */
  happened(timestampMs: number, receivedMs: number): number {
    const atMostMs = receivedMs - timestampMs;
    const setBack = timestampMs < this.#newestMs - shuffledMs;
    if (setBack) this.#newestMs = timestampMs;
    else this.#newestMs = Math.max(this.#newestMs, timestampMs);
    if (this.#aheadMs === null || setBack || this.#aheadMs > atMostMs) this.#aheadMs = atMostMs;
    return timestampMs + this.#aheadMs;
  }

  /** Takes a response that was received now. */
  answered({ fromMs, toMs }: ClockReading, askedMs: number, receivedMs: number): void {
    const toTheMs = toMs - fromMs <= 1;
    // A proxy replaces the `Date` header, and its clock is yet another one.
    if (this.#knownToTheMs && !toTheMs) return;
    this.#knownToTheMs ||= toTheMs;
    const atMostMs = receivedMs - fromMs;
    const atLeastMs = askedMs - toMs;
    // The clock was set back. The next event must not be taken for the sign of it: it may be read late.
    if (toMs < this.#newestMs - shuffledMs) this.#newestMs = fromMs;
    this.#aheadMs = Math.max(atLeastMs, Math.min(this.#aheadMs ?? atMostMs, atMostMs));
  }

  /** Translates a timestamp of the past. null until the offset is known. */
  momentOf(timestampMs: number, nowMs: number): number | null {
    return this.#aheadMs === null ? null : Math.min(timestampMs + this.#aheadMs, nowMs);
  }
}
