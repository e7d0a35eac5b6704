import { Raw } from "typeorm";
import type { EntityManager, FindOperator, FindOptionsWhere } from "typeorm";
import { rangeWithout } from "../../values/numberRange.ts";
import type { NumberRange } from "../../values/numberRange.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { heldRows } from "../../store/dialect.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import type { NumberPoolRow } from "../../store/entities/numbers.ts";
import { shareLock, takeLock } from "../../store/locks.ts";
import { flag, number, phone, rowOf, text } from "../../store/row.ts";
import { hasRows, placeholders, selectRows } from "../../store/sql.ts";
import type { Parameter } from "../../store/sql.ts";

export interface StoredRange {
  readonly id: number;
  readonly poolId: number;
  /** For listed numbers, only the smallest and the largest. */
  readonly range: NumberRange;
  /** The numbers are in `listed_numbers`. */
  readonly listed: boolean;
  readonly size: number;
  /** Used positions of the permutation. */
  readonly taken: number;
  readonly permutationKey: string;
  /** Removed numbers within the range. */
  readonly holes: readonly NumberRange[];
}

const readRange = rowOf({
  id: number,
  poolId: number,
  firstNumber: number,
  lastNumber: number,
  permutationKey: text,
  taken: number,
  size: number,
  listed: flag,
});
const readHole = rowOf({ rangeId: number, firstNumber: number, lastNumber: number });
const readListed = rowOf({ number: phone, poolId: number });

/** For a column of numbers, which are text: those of a range are as long as its ends. Once per query. */
export const numbersIn = ({ first, last }: NumberRange): FindOperator<PhoneNumber> =>
  Raw((column) => `${column} BETWEEN :first AND :last AND LENGTH(${column}) = :length`, {
    first,
    last,
    length: first.length,
  });

/** Few enough to be looked up directly. */
const fewNumbers = 50;

/**
 * Whether a column holds nothing at all from the least to the greatest of the numbers, as is usual for the candidates of
 * one pool and for the new numbers of a sorted file: thousands of them need not be looked up then. True without numbers.
 * SQL, because every batch of an import checks it.
 */
export async function areBeside(
  manager: EntityManager,
  table: "phone_mappings" | "blocked_numbers" | "rested_numbers",
  column: "fake_phone" | "real_phone" | "number",
  numbers: readonly PhoneNumber[],
): Promise<boolean> {
  const [first] = numbers;
  if (first === undefined) return true;
  if (numbers.length <= fewNumbers) return false;
  let least = first;
  let greatest = first;
  for (const number of numbers) {
    if (number < least) least = number;
    if (number > greatest) greatest = number;
  }
  const between = `SELECT 1 AS found FROM ${table} WHERE ${column} BETWEEN ? AND ? LIMIT 1`;
  return !(await hasRows(manager, between, [least, greatest]));
}

/** All ranges of all pools, or those that a condition selects. SQL, because every batch of an import reads them. */
export async function readRanges(
  manager: EntityManager,
  condition = "",
  parameters: readonly Parameter[] = [],
): Promise<readonly StoredRange[]> {
  const rows = await selectRows(
    manager,
    readRange,
    `SELECT id, pool_id, first_number, last_number, permutation_key, taken, size, listed FROM number_ranges ${condition === "" ? "ORDER BY id" : condition}`,
    parameters,
  );
  if (rows.length === 0) return [];
  const holes = await selectRows(
    manager,
    readHole,
    `SELECT range_id, first_number, last_number FROM number_holes WHERE range_id IN (${placeholders(rows)})`,
    rows.map(({ id }) => id),
  );
  const holesByRange = new Map<number, NumberRange[]>();
  for (const hole of holes) {
    const same = holesByRange.get(hole.rangeId);
    if (same === undefined) holesByRange.set(hole.rangeId, [toRange(hole)]);
    else same.push(toRange(hole));
  }
  return rows.map((row) => ({
    id: row.id,
    poolId: row.poolId,
    range: toRange(row),
    listed: row.listed,
    size: row.size,
    taken: row.taken,
    permutationKey: row.permutationKey,
    holes: holesByRange.get(row.id) ?? [],
  }));
}

/** The current ranges of a stored range; none for listed numbers. */
export function piecesOf({ range, holes, listed }: StoredRange): readonly NumberRange[] {
  return listed ? [] : rangeWithout(range, holes);
}

function toRange(row: { readonly firstNumber: number; readonly lastNumber: number }): NumberRange {
  return { first: toNumber(row.firstNumber), last: toNumber(row.lastNumber) };
}

function toNumber(value: number): PhoneNumber {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("A stored number is invalid.");
  return text;
}

/**
 * Locks a pool: changes of its free numbers happen one at a time across all instances; others wait here until the
 * transaction ends.
 */
export async function lockPool(
  manager: EntityManager,
  where: FindOptionsWhere<NumberPoolRow>,
): Promise<{ readonly id: number; readonly quarantineSeconds: number } | null> {
  return manager.findOne(NumberPool, {
    select: { id: true, quarantineSeconds: true },
    where,
    ...heldRows(manager),
  });
}

/**
 * Take this before checking whether a real number is in a pool, until it is written, and before any lock of a pool
 * or mapping. Any number of transactions may hold it at once, on all instances.
 */
export const lockPoolsAgainstNewNumbers = (manager: EntityManager): Promise<void> =>
  shareLock(manager, "real_numbers");

/** The counterpart: while numbers are added to a pool, none of them can become real numbers. */
export const lockOutRealNumbers = (manager: EntityManager): Promise<void> =>
  takeLock(manager, "real_numbers");

/** Which of the numbers belong to which pool. */
export async function findPoolsOf(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<Map<PhoneNumber, number>> {
  return numbers.length === 0 ? new Map() : (await poolFinder(manager))(numbers);
}

interface PoolPiece {
  readonly first: number;
  readonly last: number;
  readonly poolId: number;
}

/** Like `findPoolsOf`, for repeated calls in one transaction. */
export async function poolFinder(
  manager: EntityManager,
): Promise<(numbers: readonly PhoneNumber[]) => Promise<Map<PhoneNumber, number>>> {
  // Shorter numbers are smaller, and ranges do not overlap, so one order is enough for all lengths.
  const ranges = await readRanges(manager);
  const hasLists = ranges.some(({ listed }) => listed);
  const pieces: PoolPiece[] = ranges
    .flatMap((stored) =>
      piecesOf(stored).map(({ first, last }) => ({
        first: Number(first),
        last: Number(last),
        poolId: stored.poolId,
      })),
    )
    .sort((one, other) => one.first - other.first);
  return async (numbers) => {
    const found = new Map<PhoneNumber, number>();
    if (numbers.length === 0) return found;
    for (const number of numbers) {
      const piece = lastFrom(pieces, Number(number));
      if (piece !== undefined && Number(number) <= piece.last) found.set(number, piece.poolId);
    }
    if (!hasLists) return found;
    // SQL, because imports look up each batch of real numbers here.
    const listed = await selectRows(
      manager,
      readListed,
      `SELECT l.number, r.pool_id FROM listed_numbers l JOIN number_ranges r ON r.id = l.range_id WHERE l.number IN (${placeholders(numbers)})`,
      [...numbers],
    );
    for (const row of listed) found.set(row.number, row.poolId);
    return found;
  };
}

/** The last range that starts at or before the value. */
function lastFrom(pieces: readonly PoolPiece[], value: number): PoolPiece | undefined {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.first ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1];
}
