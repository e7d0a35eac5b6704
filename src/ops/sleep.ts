import type { Clock } from "./types.ts";

/** Resolves after this time. Rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, forMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clock.clearTimer(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimer(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, forMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
