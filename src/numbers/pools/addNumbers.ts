import { randomBytes } from "node:crypto";
import { In, IsNull } from "typeorm";
import type { EntityManager, FindOperator } from "typeorm";
import { rangeProblem, rangesOverlap, rangeSize } from "../../values/numberRange.ts";
import type { NumberRange } from "../../values/numberRange.ts";
import { permutationKeyLength } from "./rules/permutation.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { ListedNumber, NumberPool, NumberRange as NumberRangeTable } from "../../store/entities/numbers.ts";
import { number, phone, rowOf, text } from "../../store/row.ts";
import { execute, placeholders, plainRows, selectRows, tuples } from "../../store/sql.ts";
import { countMappings } from "./counters.ts";
import { RangeConflictError, RangeInvalidError } from "../errors.ts";
import type { RangeConflict } from "../errors.ts";
import { NumberList } from "./numberList.ts";
import { numbersIn, piecesOf, poolFinder, readRanges } from "./rows.ts";
import type { PoolNumbers } from "../types.ts";

const namedConflicts = 20;
const listChunk = 1000;

/**
 * Adds numbers to a pool. Requires the lock of all pools, the lock against real numbers, and that of this pool.
 */
export async function addNumbers(
  manager: EntityManager,
  poolId: number,
  { ranges = [], numbers = [] }: Partial<PoolNumbers>,
): Promise<void> {
  for (const [index, range] of ranges.entries()) {
    const problem = rangeProblem(range);
    if (problem !== null) throw new RangeInvalidError(index, problem);
  }
  const listed = numbers instanceof NumberList ? numbers : NumberList.of(numbers);
  const conflicts = [
    ...(await conflictsOfRanges(manager, ranges)),
    ...(await conflictsOfList(manager, ranges, listed)),
  ];
  if (conflicts.length > 0) throw new RangeConflictError(conflicts.slice(0, namedConflicts));
  for (const range of ranges) {
    await insertRange(manager, poolId, range);
    await adopt(manager, poolId, numbersIn(range));
  }
  await insertList(manager, poolId, listed);
  const added = ranges.reduce((sum, range) => sum + rangeSize(range), listed.size);
  if (added > 0) await manager.increment(NumberPool, { id: poolId }, "size", added);
}

const readCount = rowOf({ state: text, count: number });
const readReal = rowOf({ realPhone: phone });

const newKey = (): string => randomBytes(permutationKeyLength / 2).toString("hex");

/** Without checking for conflicts, and without counting. */
export async function insertRange(manager: EntityManager, poolId: number, range: NumberRange): Promise<void> {
  await manager.insert(NumberRangeTable, {
    poolId,
    firstNumber: Number(range.first),
    lastNumber: Number(range.last),
    permutationKey: newKey(),
    size: rangeSize(range),
  });
}

async function insertList(manager: EntityManager, poolId: number, numbers: NumberList): Promise<void> {
  const [first] = numbers.slice(0, 1);
  const [last] = numbers.slice(numbers.size - 1, 1);
  if (first === undefined || last === undefined) return;
  const permutationKey = newKey();
  await manager.insert(NumberRangeTable, {
    poolId,
    firstNumber: Number(first),
    lastNumber: Number(last),
    permutationKey,
    size: numbers.size,
    listed: true,
  });
  const range = await manager.findOneByOrFail(NumberRangeTable, { poolId, permutationKey });
  let start = 0;
  for (const some of numbers.chunks(listChunk)) {
    const from = start;
    // SQL, because a list may have half a million numbers, and TypeORM takes seven times as long for each.
    await execute(
      manager,
      `INSERT INTO listed_numbers (number, range_id, place) VALUES ${tuples(some, "(?,?,?)")}`,
      some.flatMap((number, index) => [number, range.id, from + index]),
    );
    await adopt(manager, poolId, In([...some]));
    start += some.length;
  }
}

/** Assigns existing mappings, for example made by hand, to the new pool. */
async function adopt(
  manager: EntityManager,
  poolId: number,
  fakePhone: FindOperator<PhoneNumber>,
): Promise<void> {
  const where = { poolId: IsNull(), fakePhone };
  const found = manager
    .createQueryBuilder(PhoneMapping, "m")
    .select("m.state", "state")
    .addSelect("COUNT(*)", "count")
    .where(where)
    .groupBy("m.state");
  const states = await plainRows(found, readCount);
  if (states.length === 0) return;
  await manager.update(PhoneMapping, where, { poolId });
  await countMappings(
    manager,
    states.flatMap(({ state, count }) => [
      { poolId, state, by: count },
      { poolId: null, state, by: -count },
    ]),
  );
}

async function poolNames(manager: EntityManager): Promise<ReadonlyMap<number, string>> {
  const pools = await manager.find(NumberPool, { select: { id: true, name: true } });
  return new Map(pools.map(({ id, name }) => [id, name]));
}

const single = (number: PhoneNumber): NumberRange => ({ first: number, last: number });

async function conflictsOfRanges(
  manager: EntityManager,
  ranges: readonly NumberRange[],
): Promise<readonly RangeConflict[]> {
  const conflicts: RangeConflict[] = [];
  if (ranges.length === 0) return conflicts;
  const names = await poolNames(manager);
  const all = await readRanges(manager);
  const stored = all.flatMap((one) => piecesOf(one).map((range) => ({ poolId: one.poolId, range })));
  const pools = new Map(all.map(({ id, poolId }) => [id, names.get(poolId) ?? ""]));
  for (const [index, range] of ranges.entries()) {
    for (const other of ranges.slice(0, index)) {
      if (rangesOverlap(range, other)) conflicts.push({ kind: "same_request", range, with: other });
    }
    for (const other of stored) {
      if (rangesOverlap(range, other.range)) {
        conflicts.push({ kind: "pool", range, pool: names.get(other.poolId) ?? "", with: other.range });
      }
    }
    const listed = await manager.find(ListedNumber, {
      where: { number: numbersIn(range) },
      order: { number: "ASC" },
      take: namedConflicts,
    });
    for (const { number, rangeId } of listed) {
      conflicts.push({ kind: "pool", range, pool: pools.get(rangeId) ?? "", with: single(number) });
    }
    const mappings = await manager.find(PhoneMapping, {
      select: { realPhone: true },
      where: { realPhone: numbersIn(range) },
      order: { realPhone: "ASC" },
      take: namedConflicts,
    });
    for (const { realPhone } of mappings)
      if (realPhone !== null) conflicts.push({ kind: "real_number", range, realNumber: realPhone });
    if (conflicts.length >= namedConflicts) break;
  }
  return conflicts;
}

async function conflictsOfList(
  manager: EntityManager,
  ranges: readonly NumberRange[],
  numbers: NumberList,
): Promise<readonly RangeConflict[]> {
  const conflicts: RangeConflict[] = [];
  if (numbers.size === 0) return conflicts;
  const names = await poolNames(manager);
  const find = await poolFinder(manager);
  for (const some of numbers.chunks(listChunk)) {
    if (conflicts.length >= namedConflicts) break;
    const [least] = some;
    const greatest = some.at(-1);
    // Numbers are sorted, so few ranges or none are near a chunk.
    const near = ranges.filter(
      ({ first, last }) => Number(first) <= Number(greatest) && Number(last) >= Number(least),
    );
    for (const [number, poolId] of await find(some)) {
      conflicts.push({
        kind: "pool",
        range: single(number),
        pool: names.get(poolId) ?? "",
        with: single(number),
      });
    }
    for (const number of some) {
      const other = near.find((range) => rangesOverlap(range, single(number)));
      if (other) conflicts.push({ kind: "same_request", range: single(number), with: other });
    }
    // SQL, because up to half a million numbers are looked up here.
    const real = await selectRows(
      manager,
      readReal,
      `SELECT real_phone FROM phone_mappings WHERE real_phone IN (${placeholders(some)})`,
      some,
    );
    for (const { realPhone: realNumber } of real) {
      conflicts.push({ kind: "real_number", range: single(realNumber), realNumber });
    }
  }
  return conflicts;
}
