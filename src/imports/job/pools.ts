import type { EntityManager } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import type { FileDescription } from "./reading.ts";

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

/** What of an import says which pools it needs. */
export interface PoolChoice {
  /** null: the default pool. */
  readonly poolId: number | null;
  readonly description: Pick<FileDescription, "columns">;
}

/** Throws `NoPoolError` where no row could be served: the file names no pools, and the import has none. */
export async function needImportPools(
  store: Store,
  { poolId, description }: PoolChoice,
): Promise<ImportPools> {
  const pools = await readImportPools(store, poolId);
  const rowsNamePools = description.columns.some(({ field }) => field === "pool");
  if (pools.own === null && !rowsNamePools) throw new NoPoolError(poolId);
  return pools;
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

/** The pool that a row is for, or why there is none: it does not exist, is disabled, or none is named. */
export function poolOf(pools: ImportPools, name: string | null): OpenPool | "POOL_UNKNOWN" | "POOL_MISSING" {
  if (name !== null) return pools.byName.get(poolKey(name)) ?? "POOL_UNKNOWN";
  return pools.own ?? "POOL_MISSING";
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
