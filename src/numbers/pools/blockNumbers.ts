import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import {
  BlockedNumber as BlockedNumberTable,
  NumberPool,
  RestedNumber,
} from "../../store/entities/numbers.ts";
import { NumbersNotInPoolError } from "../errors.ts";
import { findPoolsOf } from "./rows.ts";
import { findBlocked, putRested } from "./quarantine.ts";
import type { BlockedNumber } from "../types.ts";

/** Requires the lock of the pool. Numbers that are already blocked stay unchanged. */
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
  await manager.insert(
    BlockedNumberTable,
    fresh.map((number) => ({ number, poolId, note, createdAt: nowMs })),
  );
  await manager.delete(RestedNumber, { number: In(fresh) });
  const mapped = await findMapped(manager, fresh);
  await count(manager, poolId, fresh.length - mapped.size);
}

/**
 * Requires the lock of the pool. Unused numbers are set aside with those after quarantine, because their position
 * in the range may be past.
 */
export async function unblockNumbers(
  manager: EntityManager,
  poolId: number,
  numbers: readonly PhoneNumber[],
  nowMs: number,
): Promise<void> {
  if (numbers.length === 0) return;
  const rows = await manager.findBy(BlockedNumberTable, { poolId, number: In([...numbers]) });
  const blocked = rows.map(({ number }) => number);
  if (blocked.length === 0) return;
  await manager.delete(BlockedNumberTable, { number: In(blocked) });
  const mapped = await findMapped(manager, blocked);
  const free = blocked.filter((number) => !mapped.has(number));
  if (free.length === 0) return;
  await putRested(
    manager,
    poolId,
    free.map((number) => ({ number, sinceMs: nowMs })),
  );
  await count(manager, poolId, -free.length);
}

/** `after`: a number, or nothing for the first page. */
export async function readBlocked(
  manager: EntityManager,
  poolId: number,
  limit: number,
  after: string,
): Promise<readonly BlockedNumber[]> {
  const rows = await manager
    .createQueryBuilder(BlockedNumberTable, "blocked")
    .where({ poolId })
    .andWhere("blocked.number > :after", { after })
    .orderBy("blocked.number")
    .limit(limit)
    .getMany();
  return rows.map(({ number, note, createdAt }) => ({ number, note, blockedAtMs: createdAt }));
}

/** Numbers in a mapping count as used or quarantined, whether they are blocked or not. */
async function findMapped(manager: EntityManager, numbers: readonly PhoneNumber[]): Promise<Set<string>> {
  const rows = await manager.find(PhoneMapping, {
    select: { fakePhone: true },
    where: { fakePhone: In([...numbers]) },
  });
  return new Set(rows.map((row) => row.fakePhone));
}

async function count(manager: EntityManager, poolId: number, by: number): Promise<void> {
  if (by !== 0) await manager.increment(NumberPool, { id: poolId }, "blocked", by);
}
