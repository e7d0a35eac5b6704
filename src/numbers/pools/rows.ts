import type { EntityManager } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import { rangeWithout } from "../../values/numberRange.ts";
import type { NumberRange } from "../../values/numberRange.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";

export interface StoredRange {
  readonly id: number;
  readonly poolId: number;
  /** For listed numbers only the ends between which they lie. */
  readonly range: NumberRange;
  /** The numbers are in `listed_numbers`. */
  readonly listed: boolean;
  readonly size: number;
  /** Places of the permutation that are used up. */
  readonly taken: number;
  readonly permutationKey: string;
  /** Numbers within that do not belong to the pool any more. */
  readonly holes: readonly NumberRange[];
}

interface RangeRow {
  readonly id: number;
  readonly pool_id: number;
  readonly first_number: number | string;
  readonly last_number: number | string;
  readonly permutation_key: string;
  readonly taken: number | string;
  readonly size: number | string;
  readonly listed: number;
}

interface HoleRow {
  readonly range_id: number;
  readonly first_number: number | string;
  readonly last_number: number | string;
}

/** Every mapping is in one of them, and the index of the mappings of a pool has the states first. */
export const inAnyState = `state IN (${mappingStates.map((state) => `'${state}'`).join(", ")})`;

export const placeholders = (values: readonly unknown[]): string => values.map(() => "?").join(",");

export const pairs = (values: readonly unknown[], tuple: string): string => values.map(() => tuple).join(",");

/** So few are as well looked up as asked about. */
const fewNumbers = 50;

/**
 * Whether a column holds nothing at all from the least to the greatest of the numbers, as is usual for the candidates of
 * one pool: two thousand of them need not be looked up then. True without numbers.
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
  const rows: unknown[] = await manager.query(
    `SELECT 1 AS found FROM ${table} WHERE ${column} BETWEEN ? AND ? LIMIT 1`,
    [least, greatest],
  );
  return rows.length === 0;
}

/** All ranges of all pools, or those that a condition selects. */
export async function readRanges(
  manager: EntityManager,
  condition = "",
  parameters: readonly unknown[] = [],
): Promise<readonly StoredRange[]> {
  const rows: RangeRow[] = await manager.query(
    `SELECT id, pool_id, first_number, last_number, permutation_key, taken, size, listed FROM number_ranges ${condition === "" ? "ORDER BY id" : condition}`,
    [...parameters],
  );
  if (rows.length === 0) return [];
  const holes: HoleRow[] = await manager.query(
    `SELECT range_id, first_number, last_number FROM number_holes WHERE range_id IN (${placeholders(rows)})`,
    rows.map(({ id }) => id),
  );
  const holesByRange = new Map<number, NumberRange[]>();
  for (const hole of holes) {
    const same = holesByRange.get(hole.range_id);
    if (same === undefined) holesByRange.set(hole.range_id, [toRange(hole)]);
    else same.push(toRange(hole));
  }
  return rows.map((row) => ({
    id: row.id,
    poolId: row.pool_id,
    range: toRange(row),
    listed: row.listed === 1,
    size: Number(row.size),
    taken: Number(row.taken),
    permutationKey: row.permutation_key,
    holes: holesByRange.get(row.id) ?? [],
  }));
}

/** The runs of numbers that a stored range stands for now; none for listed numbers. */
export function piecesOf({ range, holes, listed }: StoredRange): readonly NumberRange[] {
  return listed ? [] : rangeWithout(range, holes);
}

function toRange(row: Pick<HoleRow, "first_number" | "last_number">): NumberRange {
  return { first: toNumber(row.first_number), last: toNumber(row.last_number) };
}

function toNumber(value: number | string): PhoneNumber {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("A stored number is no number.");
  return text;
}

/**
 * Whoever changes which numbers of a pool are free does so alone, on all instances: everybody else who wants
 * to waits here until the transaction ends.
 */
export async function lockPool(
  manager: EntityManager,
  kind: Store["kind"],
  condition: string,
  parameters: readonly unknown[],
): Promise<{ readonly id: number; readonly quarantineSeconds: number } | null> {
  const [row]: { id: number; quarantine_seconds: number }[] = await manager.query(
    `SELECT id, quarantine_seconds FROM number_pools WHERE ${condition}${kind === "mysql" ? " FOR UPDATE" : ""}`,
    [...parameters],
  );
  return row ? { id: row.id, quarantineSeconds: row.quarantine_seconds } : null;
}

/**
 * To be taken before it is looked up whether a real number lies in a pool, until it is written, and before any lock
 * of a pool or a mapping. Any number of transactions may have it at once, on all instances.
 */
export async function lockPoolsAgainstNewNumbers(manager: EntityManager, kind: Store["kind"]): Promise<void> {
  if (kind === "mysql") await manager.query("SELECT name FROM locks WHERE name = 'real_numbers' FOR SHARE");
}

/** The other side of it: while numbers are added to a pool, nobody makes real numbers of them. */
export async function lockOutRealNumbers(manager: EntityManager, kind: Store["kind"]): Promise<void> {
  if (kind === "mysql") await manager.query("SELECT name FROM locks WHERE name = 'real_numbers' FOR UPDATE");
}

/** Which of the numbers belong to a pool, and to which. */
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

/** As `findPoolsOf`, for who asks again and again in one transaction. */
export async function poolFinder(
  manager: EntityManager,
): Promise<(numbers: readonly PhoneNumber[]) => Promise<Map<PhoneNumber, number>>> {
  // Shorter numbers are smaller, and no two pieces overlap: whatever their lengths, one order is enough.
  const pieces: PoolPiece[] = (await readRanges(manager))
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
    const listed: { number: PhoneNumber; pool_id: number }[] = await manager.query(
      `SELECT l.number, r.pool_id FROM listed_numbers l JOIN number_ranges r ON r.id = l.range_id WHERE l.number IN (${placeholders(numbers)})`,
      [...numbers],
    );
    for (const row of listed) found.set(row.number, row.pool_id);
    return found;
  };
}

/** The last piece that begins at the value or before it. */
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
