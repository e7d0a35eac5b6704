import { LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { dialectOf } from "../../store/dialect.ts";
import { CallPeak } from "../../store/entities/calls.ts";
import { rowOf, time } from "../../store/row.ts";
import { execute, selectRows, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { peakOf } from "../rules/peak.ts";
import { quarterMs } from "../../values/durations.ts";

interface RecordedSpan {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** No call lasts longer, except by a wrong clock. */
const mostQuarters = 96;
const quartersAtOnce = 20;

const quarterOf = (atMs: number): number => atMs - (atMs % quarterMs);

/** Notes that the peaks of these calls' quarters have to be counted again. */
export async function markPeaks(manager: EntityManager, calls: readonly RecordedSpan[]): Promise<void> {
  const since = new Map<number, number>();
  for (const { startedAtMs, endedAtMs } of calls) {
    const first = quarterOf(startedAtMs);
    const last = Math.min(quarterOf(Math.max(startedAtMs, endedAtMs)), first + mostQuarters * quarterMs);
    for (let atMs = first; atMs <= last; atMs += quarterMs)
      since.set(atMs, Math.min(startedAtMs, since.get(atMs) ?? startedAtMs));
  }
  const tail = dialectOf(manager).onDuplicate("call_peaks", ["bucket_at"], {
    since_at: (there, incoming) => `CASE WHEN ${incoming} < ${there} THEN ${incoming} ELSE ${there} END`,
    due: (_, incoming) => incoming,
  });
  const all = [...since].toSorted(([one], [other]) => one - other);
  for (let from = 0; from < all.length; from += 200) {
    const some = all.slice(from, from + 200);
    await execute(
      manager,
      `INSERT INTO call_peaks (bucket_at, since_at, due) VALUES ${tuples(some, "(?, ?, 1)")}${tail}`,
      some.flatMap(([atMs, sinceMs]) => [toDatabaseTime(atMs), toDatabaseTime(sinceMs)]),
    );
  }
}

const readSpan = rowOf({ startedAt: time, endedAt: time });

/**
 * Counts peaks of quarters that began before `untilMs`, the newest first: after an import of old calls, users look at
 * the last days while months are due. Resolves to whether there may be more.
 */
export async function countPeaks(manager: EntityManager, untilMs: number): Promise<boolean> {
  const due = await manager.find(CallPeak, {
    where: { due: 1, bucketAt: LessThan(untilMs) },
    order: { bucketAt: "DESC" },
    take: quartersAtOnce,
  });
  for (const { bucketAt, sinceAt } of due) {
    const endMs = bucketAt + quarterMs;
    // SQL, because a busy quarter has tens of thousands of calls, of which two times each are needed.
    const spans = await selectRows(
      manager,
      readSpan,
      `SELECT call_timestamp AS started_at, COALESCE(ended_at, call_timestamp) AS ended_at FROM call_logs
       WHERE call_timestamp >= ? AND call_timestamp < ? AND COALESCE(ended_at, call_timestamp) >= ?`,
      [toDatabaseTime(sinceAt), toDatabaseTime(endMs), toDatabaseTime(bucketAt)],
    );
    const calls = spans.map(({ startedAt, endedAt }) => ({ startedAtMs: startedAt, endedAtMs: endedAt }));
    await manager.update(CallPeak, { bucketAt }, { peak: peakOf(calls, bucketAt, endMs), due: null });
  }
  return due.length === quartersAtOnce;
}
