import { setPatientTimer } from "./patientTimer.ts";
import type { Clock, SteadyClock } from "./types.ts";

/** The work must neither throw nor reject. If it returns a promise, the next wait begins when that has settled. */
type Work = () => Promise<unknown> | void;

/** Repeats the work, waiting `everyMs` after each run has ended. Returns a function that stops it. */
export function repeat(clock: Clock, everyMs: number, work: Work): () => void {
  return repeatAfter((run) => {
    const timer = clock.setTimer(run, everyMs);
    return () => clock.clearTimer(timer);
  }, work);
}

/** The same for work that gives up on peers that have not answered, see `setPatientTimer`. */
export function repeatPatiently(clock: SteadyClock, everyMs: number, work: Work): () => void {
  return repeatAfter((run) => setPatientTimer(clock, run, everyMs), work);
}

function repeatAfter(setTimer: (run: () => void) => () => void, work: Work): () => void {
  let stopped = false;
  let clear: (() => void) | null = null;
  const wait = (): void => {
    if (!stopped) clear = setTimer(run);
  };
  const run = (): void => {
    const running = work();
    if (running instanceof Promise) void running.then(wait);
    else wait();
  };
  wait();
  return () => {
    stopped = true;
    clear?.();
  };
}
