import type { EntityManager } from "typeorm";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NoPoolError } from "../../numbers/errors.ts";
import { findOurs } from "../../numbers/mappings/allocate.ts";
import { lockPool } from "../../numbers/pools/rows.ts";
import { phone, rowOf } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import type { MapResult, MapRow, NumberMapper } from "../../numbers/types.ts";
import { Foresight } from "./foresight.ts";
import { isLate, judgeRows } from "./judgeRows.ts";
import type { Taking } from "./judgeRows.ts";
import { countFree, poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

export interface MapItemsOptions {
  readonly mapper: NumberMapper;
  readonly pools: ImportPools;
  readonly importId: number;
  /** As in `readItems`. */
  readonly nowMs: number;
  /** As in `judgeRows`. */
  readonly isServed: (number: PhoneNumber) => boolean;
  readonly clock: { nowMs(): number };
}

/** Proxy numbers by real number, for those that have one. */
export async function findProxies(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<Map<string, PhoneNumber>> {
  if (numbers.length === 0) return new Map();
  // SQL, because an import asks for thousands of numbers with every batch.
  const rows = await selectRows(
    manager,
    rowOf({ realPhone: phone, fakePhone: phone }),
    `SELECT real_phone, fake_phone FROM phone_mappings WHERE real_phone IN (${placeholders(numbers)})`,
    numbers,
  );
  return new Map(rows.map((row) => [row.realPhone, row.fakePhone]));
}

/** Who takes a number of which pool. */
interface Plan {
  readonly byPool: ReadonlyMap<number, readonly MapRow[]>;
  readonly proxies: ReadonlyMap<string, string>;
  /** By `keyOf`: what is known before anything is taken. */
  readonly takings: Map<string, Taking>;
}

const keyOf = (number: PhoneNumber, poolId: number): string => `${poolId} ${number}`;

/** Gives the numbers of a batch their proxy numbers, within the caller's transaction; one result for each row. */
export async function mapItems(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<readonly ResultRow[]> {
  const { mapper, pools, importId, nowMs, isServed } = options;
  const { byPool, proxies, takings } = await plan(manager, items, options);
  // Pools are locked in one order, so that two imports never wait for each other in a ring.
  for (const [poolId, rows] of [...byPool].sort(([one], [other]) => one - other)) {
    for (const result of await mapper.map(rows, { poolId, importId }))
      takings.set(keyOf(result.realNumber, poolId), takingOf(result));
  }
  return judgeRows(items, {
    pools,
    nowMs,
    isServed,
    proxies,
    take: (number, pool) => takings.get(keyOf(number, pool.id)) ?? { code: "POOL_EXHAUSTED" },
  });
}

const takingOf = (result: MapResult): Taking =>
  result.kind === "refused"
    ? { code: result.code }
    : { code: result.kind === "created" ? "CREATED" : "EXISTING", proxyNumber: result.proxyNumber };

async function plan(manager: EntityManager, items: readonly Item[], options: MapItemsOptions): Promise<Plan> {
  const { pools, nowMs, isServed } = options;
  const firsts = new Map<PhoneNumber, { readonly pool: OpenPool; readonly value: ImportRow }>();
  // The mapper finds out by itself which numbers are known; these never get to it.
  const toBeLookedUp = new Set<PhoneNumber>();
  for (const item of items) {
    if (item.kind === "refused") continue;
    const { value } = item;
    const { realNumber } = value;
    const pool = poolOf(pools, value.pool);
    if (isServed(realNumber) || isLate(value, nowMs) || typeof pool === "string") {
      toBeLookedUp.add(realNumber);
      continue;
    }
    const first = firsts.get(realNumber);
    // Where rows want one number from several pools, who is served depends on how much room each has.
    if (first && first.pool.id !== pool.id) return planWithRoom(manager, items, options);
    if (!first) firsts.set(realNumber, { pool, value });
  }
  const proxies = await findProxies(manager, [...toBeLookedUp]);
  const byPool = new Map<number, MapRow[]>();
  for (const [realNumber, { pool, value }] of firsts)
    if (!proxies.has(realNumber)) addTo(byPool, pool.id, value);
  return { byPool, proxies, takings: new Map() };
}

/** Goes through the rows in thought first, with the pools locked so that it comes to be as it was thought. */
async function planWithRoom(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<Plan> {
  const { pools, nowMs, isServed, clock } = options;
  const foresight = new Foresight();
  for (const pool of poolsOf(items, pools)) {
    if (!(await lockPool(manager, { id: pool.id, enabled: true }))) throw new NoPoolError(pool.id);
    await foresight.learn(pool, () => countFree(manager, pool.id, clock.nowMs()));
  }
  const values = items.flatMap((item) => (item.kind === "refused" ? [] : [item.value]));
  const numbers = [...new Set(values.map(({ realNumber }) => realNumber))];
  const proxies = await findProxies(manager, numbers);
  const ours = await findOurs(manager, numbers);
  const takings = new Map<string, Taking>();
  const byPool = new Map<number, MapRow[]>();
  const valueOf = new Map<string, ImportRow>();
  for (const value of values) {
    const pool = poolOf(pools, value.pool);
    if (typeof pool === "string" || isLate(value, nowMs)) continue;
    const key = keyOf(value.realNumber, pool.id);
    if (!valueOf.has(key)) valueOf.set(key, value);
  }
  judgeRows(items, {
    pools,
    nowMs,
    isServed,
    proxies,
    take(number, pool) {
      const taking: Taking = ours.has(number)
        ? { code: "REAL_NUMBER_IS_PROXY" }
        : foresight.take(number, pool);
      const value = valueOf.get(keyOf(number, pool.id));
      if (taking.code === "CREATED" && value) addTo(byPool, pool.id, value);
      else takings.set(keyOf(number, pool.id), taking);
      return taking;
    },
  });
  return { byPool, proxies, takings };
}

/** The pools that rows of a batch may take numbers of, in the order in which they are locked. */
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
