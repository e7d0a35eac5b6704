import type { EntityManager } from "typeorm";
import type { ExistingChoice } from "../reading/types.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NoPoolError } from "../../numbers/errors.ts";
import { findOurs, findProxyNumbers } from "../../numbers/mappings/knownNumbers.ts";
import { findPoolsOf, lockPool, lockPoolsAgainstNewNumbers } from "../../numbers/pools/rows.ts";
import { findStandings } from "../../numbers/pools/standing.ts";
import type { MapRow, PairRow } from "../../numbers/types.ts";
import { Foresight } from "./foresight.ts";
import type { FileNumbers } from "./fileNumbers.ts";
import { countFree, poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import type { NamedProxies } from "./namedProxies.ts";
import { foreseenPair, pairKey, pairOf, proxiesOf } from "./pairs.ts";
import { isNamed } from "./taking.ts";
import type { Pairing, Taking } from "./taking.ts";
import type { Item } from "./readItems.ts";

export interface PlanOptions {
  /** null: the file has no column for proxy numbers. */
  readonly named: NamedProxies | null;
  readonly pools: ImportPools;
  /** As in `readItems`. */
  readonly nowMs: number;
  readonly numbers: FileNumbers;
  readonly existing: ExistingChoice;
  readonly clock: { nowMs(): number };
}

/** Which row takes a number from which pool. */
interface Plan {
  readonly byPool: ReadonlyMap<number, readonly MapRow[]>;
  /** Rows that name their proxy number. */
  readonly pairs: readonly PairRow[];
  readonly proxies: ReadonlyMap<string, string>;
  /** By `takingKey`: results known before any number is taken. */
  readonly takings: Map<string, Taking>;
  /** The same by `pairKey`. */
  readonly pairings: Map<string, Pairing>;
}

/** A number may be requested from several pools. */
export const takingKey = (number: PhoneNumber, poolId: number): string => `${poolId} ${number}`;

/** The locks that come before those of mappings. */
export async function lockPools(manager: EntityManager, poolIds: readonly number[]): Promise<void> {
  await lockPoolsAgainstNewNumbers(manager);
  for (const id of poolIds) await lockPool(manager, { id });
}

/** Decides which row takes a number from which pool, and which brings its own. */
export async function planItems(
  manager: EntityManager,
  items: readonly Item[],
  options: PlanOptions,
): Promise<Plan> {
  const { pools, nowMs, numbers, existing } = options;
  const firsts = new Map<PhoneNumber, { readonly pool: OpenPool; readonly value: ImportRow }>();
  const pairs = new Map<PhoneNumber, PairRow>();
  let severalPools = false;
  // As if no pool had a number, so that every row that needs one is asked.
  const judged = numbers.judge(items, {
    pools,
    nowMs,
    proxies: new Map(),
    known: new Map(),
    existing,
    take(value, pool) {
      const first = firsts.get(value.realNumber);
      if (pairs.has(value.realNumber)) severalPools = true;
      else if (!first) firsts.set(value.realNumber, { pool, value });
      else if (first.pool.id !== pool.id) severalPools = true;
      return { code: "POOL_EXHAUSTED" };
    },
    pair(row) {
      const other = pairs.get(row.realNumber);
      if (firsts.has(row.realNumber) || (other && other.proxyNumber !== row.proxyNumber)) severalPools = true;
      if (!other) pairs.set(row.realNumber, pairOf(row));
      return { code: "POOL_EXHAUSTED" };
    },
  });
  // If rows request the same number from several pools, or name several proxy numbers for it, the result depends on the
  // room in each, and on which of them is free.
  if (severalPools) return planWithRoom(manager, items, options);
  // The allocator finds known numbers itself. Numbers of the other rows do not reach it.
  const others = items.filter((_, index) => judged[index]?.code !== "POOL_EXHAUSTED");
  const proxies = await findProxyNumbers(manager, numbersOf(others));
  const byPool = new Map<number, MapRow[]>();
  for (const [realNumber, { pool, value }] of firsts)
    if (!proxies.has(realNumber)) addTo(byPool, pool.id, value);
  return { byPool, pairs: [...pairs.values()], proxies, takings: new Map(), pairings: new Map() };
}

/** Simulates the rows first, with the pools locked so that the simulation holds. */
async function planWithRoom(
  manager: EntityManager,
  items: readonly Item[],
  options: PlanOptions,
): Promise<Plan> {
  const { pools, nowMs, numbers, named, existing, clock } = options;
  const foresight = new Foresight(numbers);
  const open = poolsOf(items, pools);
  const namedNumbers = proxiesOf(items);
  const ids = new Set([...open.map(({ id }) => id), ...(await findPoolsOf(manager, namedNumbers)).values()]);
  await lockPools(
    manager,
    [...ids].sort((one, other) => one - other),
  );
  const freeNamed = await named?.countFree(manager, clock.nowMs());
  for (const pool of open) {
    if (!(await lockPool(manager, { id: pool.id, enabled: true }))) throw new NoPoolError(pool.id);
    await foresight.learn(
      pool,
      () => countFree(manager, pool.id, clock.nowMs()),
      freeNamed?.get(pool.id) ?? 0,
    );
  }
  const standings = await findStandings(manager, namedNumbers, clock.nowMs());
  const all = numbersOf(items);
  const proxies = await findProxyNumbers(manager, all);
  const ours = await findOurs(manager, all);
  const takings = new Map<string, Taking>();
  const pairings = new Map<string, Pairing>();
  const byPool = new Map<number, MapRow[]>();
  const pairs: PairRow[] = [];
  numbers.judge(items, {
    pools,
    nowMs,
    proxies,
    known: new Map(),
    existing,
    take(value, pool) {
      const { realNumber } = value;
      const taking: Taking = ours.has(realNumber)
        ? { code: "REAL_NUMBER_IS_PROXY" }
        : foresight.take(realNumber, pool);
      if (taking.code === "CREATED") addTo(byPool, pool.id, value);
      else takings.set(takingKey(realNumber, pool.id), taking);
      return taking;
    },
    pair(row) {
      const pairing = foreseenPair(row, ours, standings);
      if (pairing.code === "CREATED") pairs.push(pairOf(row));
      else pairings.set(pairKey(row), pairing);
      return pairing;
    },
  });
  return { byPool, pairs, proxies, takings, pairings };
}

/** The different real numbers of a batch. */
export const numbersOf = (items: readonly Item[]): readonly PhoneNumber[] => [
  ...new Set(items.flatMap((item) => (item.kind === "refused" ? [] : [item.value.realNumber]))),
];

/** The pools that rows of a batch may take numbers from, in locking order. */
export function poolsOf(items: readonly Item[], pools: ImportPools): readonly OpenPool[] {
  const found = new Map<number, OpenPool>();
  for (const item of items) {
    if (item.kind === "refused" || isNamed(item.value)) continue;
    const pool = poolOf(pools, item.value.pool);
    if (typeof pool !== "string") found.set(pool.id, pool);
  }
  return [...found.values()].sort((one, other) => one.id - other.id);
}

function addTo(byPool: Map<number, MapRow[]>, poolId: number, row: MapRow): void {
  const rows = byPool.get(poolId);
  if (rows) rows.push(row);
  else byPool.set(poolId, [row]);
}
