/** Upper bounds of classes of seconds, the last one open: percentiles without individual calls. */
export const ringBounds = [2, 5, 10, 15, 20, 30, 45, 60, 90] as const;
export const talkBounds = [5, 15, 30, 60, 120, 300, 600, 1800, 3600] as const;

export const classNames = (name: string): string[] =>
  Array.from({ length: 10 }, (_, index) => `${name}_${index}`);

/** The sums of `call_stats`, by column. */
export const sumNames = [
  "calls",
  "talk_seconds",
  "ring_calls",
  "ring_seconds",
  ...classNames("ring"),
  ...classNames("talk"),
];

/** The class of the seconds, 0 to 9. */
export function classOf(seconds: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => seconds <= bound);
  return index === -1 ? bounds.length : index;
}

/**
 * The seconds that the given share (0 to 1) of the calls does not exceed, estimated along a straight line within
 * its class; in the last class its lower bound. null without any call.
 *
 * The estimate never contradicts the average: it is at most the value at which the longer calls alone would make up
 * the whole sum. Otherwise, short calls, which share a wide class, would have a median of one second at an average of
 * zero.
 */
export function percentileOf(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
  averageSeconds: number = Number.POSITIVE_INFINITY,
): number | null {
  const estimate = estimateOf(counts, bounds, share);
  return estimate === null ? null : Math.min(estimate, averageSeconds / (1 - share));
}

function estimateOf(counts: readonly number[], bounds: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const lower = bounds[index - 1] ?? 0;
    const upper = bounds[index];
    if (upper === undefined) return lower;
    if (count > 0 && below + count >= share * total)
      return lower + ((upper - lower) * (share * total - below)) / count;
    below += count;
  }
  return bounds.at(-1) ?? null;
}
