import type { EntityManager } from "typeorm";
import { forecastPool, forecastSince } from "./rules/forecast.ts";
import { ListedNumber, MappingCount, NumberPool, PoolUsage } from "../../store/entities/numbers.ts";
import { number, rowOf } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import { toPolicy } from "../mappings/rows.ts";
import { piecesOf, readRanges } from "./rows.ts";
import type { PoolCounts, PoolDetails } from "../types.ts";

const readListed = rowOf({ poolId: number, count: number });

/** All pools, or one, from maintained counts: the cost does not grow with their numbers. */
export async function readPools(
  manager: EntityManager,
  nowMs: number,
  poolId: number | null = null,
): Promise<readonly PoolDetails[]> {
  const only = (column: string): string => (poolId === null ? "" : `WHERE ${column} = ?`);
  const id = poolId === null ? [] : [poolId];
  const pools = await manager.find(NumberPool, {
    where: poolId === null ? {} : { id: poolId },
    order: { id: "ASC" },
  });
  const ranges = await readRanges(manager, `${only("pool_id")} ORDER BY id`, id);
  const ofPool = poolId === null ? {} : { poolId };
  const counts = await manager.findBy(MappingCount, ofPool);
  const usage = await readUse(manager, ofPool, forecastSince(nowMs));
  const listed = ranges.some((range) => range.listed) ? await countListed(manager, ofPool) : [];
  return pools.map((pool): PoolDetails => {
    const states = new Map(
      counts.filter((one) => one.poolId === pool.id).map(({ state, count }) => [state, count] as const),
    );
    const poolCounts = countsOf(pool.size, pool.blocked, states);
    return {
      id: pool.id,
      name: pool.name,
      isDefault: pool.isDefault === 1,
      enabled: pool.enabled,
      label: pool.label,
      country: pool.country,
      callerIdPolicy: toPolicy(pool.callerIdPolicy, pool.callerIdNumber),
      quarantineSeconds: pool.quarantineSeconds,
      warningDays: pool.warningDays,
      ranges: ranges.filter((range) => range.poolId === pool.id).flatMap(piecesOf),
      listed: listed.find((one) => one.poolId === pool.id)?.count ?? 0,
      counts: poolCounts,
      forecast: forecastPool(
        poolCounts.free,
        usage.filter((one) => one.poolId === pool.id),
        nowMs,
      ),
      createdAtMs: pool.createdAt,
      updatedAtMs: pool.updatedAt,
    };
  });
}

/** Of the days since this one, and of each pool's first day of use. */
function readUse(manager: EntityManager, ofPool: { readonly poolId?: number }, since: string) {
  const first = "(SELECT MIN(o.day) FROM pool_usage o WHERE o.pool_id = u.pool_id)";
  return manager
    .createQueryBuilder(PoolUsage, "u")
    .where(ofPool)
    .andWhere(`(u.day >= :since OR u.day = ${first})`, { since })
    .getMany();
}

function countListed(manager: EntityManager, ofPool: { readonly poolId?: number }) {
  const query = manager
    .createQueryBuilder(ListedNumber, "l")
    .innerJoin("l.range", "r")
    .select("r.poolId", "pool_id")
    .addSelect("COUNT(*)", "count")
    .where({ range: ofPool })
    .groupBy("r.poolId");
  return plainRows(query, readListed);
}

/** Every number is in one state; the rest is free. A negative rest would mean a wrong count. */
function countsOf(total: number, blocked: number, states: ReadonlyMap<string, number>): PoolCounts {
  const quarantined = states.get("quarantined") ?? 0;
  const used = [...states.values()].reduce((sum, count) => sum + count, 0) - quarantined;
  return { total, free: total - used - quarantined - blocked, used, quarantined, blocked };
}
