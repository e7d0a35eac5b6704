import type { SteadyClock, TimerHandle } from "./types.ts";

/** A timer that is this late was held up by something that held up everything else, too. */
const lateAfterMs = 50;
/** Time for the event loop to read its sockets; timers and sockets take turns in it. */
const readingMs = 100;
/** An event loop that stays overloaded must not put a decision off for ever. */
const mostDelays = 10;

/**
 * A timer for decisions against a peer that did not answer in time. When the process was stopped or its event loop
 * blocked, the timer is due before the answer, which has long arrived, is read: Node runs timers first. So a timer
 * that fires late does not count. It is set again for a moment, until it fires on time or was put off ten times.
 *
 * Returns the way to stop it.
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
