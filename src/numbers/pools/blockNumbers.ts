import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import { NumbersNotInPoolError } from "../errors.ts";
import { findPoolsOf, pairs, placeholders } from "./rows.ts";
import { findBlocked } from "./quarantine.ts";
import type { BlockedNumber } from "../types.ts";

/** Needs the lock of the pool. Numbers that are blocked already stay as they are. */
export async function blockNumbers(
  manager: EntityManager,
  poolId: number,
  numbers: readonly PhoneNumber[],
  note: string | null,
  nowMs: number,
): Promise<void> {
  const pools = await findPoolsOf(manager, numbers);
  const foreign = numbers.filter((number) => pools.get(number) !== poolId);
  if (foreign.length > 0) throw new NumbersNotInPoolError(foreign);
  const known = await findBlocked(manager, numbers);
  const fresh = [...new Set(numbers)].filter((number) => !known.has(number));
  if (fresh.length === 0) return;
  await manager.query(
    `INSERT INTO blocked_numbers (number, pool_id, note, created_at) VALUES ${pairs(fresh, "(?,?,?,?)")}`,
    fresh.flatMap((number) => [number, poolId, note, toDatabaseTime(nowMs)]),
  );
  await manager.query(`DELETE FROM rested_numbers WHERE number IN (${placeholders(fresh)})`, fresh);
  const mapped = await findMapped(manager, fresh);
  await count(manager, poolId, fresh.length - mapped.size);
}

/**
 * Needs the lock of the pool. What nobody had meanwhile waits among the rested numbers: its place in the
 * order of its range may be past.
 */
export async function unblockNumbers(
  manager: EntityManager,
  poolId: number,
  numbers: readonly PhoneNumber[],
  nowMs: number,
): Promise<void> {
  if (numbers.length === 0) return;
  const rows: { number: PhoneNumber }[] = await manager.query(
    `SELECT number FROM blocked_numbers WHERE pool_id = ? AND number IN (${placeholders(numbers)})`,
    [poolId, ...numbers],
  );
  const blocked = rows.map(({ number }) => number);
  if (blocked.length === 0) return;
  await manager.query(`DELETE FROM blocked_numbers WHERE number IN (${placeholders(blocked)})`, blocked);
  const mapped = await findMapped(manager, blocked);
  const free = blocked.filter((number) => !mapped.has(number));
  if (free.length === 0) return;
  await manager.query(
    `INSERT INTO rested_numbers (number, pool_id, since) VALUES ${pairs(free, "(?,?,?)")}`,
    free.flatMap((number) => [number, poolId, toDatabaseTime(nowMs)]),
  );
  await count(manager, poolId, -free.length);
}

/** `after`: a number, or nothing for the first ones. */
export async function readBlocked(
  manager: EntityManager,
  poolId: number,
  limit: number,
  after: string,
): Promise<readonly BlockedNumber[]> {
  const rows: { number: PhoneNumber; note: string | null; created_at: Date | string }[] = await manager.query(
    "SELECT number, note, created_at FROM blocked_numbers WHERE pool_id = ? AND number > ? ORDER BY number LIMIT ?",
    [poolId, after, limit],
  );
  return rows.map((row) => ({
    number: row.number,
    note: row.note,
    blockedAtMs: fromDatabaseTime(row.created_at),
  }));
}

/** Numbers in a mapping count as used or quarantined, whether they are blocked or not. */
async function findMapped(manager: EntityManager, numbers: readonly PhoneNumber[]): Promise<Set<string>> {
  const rows: { fake_phone: string }[] = await manager.query(
    `SELECT fake_phone FROM phone_mappings WHERE fake_phone IN (${placeholders(numbers)})`,
    [...numbers],
  );
  return new Set(rows.map((row) => row.fake_phone));
}

async function count(manager: EntityManager, poolId: number, by: number): Promise<void> {
  if (by !== 0)
    await manager.query("UPDATE number_pools SET blocked = blocked + ? WHERE id = ?", [by, poolId]);
}
