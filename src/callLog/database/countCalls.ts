import { dialectOf } from "../../store/dialect.ts";
import { nullable, rowOf, text, time } from "../../store/row.ts";
import { placeholders, selectRow, selectRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Reading } from "../../store/types.ts";
import { quarterMs } from "../../values/durations.ts";
import { anywhere, callsOf, conditionsOf, isCountable } from "./callFilter.ts";
import type { CallFilter } from "./callFilter.ts";
import { countedCallOf } from "./countedCall.ts";
import { sum } from "./groupSums.ts";

/** Without `exact`, there are at least so many, and `talkSeconds` is not that of all. */
interface CallCount {
  readonly calls: number;
  readonly talkSeconds: number;
  readonly exact: boolean;
}

/**
 * null if no index helps, the filter spans more than a month, and the statistics do not have these calls: counting millions
 * takes too long.
 */
export type CountCalls = (filter: CallFilter) => Promise<CallCount | null>;

/** Counting further, row by row, would take too long for a page. */
const defaultMost = 10_000;
/** The statistics are a second behind; if they lack more calls than this, such as after an import, they do not count. */
const mostDue = 1_000;

const readSums = rowOf({ calls: sum, talkSeconds: sum });
const readTime = rowOf({ at: nullable(time) });
const readPart = rowOf({
  countedNow: nullable(text),
  countedBefore: nullable(text),
  calls: sum,
  talkSeconds: sum,
});

/** SQL, because TypeORM neither counts to a limit nor writes a statement of sums shorter. */
export function createCallCount(store: Reading, clock: { nowMs(): number }, most = defaultMost): CountCalls {
  async function byRow(filter: CallFilter): Promise<CallCount> {
    const row = await store.read((manager) => {
      const [sql, parameters] = callsOf(manager, [...conditionsOf(filter, "none"), ...anywhere(filter)])
        .select("call_duration", "talk_seconds")
        .limit(most + 1)
        .getQueryAndParameters();
      const bounded = `SELECT COUNT(*) AS calls, SUM(talk_seconds) AS talk_seconds FROM (${sql}) AS found`;
      return selectRow(manager, readSums, bounded, parameters);
    });
    const { calls, talkSeconds } = row ?? { calls: 0, talkSeconds: 0 };
    return { calls: Math.min(calls, most), talkSeconds, exact: calls <= most };
  }

  /** The statistics have whole quarters of an hour; the calls before and after these are counted. */
  async function bySums(filter: CallFilter): Promise<CallCount | null> {
    const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, statuses, trunk, ...others } = filter;
    if (Object.keys(others).length > 0 || (statuses !== undefined && trunk !== undefined)) return null;
    const oldest = await store.read((manager) =>
      selectRow(manager, readTime, "SELECT MIN(call_timestamp) AS at FROM call_logs"),
    );
    // Calls that were removed because of their age are still in the statistics.
    const beginMs = Math.max(fromMs, oldest?.at ?? 0);
    const firstMs = Math.ceil(beginMs / quarterMs) * quarterMs;
    const endMs = Math.floor(Math.min(toMs, clock.nowMs()) / quarterMs) * quarterMs;
    if (endMs <= firstMs) return null;
    const parts = await Promise.all([
      byRow({ ...filter, fromMs: beginMs, toMs: firstMs }),
      byRow({ ...filter, fromMs: endMs }),
      wholeQuarters({ firstMs, endMs, statuses, trunk }),
    ]);
    let calls = 0;
    let talkSeconds = 0;
    for (const part of parts) {
      if (part === null || !part.exact) return null;
      calls += part.calls;
      talkSeconds += part.talkSeconds;
    }
    return { calls, talkSeconds, exact: true };
  }

  async function wholeQuarters(wanted: Quarters): Promise<CallCount | null> {
    const { firstMs, endMs, statuses, trunk } = wanted;
    const [table, column, names] =
      trunk === undefined
        ? (["call_stats", "status", statuses] as const)
        : (["call_trunk_stats", "trunk", [trunk]] as const);
    const only = names === undefined ? "" : ` AND ${column} IN (${placeholders(names)})`;
    // One statement, so that no call is in both parts or in neither.
    const parts = await store.read((manager) =>
      selectRows(
        manager,
        readPart,
        `SELECT NULL AS counted_now, NULL AS counted_before, SUM(calls) AS calls, SUM(talk_seconds) AS talk_seconds
           FROM ${table} WHERE bucket_at >= ? AND bucket_at < ?${only}
         UNION ALL SELECT * FROM (
           SELECT ${dialectOf(manager).countedAs} AS counted_now, counted_as AS counted_before, 0 AS calls, 0 AS talk_seconds
           FROM call_logs WHERE stats_due = 1 LIMIT ?) AS due`,
        [toDatabaseTime(firstMs), toDatabaseTime(endMs), ...(names ?? []), mostDue + 1],
      ),
    );
    if (parts.length > 1 + mostDue) return null;
    let calls = 0;
    let talkSeconds = 0;
    for (const part of parts) {
      calls += part.calls;
      talkSeconds += part.talkSeconds;
      for (const [countedAs, sign] of [
        [part.countedNow, 1],
        [part.countedBefore, -1],
      ] as const) {
        if (countedAs === null || !isAmong(countedAs, wanted)) continue;
        calls += sign;
        talkSeconds += sign * countedCallOf(countedAs).talkSeconds;
      }
    }
    return { calls, talkSeconds, exact: true };
  }

  return async (filter) => {
    const counted = isCountable(filter, clock.nowMs()) ? await byRow(filter) : null;
    return counted?.exact === true ? counted : ((await bySums(filter)) ?? counted);
  };
}

interface Quarters {
  readonly firstMs: number;
  readonly endMs: number;
  readonly statuses: CallFilter["statuses"] | undefined;
  readonly trunk: string | undefined;
}

function isAmong(countedAs: string, { firstMs, endMs, statuses, trunk }: Quarters): boolean {
  const { atMs, status, inboundTrunk, outboundTrunk } = countedCallOf(countedAs);
  if (atMs < firstMs || atMs >= endMs) return false;
  if (trunk !== undefined) return trunk === inboundTrunk || trunk === outboundTrunk;
  return statuses === undefined || statuses.some((one) => one === status);
}
