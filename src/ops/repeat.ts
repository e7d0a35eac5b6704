import type { Clock, TimerHandle } from "./types.ts";

/**
 * Repeats the work, waiting `everyMs` after each run has ended. The work must not reject. Returns a function that
 * stops it.
 */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<unknown>): () => void {
  let timer: TimerHandle | null = null;
  let stopped = false;
  const wait = (): void => {
    timer = clock.setTimer(() => void workOnce(), everyMs);
  };
  const workOnce = async (): Promise<void> => {
    await work();
    if (!stopped) wait();
  };
  wait();
  return () => {
    stopped = true;
    if (timer !== null) clock.clearTimer(timer);
  };
}
