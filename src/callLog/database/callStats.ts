import { zonedTimeOf, zonedTimeToUtcMs } from "../../values/zonedTime.ts";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import type { RowReader } from "../../store/row.ts";
import { selectRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Reading } from "../../store/types.ts";
import { classNames, percentileOf, ringBounds, sumNames, talkBounds } from "./secondsClasses.ts";
import { groupColumns, groupSums, sum } from "./groupSums.ts";
import { daysAround, quartersAround, slotsOf } from "./statsRange.ts";
import type { CallSlot, StatsRange } from "./statsRange.ts";
import { dayMs } from "../../values/durations.ts";
import { outcomeGroups } from "../../values/outcomeGroups.ts";

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
  /** From dialling to the first ringing, of the calls that rang. */
  readonly postDialSeconds: number | null;
  /** The most calls in progress at once; null without any call. */
  readonly peakCalls: number | null;
}

interface BusyNumber {
  readonly proxyNumber: string;
  readonly calls: number;
  readonly answered: number;
  readonly talkSeconds: number;
}

interface TrunkTotals {
  readonly trunk: string;
  readonly calls: number;
  readonly answered: number;
  readonly talkSeconds: number;
  /** Average from dialling to the first ringing, of the calls that went out over this trunk and rang. */
  readonly postDialSeconds: number | null;
}

/** Reads the sums of the `StatsKeeper`. All methods reject with `StoreAwayError` during a database outage. */
export interface CallStats {
  totals(range: StatsRange): Promise<CallTotals>;
  /** Every hour or day in the time zone that overlaps the range, including those without calls. */
  series(range: StatsRange, step: "hour" | "day", zone: string): Promise<readonly CallSlot[]>;
  /** Calls that came in or went out over each trunk, the busiest first. */
  trunks(range: StatsRange): Promise<readonly TrunkTotals[]>;
  /** For whole days in UTC. */
  busiest(range: StatsRange, limit: number): Promise<readonly BusyNumber[]>;
  /** Calls since the last midnight of the zone. */
  today(zone: string, nowMs: number): Promise<{ readonly calls: number; readonly answered: number }>;
}

type Sums = Readonly<Record<string, number>>;

/** Sums by their names. */
const readSums = (names: readonly string[]): RowReader<Sums> =>
  rowOf(Object.fromEntries(names.map((name) => [name, sum] as const)));

const sums = (names: readonly string[]): string => names.map((name) => `SUM(${name}) AS ${name}`).join(", ");
const readTotals = readSums(sumNames);
const readStatus = rowOf({ status: text });
const readTrunk = rowOf({
  trunk: text,
  calls: sum,
  answered: sum,
  talkSeconds: sum,
  postDialCalls: sum,
  postDialMs: sum,
});
const readPostDial = rowOf({ postDialCalls: sum, postDialMs: sum });
const readPeak = rowOf({ peak: nullable(number) });
const readQuarter = rowOf({
  bucketAt: time,
  calls: sum,
  talkSeconds: sum,
  ...groupColumns,
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
export function createCallStats(store: Reading): CallStats {
  const query = <Row>(
    reader: RowReader<Row>,
    sql: string,
    parameters: readonly (string | number)[],
  ): Promise<Row[]> => store.read((manager) => selectRows(manager, reader, sql, parameters));

  return {
    async totals(range) {
      const bounds = boundsOf(quartersAround(range));
      const [delays, peaks] = await Promise.all([
        query(
          readPostDial,
          `SELECT SUM(post_dial_calls) AS post_dial_calls, SUM(post_dial_ms) AS post_dial_ms FROM call_trunk_stats ${within}`,
          bounds,
        ),
        query(readPeak, `SELECT MAX(peak) AS peak FROM call_peaks ${within}`, bounds),
      ]);
      const rows = await query(
        (row) => ({ ...readStatus(row), sums: readTotals(row) }),
        `SELECT status, ${sums(sumNames)} FROM call_stats ${within} GROUP BY status`,
        bounds,
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
        postDialSeconds: delays[0] === undefined ? null : postDialSecondsOf(delays[0]),
        peakCalls: peaks[0]?.peak ?? null,
      };
    },

    async series(range, step, zone) {
      const quarters = quartersAround(range);
      const slots = slotsOf(quarters, step, zone);
      const rows = await query(
        readQuarter,
        `SELECT bucket_at, SUM(calls) AS calls, SUM(talk_seconds) AS talk_seconds, ${groupSums},
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
        for (const group of outcomeGroups) slot[group] += row[group];
        slot.talkSeconds += row.talkSeconds;
        slot.answerCalls += row.answerCalls;
        slot.answerSeconds += row.answerSeconds;
        slot.ringCalls += row.allCalls - row.answerCalls;
        slot.ringSeconds += row.allSeconds - row.answerSeconds;
      }
      return slots;
    },

    async trunks(range) {
      const rows = await query(
        readTrunk,
        `SELECT trunk, ${sums(["calls", "answered", "talk_seconds", "post_dial_calls", "post_dial_ms"])}
         FROM call_trunk_stats ${within} GROUP BY trunk HAVING SUM(calls) > 0 ORDER BY calls DESC, trunk`,
        boundsOf(quartersAround(range)),
      );
      return rows.map((row) => {
        const { trunk, calls, answered, talkSeconds } = row;
        return { trunk, calls, answered, talkSeconds, postDialSeconds: postDialSecondsOf(row) };
      });
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

const postDialSecondsOf = ({
  postDialCalls,
  postDialMs,
}: {
  readonly postDialCalls: number;
  readonly postDialMs: number;
}): number | null => (postDialCalls === 0 ? null : postDialMs / postDialCalls / 1000);

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
