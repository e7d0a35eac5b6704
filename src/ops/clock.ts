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

/** The same; its timers keep no process alive. */
export const backgroundClock: SteadyClock = {
  ...systemClock,
  setTimer: (callback, afterMs) => setTimeout(callback, afterMs).unref(),
};

function isTimeout(handle: unknown): handle is NodeJS.Timeout {
  return typeof handle === "object" && handle !== null && "hasRef" in handle;
}
