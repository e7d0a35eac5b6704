import { percentile } from "./statistics.ts";

/** The result of repeated calls. Times are in microseconds. */
export interface Driven {
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/**
 * Repeats a call for this long, `atOnce` at a time. A call that is too short for the clock is made `batch` times in a
 * row, and its time is the mean.
 */
export const drive = async (
  ask: () => Promise<unknown>,
  {
    atOnce,
    durationMs,
    batch = 1,
  }: { readonly atOnce: number; readonly durationMs: number; readonly batch?: number },
): Promise<Driven> => {
  const timesUs: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + durationMs;
  const askInTurn = async (): Promise<void> => {
    for (let before = performance.now(); before < until;) {
      for (let left = batch; left > 0; left--) await ask();
      const after = performance.now();
      timesUs.push(((after - before) * 1000) / batch);
      before = after;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, askInTurn));
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    perSecond: (timesUs.length * batch) / seconds,
    p50Us: percentile(timesUs, 0.5),
    p99Us: percentile(timesUs, 0.99),
  };
};
