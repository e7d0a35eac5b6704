import { In } from "typeorm";
import type { EntityManager, FindOperator } from "typeorm";
import {
  rangeProblem,
  rangesOverlap,
  rangeSize,
  rangeWithout,
  sharedRange,
} from "../../values/numberRange.ts";
import type { NumberRange } from "../../values/numberRange.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import {
  BlockedNumber,
  ListedNumber,
  NumberHole,
  NumberPool,
  NumberRange as NumberRangeTable,
  RestedNumber,
} from "../../store/entities/numbers.ts";
import { NumbersInUseError, NumbersNotInPoolError, RangeInvalidError } from "../errors.ts";
import { insertRange } from "./addNumbers.ts";
import { numbersIn, piecesOf, readRanges } from "./rows.ts";
import type { StoredRange } from "./rows.ts";

const namedNumbers = 20;
const lookedAtOnce = 1000;

/**
 * Removes unused numbers from a pool. Requires the lock of all pools and of this one, and that due quarantines have
 * been ended.
 */
export async function removeNumbers(
  manager: EntityManager,
  poolId: number,
  ranges: readonly NumberRange[],
  runs: Iterable<NumberRange>,
): Promise<void> {
  for (const [index, range] of ranges.entries()) {
    const problem = rangeProblem(range);
    if (problem !== null) throw new RangeInvalidError(index, problem);
    await removeRange(manager, poolId, range);
  }
  for (const run of runs) await removeRange(manager, poolId, run);
}

async function refuseUsed(manager: EntityManager, range: NumberRange): Promise<void> {
  const used = await manager.find(PhoneMapping, {
    select: { fakePhone: true },
    where: { fakePhone: numbersIn(range) },
    order: { fakePhone: "ASC" },
    take: namedNumbers,
  });
  if (used.length > 0) throw new NumbersInUseError(used.map(({ fakePhone }) => fakePhone));
}

/** Called only if there is one. */
async function firstUnlisted(
  manager: EntityManager,
  rangeId: FindOperator<number>,
  { first, last }: NumberRange,
): Promise<PhoneNumber> {
  for (let from = first; ;) {
    const listed = await manager.find(ListedNumber, {
      where: { rangeId, number: numbersIn({ first: from, last }) },
      order: { number: "ASC" },
      take: lookedAtOnce,
    });
    const own = listed.map(({ number }): NumberRange => ({ first: number, last: number }));
    const until = own.length === lookedAtOnce ? (own.at(-1)?.last ?? last) : last;
    const [missing] = rangeWithout({ first: from, last: until }, own);
    if (missing) return missing.first;
    from = until;
  }
}

async function removeRange(manager: EntityManager, poolId: number, range: NumberRange): Promise<void> {
  await refuseUsed(manager, range);
  const stored = await readRanges(manager, "WHERE pool_id = ? ORDER BY id", [poolId]);
  const runs = stored.filter((one) => piecesOf(one).some((piece) => rangesOverlap(piece, range)));
  const pieces = runs.flatMap((one) => piecesOf(one).flatMap((piece) => sharedRange(piece, range) ?? []));
  const rangeId = In(stored.filter((one) => one.listed).map(({ id }) => id));
  // Numbers outside its ranges must be in its lists; there may be half a million, so they are counted.
  const gaps = rangeWithout(range, pieces);
  let listed = 0;
  for (const gap of gaps) {
    const count = await manager.countBy(ListedNumber, { rangeId, number: numbersIn(gap) });
    if (count !== rangeSize(gap))
      throw new NumbersNotInPoolError([await firstUnlisted(manager, rangeId, gap)]);
    listed += count;
  }

  for (const one of runs) await cut(manager, one, range);
  const number = numbersIn(range);
  if (listed > 0) await manager.delete(ListedNumber, { rangeId, number });
  const blocked = await manager.countBy(BlockedNumber, { poolId, number });
  await manager.delete(BlockedNumber, { poolId, number });
  await manager.delete(RestedNumber, { poolId, number });
  await manager.decrement(NumberPool, { id: poolId }, "size", rangeSize(range));
  await manager.decrement(NumberPool, { id: poolId }, "blocked", blocked);
}

/**
 * A range whose permutation has started keeps it and records the hole. If little of it remains, the rest becomes
 * new ranges, so that millions of removed positions need not be skipped; the old range remains as a hole, so that
 * the settings do not restore removed numbers.
 */
async function cut(manager: EntityManager, stored: StoredRange, removed: NumberRange): Promise<void> {
  const remaining = piecesOf(stored).flatMap((piece) => rangeWithout(piece, [removed]));
  const left = remaining.reduce((sum, piece) => sum + rangeSize(piece), 0);
  const keepsOrder = stored.taken > 0 && left * 2 >= stored.size;
  const hole = keepsOrder ? sharedRange(stored.range, removed) : stored.range;
  if (!hole) return;
  await manager.insert(NumberHole, {
    rangeId: stored.id,
    firstNumber: Number(hole.first),
    lastNumber: Number(hole.last),
  });
  if (keepsOrder) return;
  await manager.update(NumberRangeTable, { id: stored.id }, { taken: stored.size });
  for (const piece of remaining) await insertRange(manager, stored.poolId, piece);
}
