import type { Import, Pool } from "../../api/client.ts";

/** The page's statement or question about the pool of the proxy numbers. */
export type PoolQuestion =
  /** No number needs a pool. */
  | { readonly kind: "nothing" }
  /** There is only this pool, so there is nothing to choose. */
  | { readonly kind: "only"; readonly pool: Pool }
  /** `chosen`: null until the user chooses. `lost`: the chosen pool has been paused or deleted. */
  | {
      readonly kind: "choice";
      readonly pools: readonly Pool[];
      readonly chosen: number | null;
      readonly lost: boolean;
    }
  /** No pool is available. `paused`: pools that could be resumed. */
  | { readonly kind: "none"; readonly paused: readonly Pool[]; readonly needed: number };

type Job = Pick<Import, "preview" | "poolId">;

const isOpen = ({ enabled }: Pool): boolean => enabled;

export function poolQuestionOf({ preview, poolId }: Job, pools: readonly Pool[]): PoolQuestion {
  if (preview === null) return { kind: "nothing" };
  const open = pools.filter(isOpen);
  const [first] = open;
  if (first === undefined)
    return preview.withoutPool === 0
      ? { kind: "nothing" }
      : { kind: "none", paused: pools, needed: preview.withoutPool };
  if (open.length === 1 && preview.poolId === first.id) return { kind: "only", pool: first };
  const lost = preview.poolId === null && poolId !== null && !open.some(({ id }) => id === poolId);
  return { kind: "choice", pools: open, chosen: preview.poolId, lost };
}

/** A new preview to request. `pool` as in the API: undefined keeps the pool, null selects the default pool. */
interface PreviewUpdate {
  readonly pool: number | null | undefined;
}

/**
 * The new preview to request if the pools have changed in a way that affects this one: there is a pool now, the pool
 * has more numbers than it lacked, or it is gone. null if the preview is still correct.
 */
export function previewUpdateOf({ preview, poolId }: Job, pools: readonly Pool[]): PreviewUpdate | null {
  if (preview === null) return null;
  const open = pools.filter(isOpen);
  const named = open.find(({ id }) => id === poolId);
  const serving = open.find(({ isDefault }) => isDefault) ?? (open.length === 1 ? open[0] : undefined);
  if (preview.poolId === null) {
    if (poolId === null ? serving !== undefined : named !== undefined) return { pool: undefined };
    // The chosen pool is gone, and only one can replace it.
    return open.length === 1 ? { pool: null } : null;
  }
  if (!open.some(({ id }) => id === preview.poolId)) return { pool: undefined };
  const grown = preview.pools.some(
    ({ poolId: id, wanted, free }) =>
      wanted > free && pools.some((pool) => pool.id === id && pool.counts.free > free),
  );
  return grown ? { pool: undefined } : null;
}
