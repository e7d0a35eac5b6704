import type { EntityManager } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";

/** A pool that numbers can be taken from. */
export interface OpenPool {
  readonly id: number;
  readonly name: string;
}

/** The pools of an import: by the name that a row gives, and the one for rows that give none. */
export interface ImportPools {
  readonly byName: ReadonlyMap<string, OpenPool>;
  /** null: there is none. */
  readonly own: OpenPool | null;
}

export async function readImportPools(store: Store, poolId: number | null): Promise<ImportPools> {
  const rows = await store.read<{ id: number; name: string; is_default: number | null }[]>((manager) =>
    manager.query("SELECT id, name, is_default FROM number_pools WHERE enabled = 1"),
  );
  const own = rows.find(({ id, is_default }) => (poolId === null ? is_default === 1 : id === poolId));
  return { byName: new Map(rows.map(({ id, name }) => [poolKey(name), { id, name }])), own: own ?? null };
}

/** Names of pools are the same in upper and lower case, as in the database. */
const poolKey = (name: string): string => name.toLowerCase();

/** The pool that a row is for; null: it names one that does not exist or is disabled. */
export function poolOf(pools: ImportPools, name: string | null, poolId: number | null): OpenPool | null {
  if (name !== null) return pools.byName.get(poolKey(name)) ?? null;
  if (pools.own === null) throw new NoPoolError(poolId);
  return pools.own;
}

/** How many numbers a pool can give now, those included whose rest is over. */
export async function countFree(manager: EntityManager, poolId: number, nowMs: number): Promise<number> {
  const [pool]: { size: number | string; blocked: number | string; quarantine_seconds: number }[] =
    await manager.query("SELECT size, blocked, quarantine_seconds FROM number_pools WHERE id = ?", [poolId]);
  if (!pool) return 0;
  const [held]: { count: number | string | null }[] = await manager.query(
    "SELECT SUM(count) AS count FROM mapping_counts WHERE pool_id = ?",
    [poolId],
  );
  const [rested]: { count: number | string }[] = await manager.query(
    "SELECT COUNT(*) AS count FROM phone_mappings WHERE pool_id = ? AND released_at <= ?",
    [poolId, toDatabaseTime(nowMs - pool.quarantine_seconds * 1000)],
  );
  const free =
    Number(pool.size) - Number(pool.blocked) - Number(held?.count ?? 0) + Number(rested?.count ?? 0);
  return Math.max(0, free);
}
