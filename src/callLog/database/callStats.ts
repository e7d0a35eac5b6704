import { zonedTimeOf, zonedTimeToUtcMs } from "../../values/zonedTime.ts";
import { number, rowOf, text, time } from "../../store/row.ts";
import type { Column, RowReader } from "../../store/row.ts";
import { selectRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { classNames, percentileOf, ringBounds, sumNames, talkBounds } from "./secondsClasses.ts";
import { dayMs, quarterMs } from "./statsKeeper.ts";

export interface StatsRange {
  /** UTC milliseconds; both are rounded outwards to the quarter of an hour. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface CallTimes {
  readonly calls: number;
  readonly averageSeconds: number | null;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
}

interface CallTotals {
  readonly calls: number;
  readonly answered: number;
  readonly talkSeconds: number;
  /** Most frequent first. */
  readonly outcomes: readonly {
    readonly status: string;
    readonly calls: number;
    readonly talkSeconds: number;
  }[];
  readonly answerTime: CallTimes;
  readonly ringTime: CallTimes;
  readonly talkTime: CallTimes;
}

interface CallSlot {
  readonly atMs: number;
  calls: number;
  answered: number;
  talkSeconds: number;
  /** Total time from dialling to the answer. */
  answerSeconds: number;
  answerCalls: number;
  /** Total time from dialling to the end of unanswered calls. */
  ringSeconds: number;
  ringCalls: number;
}

interface BusyNumber {
  readonly proxyNumber: string;
  readonly calls: number;
  readonly answered: number;
  readonly talkSeconds: number;
}

/** Reads the sums of the `StatsKeeper`. All methods reject with `StoreAwayError` during a database outage. */
export interface CallStats {
  totals(range: StatsRange): Promise<CallTotals>;
  /** Every hour or day in the time zone that overlaps the range, including those without calls. */
  series(range: StatsRange, step: "hour" | "day", zone: string): Promise<readonly CallSlot[]>;
  /** For whole days in UTC. */
  busiest(range: StatsRange, limit: number): Promise<readonly BusyNumber[]>;
  /** Calls since the last midnight of the zone. */
  today(zone: string, nowMs: number): Promise<{ readonly calls: number; readonly answered: number }>;
}

export function quartersAround({ fromMs, toMs }: StatsRange): StatsRange {
  return {
    fromMs: Math.floor(fromMs / quarterMs) * quarterMs,
    toMs: Math.ceil(toMs / quarterMs) * quarterMs,
  };
}

export function daysAround({ fromMs, toMs }: StatsRange): StatsRange {
  return { fromMs: Math.floor(fromMs / dayMs) * dayMs, toMs: Math.ceil(toMs / dayMs) * dayMs };
}

/** The sum of no rows is null. */
const sum: Column<number> = (value) => (value === null ? 0 : number(value));

type Sums = Readonly<Record<string, number>>;

/** Sums by their names. */
const readSums = (names: readonly string[]): RowReader<Sums> =>
  rowOf(Object.fromEntries(names.map((name) => [name, sum] as const)));

const sums = (names: readonly string[]): string => names.map((name) => `SUM(${name}) AS ${name}`).join(", ");
const readTotals = readSums(sumNames);
const readStatus = rowOf({ status: text });
const readQuarter = rowOf({
  bucketAt: time,
  calls: sum,
  talkSeconds: sum,
  answered: sum,
  answerCalls: sum,
  answerSeconds: sum,
  allCalls: sum,
  allSeconds: sum,
});
const readBusy = rowOf({ fakePhone: text, calls: sum, answered: sum, talkSeconds: sum });
const readDay = rowOf({ calls: sum, answered: sum });

const within = "WHERE bucket_at >= ? AND bucket_at < ?";

const boundsOf = (range: StatsRange): string[] => [toDatabaseTime(range.fromMs), toDatabaseTime(range.toMs)];

/** SQL, because each query is a single statement of sums, which a query builder would only make longer. */
export function createCallStats(store: Store): CallStats {
  const query = <Row>(
    reader: RowReader<Row>,
    sql: string,
    parameters: readonly (string | number)[],
  ): Promise<Row[]> => store.read((manager) => selectRows(manager, reader, sql, parameters));

  return {
    async totals(range) {
      const rows = await query(
        (row) => ({ ...readStatus(row), sums: readTotals(row) }),
        `SELECT status, ${sums(sumNames)} FROM call_stats ${within} GROUP BY status`,
        boundsOf(quartersAround(range)),
      );
      const sumsOf = (some: typeof rows): Sums[] => some.map((row) => row.sums);
      const all = sumsOf(rows);
      const answered = sumsOf(rows.filter(({ status }) => status === "answered"));
      const others = sumsOf(rows.filter(({ status }) => status !== "answered"));
      const calls = total(all, "calls");
      const talkSeconds = total(all, "talk_seconds");
      return {
        calls,
        answered: total(answered, "calls"),
        talkSeconds,
        outcomes: rows
          .map((row) => ({
            status: row.status,
            calls: row.sums["calls"] ?? 0,
            talkSeconds: row.sums["talk_seconds"] ?? 0,
          }))
          .filter((outcome) => outcome.calls > 0)
          .toSorted((one, other) => other.calls - one.calls),
        answerTime: times(answered, "ring_calls", "ring_seconds", "ring", ringBounds),
        ringTime: times(others, "ring_calls", "ring_seconds", "ring", ringBounds),
        talkTime: times(answered, "calls", "talk_seconds", "talk", talkBounds),
      };
    },

    async series(range, step, zone) {
      const quarters = quartersAround(range);
      const slots = slotsOf(quarters, step, zone);
      const rows = await query(
        readQuarter,
        `SELECT bucket_at, SUM(calls) AS calls, SUM(talk_seconds) AS talk_seconds,
           SUM(CASE WHEN status = 'answered' THEN calls ELSE 0 END) AS answered,
           SUM(CASE WHEN status = 'answered' THEN ring_calls ELSE 0 END) AS answer_calls,
           SUM(CASE WHEN status = 'answered' THEN ring_seconds ELSE 0 END) AS answer_seconds,
           SUM(ring_calls) AS all_calls, SUM(ring_seconds) AS all_seconds
         FROM call_stats ${within} GROUP BY bucket_at ORDER BY bucket_at`,
        boundsOf(quarters),
      );
      let index = 0;
      for (const row of rows) {
        while ((slots[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= row.bucketAt) index += 1;
        const slot = slots[index];
        if (slot === undefined) break;
        slot.calls += row.calls;
        slot.answered += row.answered;
        slot.talkSeconds += row.talkSeconds;
        slot.answerCalls += row.answerCalls;
        slot.answerSeconds += row.answerSeconds;
        slot.ringCalls += row.allCalls - row.answerCalls;
        slot.ringSeconds += row.allSeconds - row.answerSeconds;
      }
      return slots;
    },

    async busiest(range, limit) {
      const rows = await query(
        readBusy,
        `SELECT fake_phone, ${sums(["calls", "answered", "talk_seconds"])} FROM call_number_days
         WHERE day_at >= ? AND day_at < ? GROUP BY fake_phone ORDER BY calls DESC, fake_phone LIMIT ?`,
        [...boundsOf(daysAround(range)), limit],
      );
      return rows.map(({ fakePhone, ...busy }) => ({ proxyNumber: fakePhone, ...busy }));
    },

    async today(zone, nowMs) {
      const wallMs = zonedTimeOf(nowMs, zone);
      const midnightMs = zonedTimeToUtcMs(Math.floor(wallMs / dayMs) * dayMs, zone);
      const [row] = await query(
        readDay,
        `SELECT SUM(calls) AS calls, SUM(CASE WHEN status = 'answered' THEN calls ELSE 0 END) AS answered
         FROM call_stats WHERE bucket_at >= ?`,
        [toDatabaseTime(midnightMs)],
      );
      return row ?? { calls: 0, answered: 0 };
    },
  };
}

const total = (rows: readonly Sums[], name: string): number =>
  rows.reduce((all, row) => all + (row[name] ?? 0), 0);

function times(
  rows: readonly Sums[],
  callsName: string,
  secondsName: string,
  classes: "ring" | "talk",
  bounds: readonly number[],
): CallTimes {
  const calls = total(rows, callsName);
  const counts = classNames(classes).map((name) => total(rows, name));
  const averageSeconds = calls === 0 ? null : total(rows, secondsName) / calls;
  const percentile = (share: number): number | null =>
    percentileOf(counts, bounds, share, averageSeconds ?? undefined);
  return {
    calls,
    averageSeconds,
    p50Seconds: percentile(0.5),
    p95Seconds: percentile(0.95),
  };
}

const hourMs = 3_600_000;

/** Starts of the hours or days that overlap the range; a day may have 23 or 25 hours. */
function slotsOf({ fromMs, toMs }: StatsRange, step: "hour" | "day", zone: string): CallSlot[] {
  const stepMs = step === "hour" ? hourMs : dayMs;
  const slots: CallSlot[] = [];
  let wallMs = Math.floor(zonedTimeOf(fromMs, zone) / stepMs) * stepMs;
  let atMs = zonedTimeToUtcMs(wallMs, zone);
  while (atMs < toMs) {
    slots.push({
      atMs,
      calls: 0,
      answered: 0,
      talkSeconds: 0,
      answerSeconds: 0,
      answerCalls: 0,
      ringSeconds: 0,
      ringCalls: 0,
    });
    wallMs += stepMs;
    // Hours continue through a clock change, which skips or repeats one.
    atMs = step === "hour" ? atMs + hourMs : zonedTimeToUtcMs(wallMs, zone);
  }
  return slots;
}
