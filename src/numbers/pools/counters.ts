import type { EntityManager } from "typeorm";
import type { MappingState } from "../../values/mapping.ts";
import { dayOf } from "./rules/forecast.ts";
import type { Store } from "../../store/types.ts";

/** `poolId` null: mappings of no pool. */
export interface CountChange {
  readonly poolId: number | null;
  readonly state: MappingState;
  readonly by: number;
}

/**
 * Keeps the counts of mappings by pool and state. To be called in the transaction that changes the mappings,
 * last, since others who change the same pool wait from here to its end.
 */
export async function countMappings(
  manager: EntityManager,
  kind: Store["kind"],
  changes: readonly CountChange[],
): Promise<void> {
  const sums = new Map<string, { poolId: number; state: MappingState; by: number }>();
  for (const { poolId, state, by } of changes) {
    const key = `${poolId ?? 0} ${state}`;
    const sum = sums.get(key) ?? { poolId: poolId ?? 0, state, by: 0 };
    sum.by += by;
    sums.set(key, sum);
  }
  // Always in one order: two transactions that count the same things never wait for each other in a ring.
  const ordered = [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, { poolId, state, by }] of ordered) {
    if (by === 0) continue;
    await manager.query(
      `INSERT INTO mapping_counts (pool_id, state, count) VALUES (?, ?, ?) ${added(kind, "pool_id, state", ["count"])}`,
      [poolId, state, by],
    );
  }
}

/** Keeps what forecasts are made of. */
export async function countUse(
  manager: EntityManager,
  kind: Store["kind"],
  poolId: number,
  nowMs: number,
  { taken = 0, returned = 0 },
): Promise<void> {
  if (taken === 0 && returned === 0) return;
  await manager.query(
    `INSERT INTO pool_usage (pool_id, day, taken, returned) VALUES (?, ?, ?, ?) ${added(kind, "pool_id, day", ["taken", "returned"])}`,
    [poolId, dayOf(nowMs), taken, returned],
  );
}

function added(kind: Store["kind"], key: string, columns: readonly string[]): string {
  return kind === "mysql"
    ? `ON DUPLICATE KEY UPDATE ${columns.map((one) => `${one} = ${one} + VALUES(${one})`).join(", ")}`
    : `ON CONFLICT (${key}) DO UPDATE SET ${columns.map((one) => `${one} = ${one} + excluded.${one}`).join(", ")}`;
}
