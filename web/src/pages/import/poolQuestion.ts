import type { Import, Pool } from "../../api/client.ts";

/** What is to be said, or asked, of the pool that the numbers of a file come from. */
export type PoolQuestion =
  /** Nothing: no number needs a pool. */
  | { readonly kind: "nothing" }
  /** Nothing is asked: this is the only one. */
  | { readonly kind: "only"; readonly pool: Pool }
  /** `chosen`: null where it is for the person to say. `lost`: the pool that was chosen gives no more numbers out. */
  | {
      readonly kind: "choice";
      readonly pools: readonly Pool[];
      readonly chosen: number | null;
      readonly lost: boolean;
    }
  /** There is none that gives numbers out; `paused`: those that would if they were resumed. */
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

/** The pool to look at the file anew with, as the API takes it: undefined as it is, null the default one. */
interface Anew {
  readonly pool: number | null | undefined;
}

/**
 * Whether the pools have changed since the preview so that it says something else now: there is a pool where there was
 * none, or more numbers where there were too few, or the pool is gone. null where it still stands.
 */
export function anewWith({ preview, poolId }: Job, pools: readonly Pool[]): Anew | null {
  if (preview === null) return null;
  const open = pools.filter(isOpen);
  const named = open.find(({ id }) => id === poolId);
  const serving = open.find(({ isDefault }) => isDefault) ?? (open.length === 1 ? open[0] : undefined);
  if (preview.poolId === null) {
    if (poolId === null ? serving !== undefined : named !== undefined) return { pool: undefined };
    // The pool that was chosen is gone, and there is only one to take its place.
    return open.length === 1 ? { pool: null } : null;
  }
  if (!open.some(({ id }) => id === preview.poolId)) return { pool: undefined };
  const grown = preview.pools.some(
    ({ poolId: id, wanted, free }) =>
      wanted > free && pools.some((pool) => pool.id === id && pool.counts.free > free),
  );
  return grown ? { pool: undefined } : null;
}
