import { readFileSync } from "node:fs";

/** Since it was last asked, in milliseconds. */
export interface Delays {
  /** How long the longest stall was, without the time in which the machine gave the thread no processor. */
  readonly maxMs: number;
  /** The same as the calls see it, with that time. */
  readonly maxWithWaitMs: number;
  /** Most CPU time between two turns, whatever else runs on the machine; without calls that block in the kernel. */
  readonly maxCpuMs: number;
}

const tickMs = 5;

/** How long this thread has run and waited for a processor since it began (proc(5), schedstat); 0 where that is not told. */
function processorMs(): { readonly ran: number; readonly waited: number } {
  try {
    const [ran, waited] = readFileSync("/proc/thread-self/schedstat", "latin1").split(" ");
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { ran: 0, waited: 0 };
  }
}

/**
 * Watches the event loop of the thread that calls it. A machine that is shared holds a thread up as well, which is none
 * of its own fault: what Linux says of that is taken off.
 */
export function watchDelays(): () => Delays {
  let maxMs = 0;
  let maxWithWaitMs = 0;
  let maxCpuMs = 0;
  let dueAtMs = 0;
  let before = processorMs();
  const wait = (): void => {
    before = processorMs();
    dueAtMs = performance.now() + tickMs;
    setTimeout(tick, tickMs).unref();
  };
  const tick = (): void => {
    const delayMs = performance.now() - dueAtMs;
    maxWithWaitMs = Math.max(maxWithWaitMs, delayMs);
    const { ran, waited } = processorMs();
    maxMs = Math.max(maxMs, delayMs - (waited - before.waited));
    maxCpuMs = Math.max(maxCpuMs, ran - before.ran);
    wait();
  };
  wait();
  return () => {
    const seen = { maxMs, maxWithWaitMs, maxCpuMs };
    maxCpuMs = 0;
    maxMs = 0;
    maxWithWaitMs = 0;
    return seen;
  };
}
