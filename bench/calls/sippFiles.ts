/** What became of one load. */
export interface LoadResult {
  readonly calls: number;
  readonly failed: number;
  /** From INVITE to 200 at the caller, for every call that was answered. */
  readonly setUpMs: readonly number[];
  /** Whether the calls could be placed, and ended, at the pace that was asked for. */
  readonly paceKept: boolean;
}

export interface Statistics {
  readonly successful: number;
  readonly failed: number;
  /** From SIPp's start to its last line. */
  readonly seconds: number;
}

/** `HH:MM:SS:microseconds`, with hours as many as there are. */
const secondsOf = (text: string): number => {
  const [hours = 0, minutes = 0, seconds = 0, micros = 0] = text.split(":").map(Number);
  return hours * 3600 + minutes * 60 + seconds + micros / 1_000_000;
};

/** SIPp's statistics file (-trace_stat): the cumulated figures of its last line; null when there is none. */
export const readStatistics = (text: string): Statistics | null => {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const last = lines.at(-1)?.split(";");
  if (last === undefined) return null;
  const names = head.split(";");
  const column = (name: string): string => {
    const value = last[names.indexOf(name)];
    if (value === undefined) throw new Error(`SIPp's statistics have no column ${name}.`);
    return value;
  };
  return {
    successful: Number(column("SuccessfulCall(C)")),
    failed: Number(column("FailedCall(C)")),
    seconds: secondsOf(column("ElapsedTime(C)")),
  };
};

/** SIPp's response times (-trace_rtt), in milliseconds: the second column of every line after the head. */
export const readResponseTimes = (text: string): number[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(";")[1]))
    .filter(Number.isFinite);
