import type { EntityManager } from "typeorm";
import {
  rangeProblem,
  rangesOverlap,
  rangeSize,
  rangeWithout,
  sharedRange,
} from "../../values/numberRange.ts";
import type { NumberRange } from "../../values/numberRange.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { NumberHole, NumberRange as NumberRangeTable } from "../../store/entities/numbers.ts";
import { number, phone, rowOf } from "../../store/row.ts";
import { execute, selectRow, selectRows } from "../../store/sql.ts";
import { NumbersInUseError, NumbersNotInPoolError, RangeInvalidError } from "../errors.ts";
import { insertRange } from "./addNumbers.ts";
import { piecesOf, readRanges } from "./rows.ts";
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

const readCount = rowOf({ count: number });
const readNumber = rowOf({ number: phone });

/** SQL, because numbers are text and a run of them is as long as its first one: TypeORM has no word for the length. */
const within = (column: string): string => `${column} BETWEEN ? AND ? AND LENGTH(${column}) = ?`;
const ends = ({ first, last }: NumberRange): (string | number)[] => [first, last, first.length];

async function refuseUsed(manager: EntityManager, range: NumberRange): Promise<void> {
  const used = await selectRows(
    manager,
    rowOf({ fakePhone: phone }),
    `SELECT fake_phone FROM phone_mappings WHERE ${within("fake_phone")} ORDER BY fake_phone LIMIT ?`,
    [...ends(range), namedNumbers],
  );
  if (used.length > 0) throw new NumbersInUseError(used.map((row) => row.fakePhone));
}

const listedWithin = `FROM listed_numbers WHERE ${within("number")} AND range_id IN (SELECT id FROM number_ranges WHERE pool_id = ?)`;

async function countListed(manager: EntityManager, poolId: number, range: NumberRange): Promise<number> {
  const row = await selectRow(manager, readCount, `SELECT COUNT(*) AS count ${listedWithin}`, [
    ...ends(range),
    poolId,
  ]);
  return row?.count ?? 0;
}

/** Called only if there is one. */
async function firstUnlisted(
  manager: EntityManager,
  poolId: number,
  { first, last }: NumberRange,
): Promise<PhoneNumber> {
  for (let from = first; ;) {
    const listed = await selectRows(
      manager,
      readNumber,
      `SELECT number ${listedWithin} ORDER BY number LIMIT ?`,
      [...ends({ first: from, last }), poolId, lookedAtOnce],
    );
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
  // Numbers outside its ranges must be in its lists; there may be half a million, so they are counted.
  const gaps = rangeWithout(range, pieces);
  let listed = 0;
  for (const gap of gaps) {
    const count = await countListed(manager, poolId, gap);
    if (count !== rangeSize(gap))
      throw new NumbersNotInPoolError([await firstUnlisted(manager, poolId, gap)]);
    listed += count;
  }

  for (const one of runs) await cut(manager, one, range);
  if (listed > 0) {
    await execute(
      manager,
      `DELETE FROM listed_numbers WHERE ${within("number")} AND range_id IN (SELECT id FROM number_ranges WHERE pool_id = ?)`,
      [...ends(range), poolId],
    );
  }
  await execute(manager, `DELETE FROM rested_numbers WHERE pool_id = ? AND ${within("number")}`, [
    poolId,
    ...ends(range),
  ]);
  const blocked = await selectRow(
    manager,
    readCount,
    `SELECT COUNT(*) AS count FROM blocked_numbers WHERE pool_id = ? AND ${within("number")}`,
    [poolId, ...ends(range)],
  );
  await execute(manager, `DELETE FROM blocked_numbers WHERE pool_id = ? AND ${within("number")}`, [
    poolId,
    ...ends(range),
  ]);
  await execute(manager, "UPDATE number_pools SET size = size - ?, blocked = blocked - ? WHERE id = ?", [
    rangeSize(range),
    blocked?.count ?? 0,
    poolId,
  ]);
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
