import { percentile } from "./statistics.ts";

/** What a stretch of asking gave. Times in microseconds. */
export interface Driven {
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/**
 * Asks again and again, `atOnce` questions at a time, for so long. A question that takes less than a clock can
 * tell is asked `batch` times in a row, and its time is their mean.
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
