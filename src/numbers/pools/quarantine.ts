import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { dialectOf } from "../../store/dialect.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import { number, phone, rowOf, time } from "../../store/row.ts";
import { execute, placeholders, selectRows, tuples } from "../../store/sql.ts";
import type { Parameter } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { countMappings, countUse } from "./counters.ts";
import { areBeside } from "./rows.ts";

/** Quarantine of numbers without a pool. */
export const defaultQuarantineSeconds = 2_592_000;

const readReleased = rowOf({ id: number, fakePhone: phone, releasedAt: time });
const readNumber = rowOf({ number: phone });

interface QuarantinePool {
  /** null: mappings without a pool, whose numbers are not reused. */
  readonly id: number | null;
  readonly quarantineSeconds: number;
}

/**
 * Ends the quarantine of up to `limit` released numbers whose time has come, longest first. Their mappings are
 * removed, and the numbers can be allocated again. Requires the lock of the pool. Resolves to the numbers, whose
 * lookup changes.
 *
 * SQL here and below: imports end quarantines and reuse numbers by the thousand, in the transaction that locks the
 * pool. TypeORM takes six times as long for each.
 */
export async function endQuarantines(
  manager: EntityManager,
  pool: QuarantinePool,
  limit: number,
  nowMs: number,
): Promise<readonly PhoneNumber[]> {
  const until = toDatabaseTime(nowMs - pool.quarantineSeconds * 1000);
  const held = pool.id === null ? dialectOf(manager).forUpdate : "";
  const rows = await selectRows(
    manager,
    readReleased,
    `SELECT id, fake_phone, released_at FROM phone_mappings
     WHERE state = 'quarantined' AND ${pool.id === null ? "pool_id IS NULL" : "pool_id = ?"} AND due_at <= ?
     ORDER BY due_at, id LIMIT ?${held}`,
    pool.id === null ? [until, limit] : [pool.id, until, limit],
  );
  if (rows.length === 0) return [];
  const numbers = rows.map((row) => row.fakePhone);
  await execute(
    manager,
    `DELETE FROM phone_mappings WHERE id IN (${placeholders(rows)})`,
    rows.map(({ id }) => id),
  );
  if (pool.id !== null) {
    const blocked = await findBlocked(manager, numbers);
    const free = rows.filter((row) => !blocked.has(row.fakePhone));
    await putRested(
      manager,
      pool.id,
      free.map((row) => ({ number: row.fakePhone, sinceMs: row.releasedAt })),
    );
    if (blocked.size > 0) {
      await manager.increment(NumberPool, { id: pool.id }, "blocked", blocked.size);
    }
    await countUse(manager, pool.id, nowMs, { returned: free.length });
  }
  await countMappings(manager, [{ poolId: pool.id, state: "quarantined", by: -rows.length }]);
  return numbers;
}

/** Takes up to `count` numbers that have rested, the longest-rested first. Needs the lock of the pool. */
export async function takeRested(
  manager: EntityManager,
  poolId: number,
  count: number,
): Promise<readonly PhoneNumber[]> {
  return takeWaiting(manager, poolId, count, "since IS NOT NULL");
}

/** Takes up to `count` numbers that were set aside, in the order of their places. Needs the lock of the pool. */
export async function takeAside(
  manager: EntityManager,
  poolId: number,
  count: number,
): Promise<readonly PhoneNumber[]> {
  return takeWaiting(manager, poolId, count, "since IS NULL");
}

/** In the order of the index, which has both kinds one after the other. SQL here and below: imports take thousands at once. */
async function takeWaiting(
  manager: EntityManager,
  poolId: number,
  count: number,
  which: "since IS NULL" | "since IS NOT NULL",
): Promise<readonly PhoneNumber[]> {
  const rows = await selectRows(
    manager,
    readNumber,
    `SELECT number FROM rested_numbers WHERE pool_id = ? AND ${which} ORDER BY since, place, number LIMIT ?`,
    [poolId, count],
  );
  const numbers = rows.map(({ number }) => number);
  if (numbers.length > 0) {
    await execute(manager, `DELETE FROM rested_numbers WHERE number IN (${placeholders(numbers)})`, numbers);
  }
  return numbers;
}

/** Makes numbers that were in use available again, in the order of their release. Needs the lock of the pool. */
export const putRested = (
  manager: EntityManager,
  poolId: number,
  numbers: readonly { readonly number: PhoneNumber; readonly sinceMs: number }[],
): Promise<void> =>
  putWaiting(
    manager,
    numbers.map(({ number, sinceMs }) => [number, poolId, toDatabaseTime(sinceMs), null]),
  );

/**
 * Sets numbers that were never assigned aside, to be assigned next in the order of their places, which cannot be
 * guessed. Needs the lock of the pool.
 */
export const putAside = (
  manager: EntityManager,
  poolId: number,
  numbers: readonly { readonly number: PhoneNumber; readonly place: number }[],
): Promise<void> =>
  putWaiting(
    manager,
    numbers.map(({ number, place }) => [number, poolId, null, place]),
  );

async function putWaiting(manager: EntityManager, rows: readonly (readonly Parameter[])[]): Promise<void> {
  if (rows.length === 0) return;
  await execute(
    manager,
    `INSERT INTO rested_numbers (number, pool_id, since, place) VALUES ${tuples(rows, "(?,?,?,?)")}`,
    rows.flat(),
  );
}

export async function findBlocked(
  manager: EntityManager,
  numbers: readonly PhoneNumber[],
): Promise<Set<string>> {
  if (await areBeside(manager, "blocked_numbers", "number", numbers)) return new Set();
  const rows = await selectRows(
    manager,
    readNumber,
    `SELECT number FROM blocked_numbers WHERE number IN (${placeholders(numbers)})`,
    [...numbers],
  );
  return new Set(rows.map(({ number }) => number));
}
