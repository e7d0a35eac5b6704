import type { SteadyClock } from "./types.ts";

/** The system clock. Its timers keep the process alive until they fire or are cleared. */
export const systemClock: SteadyClock = {
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  setTimer: (callback, afterMs) => setTimeout(callback, afterMs),
  clearTimer: (handle) => {
    if (isTimeout(handle)) clearTimeout(handle);
  },
};

function isTimeout(handle: unknown): handle is NodeJS.Timeout {
  return typeof handle === "object" && handle !== null && "hasRef" in handle;
}
