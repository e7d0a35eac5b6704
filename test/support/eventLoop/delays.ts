import { readFileSync } from "node:fs";

/** In milliseconds, since the last request. */
export interface Delays {
  /** The longest stall, without the time in which the thread was waiting for a processor. */
  readonly maxMs: number;
  /** The longest stall including that time, as noticed by calls. */
  readonly maxWithWaitMs: number;
  /** Maximum CPU time between two turns: independent of other programs, but without blocking system calls. */
  readonly maxCpuMs: number;
}

const tickMs = 5;

/** How long this thread has run and waited for a processor (proc(5), schedstat); 0 if unavailable. */
function processorMs(): { readonly ran: number; readonly waited: number } {
  try {
    const [ran, waited] = readFileSync("/proc/thread-self/schedstat", "latin1").split(" ");
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { ran: 0, waited: 0 };
  }
}

/**
 * Monitors the event loop of the calling thread. Subtracts the time in which the thread waited for a processor, as
 * reported by Linux, because that depends on other programs.
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
