import type { EntityManager } from "typeorm";
import type { ExistingChoice } from "../reading/types.ts";
import type { ImportRow } from "../rows/row.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NoPoolError } from "../../numbers/errors.ts";
import { findKnownMappings, findOurs, findProxyNumbers } from "../../numbers/mappings/knownNumbers.ts";
import type { RowChange } from "../../numbers/mappings/changeEach.ts";
import { lockPool, lockPoolsAgainstNewNumbers } from "../../numbers/pools/rows.ts";
import type { MapResult, MapRow, NumberMapper } from "../../numbers/types.ts";
import { Foresight } from "./foresight.ts";
import type { FileNumbers, Taking } from "./fileNumbers.ts";
import { countFree, poolOf } from "../job/pools.ts";
import type { ImportPools, OpenPool } from "../job/pools.ts";
import { holdKnown, numbersOfRows, speakingRows, updatesOf } from "./knownRows.ts";
import type { HeldNumbers } from "./knownRows.ts";
import type { Item } from "./readItems.ts";
import type { ResultRow } from "../job/types.ts";

interface MapItemsOptions {
  readonly mapper: NumberMapper;
  readonly pools: ImportPools;
  readonly importId: number;
  /** As in `readItems`. */
  readonly nowMs: number;
  readonly numbers: FileNumbers;
  readonly existing: ExistingChoice;
  readonly clock: { nowMs(): number };
}

/** The result of each row of a batch, and the changes of known numbers that are still to be made. */
interface MappedItems {
  readonly results: readonly ResultRow[];
  readonly updates: readonly RowChange[];
}

/** Which row takes a number from which pool. */
interface Plan {
  readonly byPool: ReadonlyMap<number, readonly MapRow[]>;
  readonly proxies: ReadonlyMap<string, string>;
  /** By `keyOf`: results known before any number is taken. */
  readonly takings: Map<string, Taking>;
}

const keyOf = (number: PhoneNumber, poolId: number): string => `${poolId} ${number}`;

/** Allocates proxy numbers for a batch within the caller's transaction. */
export async function mapItems(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<MappedItems> {
  const { mapper, pools, importId, nowMs, numbers, existing } = options;
  const { byPool, proxies, takings } = await plan(manager, items, options);
  const speaking = speakingRows(items);
  // Pools are locked in a fixed order, so that two imports never deadlock.
  const poolIds = [...byPool.keys()].sort((one, other) => one - other);
  const held =
    existing === "update"
      ? await holdKnown(manager, speaking, () => lockPools(manager, poolIds))
      : nothingHeld;
  const found = new Set<string>(proxies.keys());
  for (const poolId of poolIds) {
    for (const result of await mapper.map(byPool.get(poolId) ?? [], { poolId, importId })) {
      takings.set(keyOf(result.realNumber, poolId), takingOf(result));
      if (result.kind === "existing") found.add(result.realNumber);
    }
  }
  const judged = await learnRest(manager, speaking, found, held, existing);
  const results = numbers.judge(items, {
    pools,
    nowMs,
    proxies,
    known: judged.known,
    existing,
    take: ({ realNumber }, pool) => takings.get(keyOf(realNumber, pool.id)) ?? { code: "POOL_EXHAUSTED" },
  });
  return { results, updates: updatesOf(results, judged) };
}

const nothingHeld: HeldNumbers = { known: new Map(), rows: new Map() };

/** The locks that come before those of mappings. */
async function lockPools(manager: EntityManager, poolIds: readonly number[]): Promise<void> {
  await lockPoolsAgainstNewNumbers(manager);
  for (const id of poolIds) await lockPool(manager, { id });
}

/** With the known numbers that were not held: without updates that is all of them, else those that are known only now. */
async function learnRest(
  manager: EntityManager,
  speaking: readonly ImportRow[],
  found: ReadonlySet<string>,
  held: HeldNumbers,
  existing: ExistingChoice,
): Promise<HeldNumbers> {
  const rest = speaking.filter(({ realNumber }) => found.has(realNumber) && !held.known.has(realNumber));
  if (rest.length === 0) return held;
  if (existing === "leave")
    return { known: await findKnownMappings(manager, numbersOfRows(rest)), rows: held.rows };
  const more = await holdKnown(manager, rest, async () => undefined);
  return { known: new Map([...held.known, ...more.known]), rows: new Map([...held.rows, ...more.rows]) };
}

const takingOf = (result: MapResult): Taking =>
  result.kind === "refused"
    ? { code: result.code }
    : { code: result.kind === "created" ? "CREATED" : "EXISTING", proxyNumber: result.proxyNumber };

async function plan(manager: EntityManager, items: readonly Item[], options: MapItemsOptions): Promise<Plan> {
  const { pools, nowMs, numbers, existing } = options;
  const firsts = new Map<PhoneNumber, { readonly pool: OpenPool; readonly value: ImportRow }>();
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
  const { pools, nowMs, numbers, existing, clock } = options;
  const foresight = new Foresight(numbers);
  await lockPoolsAgainstNewNumbers(manager);
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
    known: new Map(),
    existing,
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
