import type { EntityManager } from "typeorm";
import { rangeHolds } from "../../values/numberRange.ts";
import { numbersInOrder } from "./rules/numbersInOrder.ts";
import { permutation } from "./rules/permutation.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NumberRange } from "../../store/entities/numbers.ts";
import { number, phone, rowOf } from "../../store/row.ts";
import { placeholders, selectRows } from "../../store/sql.ts";
import { readRanges } from "./rows.ts";
import type { StoredRange } from "./rows.ts";
import { PoolClutteredError } from "../errors.ts";
import { endQuarantines, putAside, takeAside, takeRested } from "./quarantine.ts";

/** Positions checked together. More than needed cost nothing: only checked ones are used up. */
const minCandidates = 50;

/**
 * A batch holds the pool's lock while it searches for free numbers, so the search is bounded. It only gets this
 * long if numbers of the pool were filled in by hand or most of them are blocked.
 */
const maxCandidates = 50_000;

/** Positions checked together when making room. */
const roomChunk = 2000;

export interface TakingPool {
  readonly id: number;
  readonly quarantineSeconds: number;
}

/** Which candidates cannot be allocated; these are skipped for good. */
type FindOccupied = (candidates: readonly PhoneNumber[]) => Promise<ReadonlySet<string>>;

/**
 * Takes up to `count` numbers of a pool within the caller's transaction, which holds the pool's lock; fewer
 * when the pool is used up. First numbers that were never assigned: those that `makeRoom` has found, then in the order of
 * their permutation. When these are exhausted, the longest-rested ones. A rollback gives the numbers back. The cost
 * does not depend on how full the pool is.
 *
 * Throws a `PoolClutteredError` where the next places are nearly all occupied by others.
 */
export async function takeNumbers(
  manager: EntityManager,
  pool: TakingPool,
  count: number,
  occupied: FindOccupied,
  nowMs: number,
): Promise<readonly PhoneNumber[]> {
  const numbers: PhoneNumber[] = [];
  const takeThose = async (waiting: readonly PhoneNumber[]): Promise<void> => {
    const unusable = await occupied(waiting);
    numbers.push(...waiting.filter((one) => !unusable.has(one)));
  };
  while (numbers.length < count) {
    const found = await takeAside(manager, pool.id, count - numbers.length);
    if (found.length === 0) break;
    await takeThose(found);
  }
  let examined = 0;
  while (numbers.length < count) {
    const open = await findOpenRange(manager, pool.id);
    if (!open) break;
    const candidatesAt = candidatesOf(manager, open);
    let { taken } = open;
    while (numbers.length < count && taken < open.size) {
      if (examined >= maxCandidates) throw new PoolClutteredError(pool.id);
      const wanted = Math.min(open.size - taken, Math.max(count - numbers.length, minCandidates));
      const candidates = await candidatesAt(taken, wanted);
      const unusable = await occupied(candidates.filter((one) => one !== null));
      for (const candidate of candidates) {
        if (numbers.length === count) break;
        taken += 1;
        examined += 1;
        if (candidate !== null && !unusable.has(candidate)) numbers.push(candidate);
      }
    }
    await manager.update(NumberRange, { id: open.id }, { taken });
  }
  while (numbers.length < count) {
    const wanted = count - numbers.length;
    await endQuarantines(manager, pool, wanted, nowMs);
    const rested = await takeRested(manager, pool.id, wanted);
    if (rested.length === 0) break;
    await takeThose(rested);
  }
  return numbers;
}

/**
 * Skips a bounded number of a pool's positions, in its own transaction that holds the pool's lock. Free numbers
 * among them are set aside, before those after quarantine, so these positions need not be checked again, whatever
 * happens to the request.
 */
export async function makeRoom(
  manager: EntityManager,
  poolId: number,
  occupied: FindOccupied,
): Promise<void> {
  for (let examined = 0; examined < maxCandidates;) {
    const open = await findOpenRange(manager, poolId);
    if (!open) return;
    const count = Math.min(open.size - open.taken, roomChunk);
    const candidates = await candidatesOf(manager, open)(open.taken, count);
    const unusable = await occupied(candidates.filter((one) => one !== null));
    const free = candidates.flatMap((number, index) =>
      number === null || unusable.has(number) ? [] : [{ number, place: open.taken + index }],
    );
    await putAside(manager, poolId, free);
    await manager.update(NumberRange, { id: open.id }, { taken: open.taken + count });
    examined += count;
  }
}

/** The first range with positions left. */
async function findOpenRange(manager: EntityManager, poolId: number): Promise<StoredRange | null> {
  const [open] = await readRanges(manager, "WHERE pool_id = ? AND taken < size ORDER BY id LIMIT 1", [
    poolId,
  ]);
  return open ?? null;
}

const readPlace = rowOf({ number: phone, place: number });

type CandidatesAt = (place: number, count: number) => Promise<readonly (PhoneNumber | null)[]>;

/** The numbers at positions of a range's permutation; null if the pool no longer has the number. */
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
    // SQL, because a batch of an import looks up thousands of positions.
    const rows = await selectRows(
      manager,
      readPlace,
      `SELECT number, place FROM listed_numbers WHERE range_id = ? AND place IN (${placeholders(places)})`,
      [open.id, ...places],
    );
    const byPlace = new Map(rows.map((row) => [row.place, row.number]));
    return places.map((one) => byPlace.get(one) ?? null);
  };
}
