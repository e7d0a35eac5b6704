import type { SteadyClock, TimerHandle } from "./types.ts";

/** A timer this late means that the process was frozen or its event loop blocked. */
const lateAfterMs = 50;
/** Lets the event loop read its sockets. */
const readingMs = 100;
/** Limits the delay when the event loop stays overloaded. */
const mostDelays = 10;

/**
 * A timer for timeouts, whose callback gives up on a peer that has not answered in time. After the process was
 * frozen or the event loop blocked, Node runs timers before it reads the sockets, where the answer may be waiting.
 * A timer that fires late is therefore set again for a short time, until it fires on time or has been postponed ten
 * times.
 *
 * Returns a function that stops it.
 */
export function setPatientTimer(clock: SteadyClock, decide: () => void, afterMs: number): () => void {
  const timer = new PatientTimer(clock, decide, Math.max(0, afterMs));
  return () => timer.stop();
}

/** A class, because every command to Redis and every query sets one, and functions made for each would cost more. */
class PatientTimer {
  readonly #clock: SteadyClock;
  readonly #decide: () => void;
  #timer: TimerHandle;
  #dueMs = 0;
  #delays = 0;

  constructor(clock: SteadyClock, decide: () => void, afterMs: number) {
    this.#clock = clock;
    this.#decide = decide;
    this.#timer = this.#set(afterMs);
  }

  stop(): void {
    this.#clock.clearTimer(this.#timer);
  }

  #set(ms: number): TimerHandle {
    this.#dueMs = this.#clock.steadyMs() + ms;
    return this.#clock.setTimer(() => this.#fire(), ms);
  }

  #fire(): void {
    if (this.#clock.steadyMs() - this.#dueMs < lateAfterMs || this.#delays === mostDelays)
      return this.#decide();
    this.#delays += 1;
    this.#timer = this.#set(readingMs);
  }
}
