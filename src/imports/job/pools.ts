import { LessThanOrEqual } from "typeorm";
import type { EntityManager } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import { readOpenPools } from "../../numbers/servingPool.ts";
import type { OpenPool } from "../../numbers/servingPool.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { MappingCount, NumberPool } from "../../store/entities/numbers.ts";
import type { Store } from "../../store/types.ts";
import type { FileDescription } from "./reading.ts";
import type { ImportPreview } from "./types.ts";

export type { OpenPool } from "../../numbers/servingPool.ts";

/** The pools of an import: by the name a row gives, and the one for rows without a name. */
export interface ImportPools {
  readonly byName: ReadonlyMap<string, OpenPool>;
  /** null: there is no pool, or none of several is chosen. */
  readonly own: OpenPool | null;
}

/** The data that decides which pools an import needs. */
interface PoolChoice {
  /** null: the default pool. */
  readonly poolId: number | null;
  readonly description: Pick<FileDescription, "columns">;
  readonly preview: Pick<ImportPreview, "poolId" | "withoutPool"> | null;
}

/**
 * Throws `NoPoolError` if no row could get a number: the file names no pools, and the import has none although its
 * numbers need one, or may need one.
 */
export async function needImportPools(
  store: Store,
  { poolId, description, preview }: PoolChoice,
): Promise<ImportPools> {
  const pools = await readImportPools(store, poolId);
  const needsNone = rowsNamePools(description) || (preview !== null && isServed(preview));
  if (pools.own === null && !needsNone) throw new NoPoolError(poolId, pools.byName.size);
  return pools;
}

/** The preview found no pool for its rows, and no number that needs one. */
const isServed = ({ poolId, withoutPool }: NonNullable<PoolChoice["preview"]>): boolean =>
  poolId === null && withoutPool === 0;

/** Whether rows can say where their proxy number comes from: they name a pool, or the number itself. */
export const rowsNamePools = ({ columns }: Pick<FileDescription, "columns">): boolean =>
  columns.some(({ field }) => field === "pool" || field === "proxyNumber");

export async function readImportPools(store: Store, poolId: number | null): Promise<ImportPools> {
  const { all, serving } = await store.read(readOpenPools);
  const own = poolId === null ? serving : (all.find(({ id }) => id === poolId) ?? null);
  return { byName: new Map(all.map((pool) => [poolKey(pool.name), pool])), own };
}

/** Pool names are not case-sensitive, as in the database. */
const poolKey = (name: string): string => name.toLowerCase();

/** The pool of a row, or why there is none: it does not exist, is paused, or is not named. */
export function poolOf(pools: ImportPools, name: string | null): OpenPool | "POOL_UNKNOWN" | "POOL_MISSING" {
  if (name !== null) return pools.byName.get(poolKey(name)) ?? "POOL_UNKNOWN";
  return pools.own ?? "POOL_MISSING";
}

/** How many numbers a pool has free now, including those whose quarantine is over. */
export async function countFree(manager: EntityManager, poolId: number, nowMs: number): Promise<number> {
  const pool = await manager.findOneBy(NumberPool, { id: poolId });
  if (pool === null) return 0;
  const counts = await manager.findBy(MappingCount, { poolId });
  const held = counts.reduce((sum, { count }) => sum + count, 0);
  const rested = await manager.countBy(PhoneMapping, {
    state: "quarantined",
    poolId,
    dueAt: LessThanOrEqual(nowMs - pool.quarantineSeconds * 1000),
  });
  return Math.max(0, pool.size - pool.blocked - held + rested);
}
