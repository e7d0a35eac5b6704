/** UTC milliseconds. */
interface Span {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** The most calls that were in progress at once at any time from `fromMs` up to, not including, `toMs`. */
export function peakOf(calls: readonly Span[], fromMs: number, toMs: number): number {
  const within = calls.filter(({ startedAtMs, endedAtMs }) => startedAtMs < toMs && endedAtMs >= fromMs);
  const starts = within.map(({ startedAtMs }) => startedAtMs).sort(ascending);
  const ends = within.map(({ endedAtMs }) => endedAtMs).sort(ascending);
  let peak = 0;
  let ended = 0;
  for (const [index, start] of starts.entries()) {
    // A call that ends as another one starts makes room for it.
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= start && ended < index) ended += 1;
    peak = Math.max(peak, index + 1 - ended);
  }
  return peak;
}

const ascending = (one: number, other: number): number => one - other;
