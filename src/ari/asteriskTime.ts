/** Asterisk's clock as read in an answer: it was at least `fromMs` and less than `toMs`. */
export interface ClockReading {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Events of one socket are in the order of their times, but for what Asterisk's threads shuffle. */
const shuffledMs = 1_000;

/**
 * When things happened in one Asterisk, on our steady clock.
 *
 * Asterisk tells the time of each event by the clock of its own machine, which may be wrong, may be set while calls
 * are up, and is another one for each Asterisk. Ours may be set as well. So neither wall clock is used to measure
 * anything: the time of an event is translated to our steady clock, which is never set, and what we do ourselves is
 * stamped with that clock to begin with. What is kept is one number for each connection, by how much our steady clock
 * is ahead of Asterisk's. It follows from three rules:
 *
 * - Nothing is received before it happened. This bounds the number from above, and finds a clock set forward.
 * - No answer is given before its question was asked. This bounds it from below, and finds a clock set back, or one
 *   that runs slow.
 * - An event that is older than the one before it by more than a second tells of a clock set back, too: an event that
 *   was only read late is preceded by events that are older still.
 *
 * The error is the time that the fastest message takes, less than a millisecond in a local network. Only where no
 * answer tells the time in milliseconds (REST over HTTP, where the `Date` header has seconds) may it reach a second;
 * it is then the same for all events of a call.
 */
export class AsteriskTime {
  #aheadMs: number | null = null;
  #newestMs = Number.NEGATIVE_INFINITY;
  #knownToTheMs = false;

  /** An event, or whatever else tells its time, was received. Returns when it happened, never later than now. */
  happened(timestampMs: number, receivedMs: number): number {
    const atMostMs = receivedMs - timestampMs;
    const setBack = timestampMs < this.#newestMs - shuffledMs;
    if (setBack) this.#newestMs = timestampMs;
    else this.#newestMs = Math.max(this.#newestMs, timestampMs);
    if (this.#aheadMs === null || setBack || this.#aheadMs > atMostMs) this.#aheadMs = atMostMs;
    return timestampMs + this.#aheadMs;
  }

  /** An answer was received. */
  answered({ fromMs, toMs }: ClockReading, askedMs: number, receivedMs: number): void {
    const toTheMs = toMs - fromMs <= 1;
    // The header may also be that of a proxy, whose clock is yet another one.
    if (this.#knownToTheMs && !toTheMs) return;
    this.#knownToTheMs ||= toTheMs;
    const atMostMs = receivedMs - fromMs;
    const atLeastMs = askedMs - toMs;
    // Set back: noticed here, so that the next event, which may be read late, is not what tells of it.
    if (toMs < this.#newestMs - shuffledMs) this.#newestMs = fromMs;
    this.#aheadMs = Math.max(atLeastMs, Math.min(this.#aheadMs ?? atMostMs, atMostMs));
  }

  /** A time that Asterisk told of something past. null before anything is known of its clock. */
  momentOf(timestampMs: number, nowMs: number): number | null {
    return this.#aheadMs === null ? null : Math.min(timestampMs + this.#aheadMs, nowMs);
  }
}
