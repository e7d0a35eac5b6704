import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../domain/phoneNumber.ts";
import { placeholders } from "../../numbers/poolRows.ts";
import type { MapResult, MapRow, NumberMapper } from "../../numbers/types.ts";
import { poolOf } from "./pools.ts";
import type { ImportPools } from "./pools.ts";
import type { Item } from "./readItems.ts";
import type { ResultCode, ResultRow } from "./types.ts";

export interface MapItemsOptions {
  readonly mapper: NumberMapper;
  readonly pools: ImportPools;
  /** Of the import; null: the default pool. */
  readonly poolId: number | null;
  readonly importId: number;
  /** As in `readItems`. */
  readonly nowMs: number;
}

/** Proxy numbers by real number, for those that have one. */
export async function findProxies(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<Map<string, PhoneNumber>> {
  if (numbers.length === 0) return new Map();
  const rows: { real_phone: string; fake_phone: PhoneNumber }[] = await manager.query(
    `SELECT real_phone, fake_phone FROM phone_mappings WHERE real_phone IN (${placeholders(numbers)})`,
    [...numbers],
  );
  return new Map(rows.map((row) => [row.real_phone, row.fake_phone]));
}

/** Whether the row's expiry had passed when the import was made. */
export const isLate = (item: Item, nowMs: number): boolean =>
  item.kind === "number" && item.value.expiresAtMs !== null && item.value.expiresAtMs <= nowMs;

/** Gives the numbers of a batch their proxy numbers, within the caller's transaction; one result for each row. */
export async function mapItems(
  manager: EntityManager,
  items: readonly Item[],
  options: MapItemsOptions,
): Promise<readonly ResultRow[]> {
  const { mapper, pools, poolId, importId, nowMs } = options;
  // Numbers that have their proxy number need no pool and no time that is left.
  const unservable = items.flatMap((item) =>
    item.kind === "number" && (isLate(item, nowMs) || (pools.own === null && item.value.pool === null))
      ? [item.value.realNumber]
      : [],
  );
  const known = await findProxies(manager, unservable);
  const byPool = new Map<number, MapRow[]>();
  for (const item of items) {
    if (item.kind !== "number" || isLate(item, nowMs) || known.has(item.value.realNumber)) continue;
    const pool = poolOf(pools, item.value.pool, poolId);
    if (!pool) continue;
    const rows = byPool.get(pool.id);
    if (rows) rows.push(item.value);
    else byPool.set(pool.id, [item.value]);
  }
  const mapped = new Map<string, MapResult>();
  // Pools are locked in one order, so that two imports never wait for each other in a ring.
  for (const [id, rows] of [...byPool].sort(([one], [other]) => one - other)) {
    for (const result of await mapper.map(rows, { poolId: id, importId }))
      mapped.set(result.realNumber, result);
  }
  const duplicates = items.flatMap((item) => (item.kind === "duplicate" ? [item.value.realNumber] : []));
  const proxies = await findProxies(manager, duplicates);

  return items.map((item): ResultRow => {
    const { row, input } = item;
    if (item.kind === "refused") return { row, input, realNumber: "", proxyNumber: "", code: item.code };
    const { realNumber } = item.value;
    const done = (code: ResultCode, proxyNumber = ""): ResultRow => ({
      row,
      input,
      realNumber,
      proxyNumber,
      code,
    });
    if (item.kind === "duplicate") return done("DUPLICATE_IN_FILE", proxies.get(realNumber));
    const proxyNumber = known.get(realNumber);
    if (proxyNumber !== undefined) return done("EXISTING", proxyNumber);
    if (isLate(item, nowMs)) return done("EXPIRY_PASSED");
    const result = mapped.get(realNumber);
    if (result === undefined) return done("POOL_UNKNOWN");
    if (result.kind === "refused") return done(result.code);
    return done(result.kind === "created" ? "CREATED" : "EXISTING", result.proxyNumber);
  });
}
