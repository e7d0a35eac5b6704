import type { EntityManager } from "typeorm";
import { added, dialectOf } from "../../store/dialect.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { countedCallOf } from "./countedCall.ts";
import { classOf, ringBounds, sumNames, talkBounds } from "./secondsClasses.ts";
import { dayMs, quarterMs } from "../../values/durations.ts";

const ringAt = 4;
const talkAt = 14;

/** Sums by a key of two columns. */
type Sums = Map<string, { readonly key: readonly [string, string]; readonly values: number[] }>;

interface CountedRow {
  /** `countedAs` of the row as it is, and as the sums contain it. */
  readonly countedNow: string;
  readonly countedBefore: string | null;
}

const numberNames = ["calls", "answered", "talk_seconds"];
const trunkNames = [...numberNames, "post_dial_calls", "post_dial_ms"];

/** Adds calls to the sums, and removes them as they were counted before. */
export async function addToSums(manager: EntityManager, rows: readonly CountedRow[]): Promise<void> {
  const quarters: Sums = new Map();
  const days: Sums = new Map();
  const trunks: Sums = new Map();
  const count = (countedAs: string, sign: 1 | -1): void => {
    const call = countedCallOf(countedAs);
    const { atMs, status, talkSeconds, ringSeconds, postDialMs, inboundTrunk, outboundTrunk } = call;
    const quarterAtMs = atMs - (atMs % quarterMs);
    const answered = status === "answered" ? sign : 0;
    const figures = [sign, answered, sign * talkSeconds];
    const quarter = sumOf(quarters, quarterAtMs, status, sumNames.length);
    plus(quarter, 0, sign);
    plus(quarter, 1, sign * talkSeconds);
    plus(quarter, talkAt + classOf(talkSeconds, talkBounds), answered);
    if (ringSeconds !== null) {
      plus(quarter, 2, sign);
      plus(quarter, 3, sign * ringSeconds);
      plus(quarter, ringAt + classOf(ringSeconds, ringBounds), sign);
    }
    plusAll(sumOf(days, atMs - (atMs % dayMs), call.proxyNumber, numberNames.length), figures);
    // A trunk that was used in both directions has the call once, as in the list of calls.
    for (const trunk of new Set([inboundTrunk, outboundTrunk])) {
      if (trunk === "") continue;
      const isDialled = trunk === outboundTrunk && postDialMs !== null;
      const delay = isDialled ? [sign, sign * postDialMs] : [];
      plusAll(sumOf(trunks, quarterAtMs, trunk, trunkNames.length), [...figures, ...delay]);
    }
  };
  for (const { countedNow, countedBefore } of rows) {
    if (countedBefore !== null) count(countedBefore, -1);
    count(countedNow, 1);
  }
  await add(manager, "call_stats", ["bucket_at", "status"], sumNames, quarters);
  await add(manager, "call_number_days", ["day_at", "fake_phone"], numberNames, days);
  await add(manager, "call_trunk_stats", ["bucket_at", "trunk"], trunkNames, trunks);
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

function plus(values: number[], index: number, amount: number): void {
  values[index] = (values[index] ?? 0) + amount;
}

function plusAll(values: number[], amounts: readonly number[]): void {
  for (const [index, amount] of amounts.entries()) plus(values, index, amount);
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
