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
  let timer: TimerHandle;
  let delays = 0;
  const set = (ms: number): void => {
    const dueMs = clock.steadyMs() + ms;
    timer = clock.setTimer(() => {
      if (clock.steadyMs() - dueMs < lateAfterMs || delays === mostDelays) return decide();
      delays += 1;
      set(readingMs);
    }, ms);
  };
  set(Math.max(0, afterMs));
  return () => clock.clearTimer(timer);
}
