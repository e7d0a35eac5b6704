import type { Clock, TimerHandle } from "./types.ts";

/**
 * Does the work again and again, each time so long after the last one has ended. The work must not reject.
 * Returns the way to stop.
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
