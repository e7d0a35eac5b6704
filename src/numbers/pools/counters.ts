import type { EntityManager } from "typeorm";
import { dayOf } from "./rules/forecast.ts";
import { added, dialectOf } from "../../store/dialect.ts";
import { execute } from "../../store/sql.ts";

/** How many more mappings of a pool are in a state, or fewer. `poolId` null: mappings without a pool. */
export interface CountStep {
  readonly poolId: number | null;
  /** A `MappingState`, unless a later version has written it. */
  readonly state: string;
  readonly by: number;
}

/**
 * Updates the counts of mappings by pool and state. Call last in the transaction that changes the mappings, because
 * concurrent changes of the same pool wait from here until its end. SQL, because every batch of an import adds to a
 * row that may not exist yet.
 */
export async function countMappings(manager: EntityManager, steps: readonly CountStep[]): Promise<void> {
  const sums = new Map<string, { poolId: number; state: string; by: number }>();
  for (const { poolId, state, by } of steps) {
    const key = `${poolId ?? 0} ${state}`;
    const sum = sums.get(key) ?? { poolId: poolId ?? 0, state, by: 0 };
    sum.by += by;
    sums.set(key, sum);
  }
  // Always in the same order, which prevents deadlocks.
  const ordered = [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, { poolId, state, by }] of ordered) {
    if (by === 0) continue;
    const unlessThere = dialectOf(manager).onDuplicate("mapping_counts", ["pool_id", "state"], {
      count: added,
    });
    await execute(
      manager,
      `INSERT INTO mapping_counts (pool_id, state, count) VALUES (?, ?, ?)${unlessThere}`,
      [poolId, state, by],
    );
  }
}

/** Records the data for forecasts. SQL for the same reason. */
export async function countUse(
  manager: EntityManager,
  poolId: number,
  nowMs: number,
  { taken = 0, returned = 0 },
): Promise<void> {
  if (taken === 0 && returned === 0) return;
  const sums = { taken: added, returned: added };
  const unlessThere = dialectOf(manager).onDuplicate("pool_usage", ["pool_id", "day"], sums);
  await execute(
    manager,
    `INSERT INTO pool_usage (pool_id, day, taken, returned) VALUES (?, ?, ?, ?)${unlessThere}`,
    [poolId, dayOf(nowMs), taken, returned],
  );
}
