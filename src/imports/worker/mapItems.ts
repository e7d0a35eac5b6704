import type { EntityManager } from "typeorm";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NoPoolError } from "../../numbers/errors.ts";
import { findOurs, findProxyNumbers } from "../../numbers/mappings/knownNumbers.ts";
import { lockPool } from "../../numbers/pools/rows.ts";
import type { MapResult, MapRow, NumberMapper } from "../../numbers/types.ts";
import { Foresight } from "./foresight.ts";
import type { FileNumbers, Taking } from "./fileNumbers.ts";
import { countFree, poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

interface MapItemsOptions {
  readonly mapper: NumberMapper;
  readonly pools: ImportPools;
  readonly importId: number;
  /** As in `readItems`. */
  readonly nowMs: number;
  readonly numbers: FileNumbers;
  readonly clock: { nowMs(): number };
}

/** Which row takes a number from which pool. */
interface Plan {
  readonly byPool: ReadonlyMap<number, readonly MapRow[]>;
  readonly proxies: ReadonlyMap<string, string>;
  /** By `keyOf`: results known before any number is taken. */
  readonly takings: Map<string, Taking>;
}

const keyOf = (number: PhoneNumber, poolId: number): string => `${poolId} ${number}`;

/** Allocates proxy numbers for a batch within the caller's transaction. Returns one result for each row. */
export async function mapItems(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<readonly ResultRow[]> {
  const { mapper, pools, importId, nowMs, numbers } = options;
  const { byPool, proxies, takings } = await plan(manager, items, options);
  // Pools are locked in a fixed order, so that two imports never deadlock.
  for (const [poolId, rows] of [...byPool].sort(([one], [other]) => one - other)) {
    for (const result of await mapper.map(rows, { poolId, importId }))
      takings.set(keyOf(result.realNumber, poolId), takingOf(result));
  }
  return numbers.judge(items, {
    pools,
    nowMs,
    proxies,
    take: ({ realNumber }, pool) => takings.get(keyOf(realNumber, pool.id)) ?? { code: "POOL_EXHAUSTED" },
  });
}

const takingOf = (result: MapResult): Taking =>
  result.kind === "refused"
    ? { code: result.code }
    : { code: result.kind === "created" ? "CREATED" : "EXISTING", proxyNumber: result.proxyNumber };

async function plan(manager: EntityManager, items: readonly Item[], options: MapItemsOptions): Promise<Plan> {
  const { pools, nowMs, numbers } = options;
  const firsts = new Map<PhoneNumber, { readonly pool: OpenPool; readonly value: ImportRow }>();
  let severalPools = false;
  // As if no pool had a number, so that every row that needs one is asked.
  const judged = numbers.judge(items, {
    pools,
    nowMs,
    proxies: new Map(),
    take(value, pool) {
      const first = firsts.get(value.realNumber);
      if (!first) firsts.set(value.realNumber, { pool, value });
      else if (first.pool.id !== pool.id) severalPools = true;
      return { code: "POOL_EXHAUSTED" };
    },
  });
  // If rows request the same number from several pools, the result depends on the room in each.
  if (severalPools) return planWithRoom(manager, items, options);
  // The allocator finds known numbers itself. Numbers of the other rows do not reach it.
  const others = items.filter((_, index) => judged[index]?.code !== "POOL_EXHAUSTED");
  const proxies = await findProxyNumbers(manager, numbersOf(others));
  const byPool = new Map<number, MapRow[]>();
  for (const [realNumber, { pool, value }] of firsts)
    if (!proxies.has(realNumber)) addTo(byPool, pool.id, value);
  return { byPool, proxies, takings: new Map() };
}

/** Simulates the rows first, with the pools locked so that the simulation holds. */
async function planWithRoom(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<Plan> {
  const { pools, nowMs, numbers, clock } = options;
  const foresight = new Foresight(numbers);
  for (const pool of poolsOf(items, pools)) {
    if (!(await lockPool(manager, { id: pool.id, enabled: true }))) throw new NoPoolError(pool.id);
    await foresight.learn(pool, () => countFree(manager, pool.id, clock.nowMs()));
  }
  const all = numbersOf(items);
  const proxies = await findProxyNumbers(manager, all);
  const ours = await findOurs(manager, all);
  const takings = new Map<string, Taking>();
  const byPool = new Map<number, MapRow[]>();
  numbers.judge(items, {
    pools,
    nowMs,
    proxies,
    take(value, pool) {
      const { realNumber } = value;
      const taking: Taking = ours.has(realNumber)
        ? { code: "REAL_NUMBER_IS_PROXY" }
        : foresight.take(realNumber, pool);
      if (taking.code === "CREATED") addTo(byPool, pool.id, value);
      else takings.set(keyOf(realNumber, pool.id), taking);
      return taking;
    },
  });
  return { byPool, proxies, takings };
}

/** The different real numbers of a batch. */
export const numbersOf = (items: readonly Item[]): readonly PhoneNumber[] => [
  ...new Set(items.flatMap((item) => (item.kind === "refused" ? [] : [item.value.realNumber]))),
];

/** The pools that rows of a batch may take numbers from, in locking order. */
export function poolsOf(items: readonly Item[], pools: ImportPools): readonly OpenPool[] {
  const found = new Map<number, OpenPool>();
  for (const item of items) {
    if (item.kind === "refused") continue;
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
