import type { EntityManager } from "typeorm";
import { forecastPool, forecastSince } from "./rules/forecast.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { fromDatabaseTime } from "../../store/time.ts";
import { toPolicy } from "../mappings/rows.ts";
import { piecesOf, readRanges } from "./rows.ts";
import type { PoolCounts, PoolDetails } from "../types.ts";

interface PoolRow {
  readonly id: number;
  readonly name: string;
  readonly is_default: number | null;
  readonly enabled: number;
  readonly label: string | null;
  readonly country: string | null;
  readonly caller_id_policy: string | null;
  readonly caller_id_number: PhoneNumber | null;
  readonly quarantine_seconds: number;
  readonly warning_days: number;
  readonly size: number | string;
  readonly blocked: number | string;
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
}

/** All pools, or one, from counts that are kept: the cost does not grow with their numbers. */
export async function readPools(
  manager: EntityManager,
  nowMs: number,
  poolId: number | null = null,
): Promise<readonly PoolDetails[]> {
  const only = (column: string): string => (poolId === null ? "" : `WHERE ${column} = ?`);
  const id = poolId === null ? [] : [poolId];
  const pools: PoolRow[] = await manager.query(`SELECT * FROM number_pools ${only("id")} ORDER BY id`, id);
  const ranges = await readRanges(manager, `${only("pool_id")} ORDER BY id`, id);
  const counts: { pool_id: number; state: string; count: number | string }[] = await manager.query(
    `SELECT pool_id, state, count FROM mapping_counts ${only("pool_id")}`,
    id,
  );
  const usage: { pool_id: number; day: string; taken: number; returned: number }[] = await manager.query(
    `SELECT pool_id, day, taken, returned FROM pool_usage WHERE day >= ?${poolId === null ? "" : " AND pool_id = ?"}`,
    [forecastSince(nowMs), ...id],
  );
  const listed: { pool_id: number; count: number | string }[] = ranges.some((range) => range.listed)
    ? await manager.query(
        `SELECT r.pool_id, COUNT(*) AS count FROM number_ranges r JOIN listed_numbers l ON l.range_id = r.id ${only("r.pool_id")} GROUP BY r.pool_id`,
        id,
      )
    : [];
  return pools.map((pool): PoolDetails => {
    const states = new Map(
      counts.filter((one) => one.pool_id === pool.id).map(({ state, count }) => [state, Number(count)]),
    );
    const poolCounts = countsOf(Number(pool.size), Number(pool.blocked), states);
    return {
      id: pool.id,
      name: pool.name,
      isDefault: pool.is_default === 1,
      enabled: pool.enabled === 1,
      label: pool.label,
      country: pool.country,
      callerIdPolicy: toPolicy(pool.caller_id_policy, pool.caller_id_number),
      quarantineSeconds: pool.quarantine_seconds,
      warningDays: pool.warning_days,
      ranges: ranges.filter((range) => range.poolId === pool.id).flatMap(piecesOf),
      listed: Number(listed.find(({ pool_id }) => pool_id === pool.id)?.count ?? 0),
      counts: poolCounts,
      forecast: forecastPool(
        poolCounts.free,
        usage.filter(({ pool_id }) => pool_id === pool.id),
        nowMs,
      ),
      createdAtMs: fromDatabaseTime(pool.created_at),
      updatedAtMs: fromDatabaseTime(pool.updated_at),
    };
  });
}

/** Every number is in one state: what is in no other is free. Less than none would be a count that was not kept. */
function countsOf(total: number, blocked: number, states: ReadonlyMap<string, number>): PoolCounts {
  const quarantined = states.get("quarantined") ?? 0;
  const used = [...states.values()].reduce((sum, count) => sum + count, 0) - quarantined;
  return { total, free: total - used - quarantined - blocked, used, quarantined, blocked };
}
