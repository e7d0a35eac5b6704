/** The result of one load. */
export interface LoadResult {
  readonly calls: number;
  readonly failed: number;
  /** The callers' time from INVITE to 200, for each answered call. */
  readonly setUpMs: readonly number[];
  /** The callers' time from INVITE to 503, for each refused call, where refusals are expected. */
  readonly refusedMs: readonly number[];
  /** Whether calls were placed and ended at the requested rate. */
  readonly paceKept: boolean;
}

interface Statistics {
  readonly successful: number;
  readonly failed: number;
  /** From SIPp's start to the last line of its statistics. */
  readonly seconds: number;
}

/** `HH:MM:SS:microseconds`; the hours may have more digits. */
const secondsOf = (text: string): number => {
  const [hours = 0, minutes = 0, seconds = 0, micros = 0] = text.split(":").map(Number);
  return hours * 3600 + minutes * 60 + seconds + micros / 1_000_000;
};

/** Cumulative figures in the last line of SIPp's statistics file (-trace_stat); null if there is none. */
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

/** Response times of one timer in milliseconds: the second column of SIPp's -trace_rtt file. The third one is the timer. */
export const readResponseTimes = (text: string, timer: number): number[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(";"))
    .filter(([, ms, of]) => Number(of) === timer && Number.isFinite(Number(ms)))
    .map(([, ms]) => Number(ms));
