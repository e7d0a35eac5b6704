import { LessThan } from "typeorm";
import { repeat } from "../../ops/repeat.ts";
import { sleep } from "../../ops/sleep.ts";
import type { Clock, Logger } from "../../ops/types.ts";
import { dialectOf } from "../../store/dialect.ts";
import { CallLog, CallPeak } from "../../store/entities/calls.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { tryLock } from "../../store/locks.ts";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import { execute, placeholders, selectRows } from "../../store/sql.ts";
import type { Store } from "../../store/types.ts";
import { countPeaks, markPeaks } from "./peaks.ts";
import { quarterMs } from "../../values/durations.ts";
import { addToSums } from "./statsSums.ts";

interface StatsKeeperOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often to look for calls that are missing in the sums. */
  readonly everyMs?: number;
  /** Calls per transaction. */
  readonly batchRows?: number;
}

interface StatsKeeper {
  open(): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** `countedAs` of the row as it is, and as the sums contain it. */
const readDueRow = rowOf({
  id: number,
  countedNow: text,
  countedBefore: nullable(text),
  startedAt: time,
  endedAt: time,
});

/** Between batches, so that calls do not wait for the database. */
const pauseMs = 10;
/** How often the peak of the current quarter of an hour is counted again: nearly every call could change it. */
const currentPeakEveryMs = 15_000;

/**
 * Maintains the sums by quarter of an hour and day. Every call is counted once, by one instance at a time, in the
 * transaction that records how it was counted. If another account of the call corrects its row, the
 * call is removed as it was counted, and counted again.
 *
 * SQL, here and below, because a thousand calls at a time are read without those that others hold, and added to sums in one statement.
 */
export function createStatsKeeper(options: StatsKeeperOptions): StatsKeeper {
  const { store, clock, logger, everyMs = 1_000, batchRows = 1_000 } = options;
  let stop: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  let currentPeakMs = 0;

  /** Counts what is due; resolves to whether there may be more. Rejects during a database outage. */
  async function countDue(): Promise<boolean> {
    const some = await store.read((manager) => manager.existsBy(CallLog, { statsDue: 1 }));
    if (!some) return false;
    return store.transaction(async (manager) => {
      // Another instance is counting.
      if (!(await tryLock(manager, "call_stats"))) return false;
      const { countedAs, forUpdateOfFree } = dialectOf(manager);
      const rows = await selectRows(
        manager,
        readDueRow,
        `SELECT id, ${countedAs} AS counted_now, counted_as AS counted_before,
           call_timestamp AS started_at, COALESCE(ended_at, call_timestamp) AS ended_at
         FROM call_logs WHERE stats_due = 1 ORDER BY id LIMIT ?${forUpdateOfFree}`,
        [batchRows],
      );
      if (rows.length === 0) return false;
      await addToSums(manager, rows);
      await markPeaks(
        manager,
        rows.map(({ startedAt, endedAt }) => ({ startedAtMs: startedAt, endedAtMs: endedAt })),
      );
      await execute(
        manager,
        `UPDATE call_logs SET counted_as = ${countedAs}
         WHERE id IN (${placeholders(rows)})`,
        rows.map(({ id }) => id),
      );
      return rows.length === batchRows;
    });
  }

  /** The same for peaks. */
  async function countDuePeaks(): Promise<boolean> {
    const nowMs = clock.nowMs();
    const isDue = nowMs - currentPeakMs >= currentPeakEveryMs;
    const untilMs = isDue ? nowMs : nowMs - (nowMs % quarterMs);
    const some = await store.read((manager) =>
      manager.existsBy(CallPeak, { due: 1, bucketAt: LessThan(untilMs) }),
    );
    if (!some) return false;
    if (isDue) currentPeakMs = nowMs;
    return store.transaction(async (manager) =>
      (await tryLock(manager, "call_stats")) ? countPeaks(manager, untilMs) : false,
    );
  }

  async function turn(): Promise<void> {
    try {
      // Peaks follow once the calls have been counted.
      while (!closing.signal.aborted && ((await countDue()) || (await countDuePeaks())))
        await sleep(clock, pauseMs);
    } catch (error) {
      // The database reports its own outage.
      if (!(error instanceof StoreAwayError))
        logger.error("Could not add calls to the statistics", { error });
    }
  }

  return {
    open() {
      running = turn();
      stop = repeat(clock, everyMs, () => (running = running.then(turn)));
    },
    async close() {
      closing.abort();
      stop?.();
      await running;
    },
  };
}
