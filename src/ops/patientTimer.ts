import type { SteadyClock, TimerHandle } from "./types.ts";

/** A timer that fires this late means that the process was frozen or its event loop blocked. */
const lateAfterMs = 50;
/** Time for the event loop to read its sockets. */
const readingMs = 100;
/** Limits the delay when the event loop stays overloaded. */
const mostDelays = 10;

/**
 * A timer for timeouts: its callback decides against a peer that has not answered in time. After the process was
 * frozen or the event loop blocked, Node runs timers before it reads the sockets, where the answer may be waiting. So
 * a timer that fires late is set again for a short time, until it fires on time or was put off ten times.
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
