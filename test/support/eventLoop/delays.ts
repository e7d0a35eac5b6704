import { readFileSync } from "node:fs";

/** Since it was last asked, in milliseconds. */
export interface Delays {
  /** How long the longest stall was, without the time in which the machine gave the thread no processor. */
  readonly maxMs: number;
  /** The same as the calls see it, with that time. */
  readonly maxWithWaitMs: number;
}

const tickMs = 5;

/** How long this thread has waited for a processor since it began (proc(5), schedstat); 0 where that is not told. */
function waitedMs(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Watches the event loop of the thread that calls it. A machine that is shared holds a thread up as well, which is none
 * of its own fault: what Linux says of that is taken off.
 */
export function watchDelays(): () => Delays {
  let maxMs = 0;
  let maxWithWaitMs = 0;
  let dueAtMs = 0;
  let waited = 0;
  const wait = (): void => {
    waited = waitedMs();
    dueAtMs = performance.now() + tickMs;
    setTimeout(tick, tickMs).unref();
  };
  const tick = (): void => {
    const delayMs = performance.now() - dueAtMs;
    maxWithWaitMs = Math.max(maxWithWaitMs, delayMs);
    maxMs = Math.max(maxMs, delayMs - (waitedMs() - waited));
    wait();
  };
  wait();
  return () => {
    const seen = { maxMs, maxWithWaitMs };
    maxMs = 0;
    maxWithWaitMs = 0;
    return seen;
  };
}
