import type { EntityManager } from "typeorm";
import type { Clock, Logger, TimerHandle } from "../../ops/types.ts";
import { added, dialectOf } from "../../store/dialect.ts";
import { CallLog } from "../../store/entities/calls.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { tryLock } from "../../store/locks.ts";
import { nullable, number, rowOf, text } from "../../store/row.ts";
import { execute, placeholders, selectRows, tuples } from "../../store/sql.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { classOf, ringBounds, sumNames, talkBounds } from "./secondsClasses.ts";

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
const readDueRow = rowOf({ id: number, countedNow: text, countedBefore: nullable(text) });

type DueRow = ReturnType<typeof readDueRow>;

export const quarterMs = 900_000;
export const dayMs = 86_400_000;

const ringAt = 4;
const talkAt = 14;

/** Sums by a key of two columns. */
type Sums = Map<string, { readonly key: readonly [string, string]; readonly values: number[] }>;

/**
 * Maintains the sums by quarter of an hour and day. Every call is counted once, by one instance at a time, in the
 * transaction that records how it was counted. If another account of the call corrects its row, the
 * call is removed as it was counted, and counted again.
 *
 * SQL, here and below, because a thousand calls at a time are read without those that others hold, and added to sums in one statement.
 */
export function createStatsKeeper(options: StatsKeeperOptions): StatsKeeper {
  const { store, clock, logger, everyMs = 1_000, batchRows = 1_000 } = options;
  let timer: TimerHandle | null = null;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

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
        `SELECT id, ${countedAs} AS counted_now, counted_as AS counted_before
         FROM call_logs WHERE stats_due = 1 ORDER BY id LIMIT ?${forUpdateOfFree}`,
        [batchRows],
      );
      if (rows.length === 0) return false;
      const [quarters, days] = sumUp(rows);
      await add(manager, "call_stats", ["bucket_at", "status"], sumNames, quarters);
      await add(
        manager,
        "call_number_days",
        ["day_at", "fake_phone"],
        ["calls", "answered", "talk_seconds"],
        days,
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

  async function turn(): Promise<void> {
    let more = false;
    try {
      more = await countDue();
    } catch (error) {
      // The database reports its own outage.
      if (!(error instanceof StoreAwayError))
        logger.error("Could not add calls to the statistics", { error });
    }
    if (!closed) timer = clock.setTimer(begin, more ? 10 : everyMs);
  }

  function begin(): void {
    running = turn();
  }

  return {
    open: () => begin(),
    async close() {
      closed = true;
      if (timer !== null) clock.clearTimer(timer);
      await running;
    },
  };
}

async function add(
  manager: EntityManager,
  table: string,
  key: readonly [string, string],
  names: readonly string[],
  sums: Sums,
): Promise<void> {
  const row = `(${[...key, ...names].map(() => "?").join(", ")})`;
  const becomes = Object.fromEntries(names.map((name) => [name, added] as const));
  const tail = dialectOf(manager).onDuplicate(table, key, becomes);
  // Always in the same order, and few enough for SQLite's parameter limit.
  const all = [...sums.values()].toSorted((one, other) => (one.key.join() < other.key.join() ? -1 : 1));
  for (let from = 0; from < all.length; from += 200) {
    const some = all.slice(from, from + 200);
    await execute(
      manager,
      `INSERT INTO ${table} (${[...key, ...names].join(", ")}) VALUES ${tuples(some, row)}${tail}`,
      some.flatMap((sum) => [...sum.key, ...sum.values]),
    );
  }
}

function sumUp(rows: readonly DueRow[]): readonly [quarters: Sums, days: Sums] {
  const quarters: Sums = new Map();
  const days: Sums = new Map();
  for (const { countedNow, countedBefore } of rows) {
    if (countedBefore !== null) count(countedBefore, -1);
    count(countedNow, 1);
  }
  return [quarters, days];

  function count(countedAs: string, sign: 1 | -1): void {
    const [start = "", proxyNumber = "", status = "", talkText = "", ringText] = countedAs.split("|");
    const atMs = fromDatabaseTime(start);
    const talk = Number(talkText);
    const answered = status === "answered";
    const quarter = sumOf(quarters, atMs - (atMs % quarterMs), status, sumNames.length);
    plus(quarter, 0, sign);
    plus(quarter, 1, sign * talk);
    if (answered) plus(quarter, talkAt + classOf(talk, talkBounds), sign);
    if (ringText !== undefined) {
      const ring = Number(ringText);
      plus(quarter, 2, sign);
      plus(quarter, 3, sign * ring);
      plus(quarter, ringAt + classOf(ring, ringBounds), sign);
    }
    const day = sumOf(days, atMs - (atMs % dayMs), proxyNumber, 3);
    plus(day, 0, sign);
    if (answered) plus(day, 1, sign);
    plus(day, 2, sign * talk);
  }
}

function plus(values: number[], index: number, amount: number): void {
  values[index] = (values[index] ?? 0) + amount;
}

function sumOf(sums: Sums, atMs: number, name: string, length: number): number[] {
  const key = [toDatabaseTime(atMs), name] as const;
  const id = key.join();
  const known = sums.get(id);
  if (known) return known.values;
  const values = Array.from({ length }, () => 0);
  sums.set(id, { key, values });
  return values;
}
