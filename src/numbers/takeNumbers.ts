import type { EntityManager } from "typeorm";
import { numbersInOrder, rangeHolds } from "../domain/allocation.ts";
import { permutation } from "../domain/permutation.ts";
import type { PhoneNumber } from "../domain/phoneNumber.ts";
import type { Store } from "../store/types.ts";
import { placeholders, readRanges } from "./poolRows.ts";
import type { StoredRange } from "./poolRows.ts";
import { endRests, takeRested } from "./rests.ts";

/** Places that are looked at together. More than are needed cost nothing: only what was looked at is taken. */
const minCandidates = 50;

/**
 * A batch holds the lock of its pool while it looks for free numbers, so the search is bounded. It can only
 * get this long where somebody has filled the pool's numbers in by hand.
 */
const maxCandidates = 200_000;

export interface TakingPool {
  readonly id: number;
  readonly quarantineSeconds: number;
}

/**
 * Takes up to `count` numbers of a pool within the caller's transaction, which holds the pool's lock; fewer
 * when the pool is used up. First numbers that nobody has had, in the order of their permutation; when these
 * are exhausted the longest-rested ones. A rollback gives the numbers back. The cost does not depend on how full the
 * pool is.
 *
 * `occupied` tells which of the candidates cannot be given out; these are passed over for good.
 */
export async function takeNumbers(
  manager: EntityManager,
  kind: Store["kind"],
  pool: TakingPool,
  count: number,
  occupied: (candidates: readonly PhoneNumber[]) => Promise<ReadonlySet<string>>,
  nowMs: number,
): Promise<readonly PhoneNumber[]> {
  const numbers: PhoneNumber[] = [];
  let examined = 0;
  while (numbers.length < count) {
    const open = await findOpenRange(manager, pool.id);
    if (!open) break;
    const candidatesAt = candidatesOf(manager, open);
    let { taken } = open;
    while (numbers.length < count && taken < open.size) {
      const wanted = Math.min(open.size - taken, Math.max(count - numbers.length, minCandidates));
      const candidates = await candidatesAt(taken, wanted);
      const unusable = await occupied(candidates.filter((one) => one !== null));
      for (const candidate of candidates) {
        if (numbers.length === count) break;
        taken += 1;
        if (candidate === null) continue;
        examined += 1;
        if (!unusable.has(candidate)) numbers.push(candidate);
      }
      if (examined > maxCandidates) throw new PoolClutteredError(pool.id);
    }
    await manager.query("UPDATE number_ranges SET taken = ? WHERE id = ?", [taken, open.id]);
  }
  while (numbers.length < count) {
    const wanted = count - numbers.length;
    await endRests(manager, kind, pool, wanted, nowMs);
    const rested = await takeRested(manager, pool.id, wanted);
    if (rested.length === 0) break;
    const unusable = await occupied(rested);
    numbers.push(...rested.filter((one) => !unusable.has(one)));
  }
  return numbers;
}

/** Nearly all numbers of a pool are in use by mappings that were not taken from it. */
export class PoolClutteredError extends Error {
  readonly code = "POOL_CLUTTERED";

  constructor(poolId: number) {
    super(`Pool ${poolId}: the next ${maxCandidates} numbers are already in use by other mappings.`);
    this.name = "PoolClutteredError";
  }
}

/** The first range that has places left. */
async function findOpenRange(manager: EntityManager, poolId: number): Promise<StoredRange | null> {
  const [open] = await readRanges(manager, "WHERE pool_id = ? AND taken < size ORDER BY id LIMIT 1", [
    poolId,
  ]);
  return open ?? null;
}

type CandidatesAt = (place: number, count: number) => Promise<readonly (PhoneNumber | null)[]>;

/** The numbers at places of a range's permutation; null where the pool does not have the number any more. */
function candidatesOf(manager: EntityManager, open: StoredRange): CandidatesAt {
  const { range, holes, permutationKey, size } = open;
  if (!open.listed) {
    const numberAt = numbersInOrder(range, permutationKey);
    return async (place, count) =>
      Array.from({ length: count }, (_, index) => {
        const number = numberAt(place + index);
        return holes.some((hole) => rangeHolds(hole, number)) ? null : number;
      });
  }
  const permute = permutation(size, permutationKey);
  return async (place, count) => {
    const places = Array.from({ length: count }, (_, index) => permute(place + index));
    const rows: { number: PhoneNumber; place: number }[] = await manager.query(
      `SELECT number, place FROM listed_numbers WHERE range_id = ? AND place IN (${placeholders(places)})`,
      [open.id, ...places],
    );
    const byPlace = new Map(rows.map((row) => [row.place, row.number]));
    return places.map((one) => byPlace.get(one) ?? null);
  };
}
