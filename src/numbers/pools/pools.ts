import { In, Not } from "typeorm";
import type { EntityManager } from "typeorm";
import { mappingStates } from "../../values/mapping.ts";
import { rangeWithout } from "../../values/numberRange.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import {
  BlockedNumber,
  ListedNumber,
  MappingCount,
  NumberHole,
  NumberPool,
  NumberRange,
  PoolUsage,
  RestedNumber,
} from "../../store/entities/numbers.ts";
import type { NumberPoolRow } from "../../store/entities/numbers.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { duplicateKey } from "../../store/errors.ts";
import { takeLock } from "../../store/locks.ts";
import type { Store } from "../../store/types.ts";
import { PoolNameTakenError, PoolNotEmptyError, PoolUnknownError } from "../errors.ts";
import { blockNumbers, readBlocked, unblockNumbers } from "./blockNumbers.ts";
import { NumberList } from "./numberList.ts";
import { addNumbers } from "./addNumbers.ts";
import { createPagePlaces } from "../mappings/pagePlaces.ts";
import { lockOutRealNumbers, lockPool, readRanges } from "./rows.ts";
import { readPools } from "./readPools.ts";
import { removeNumbers } from "./removeNumbers.ts";
import { endQuarantines } from "./quarantine.ts";
import type { MappingInvalidations, Pools, PoolSettings } from "../types.ts";

interface PoolsParts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "announce" | "announceEverything">;
  readonly clock: { nowMs(): number };
}

const defaultName = "default";
const quarantinesAtOnce = 1000;

interface LockedPool {
  readonly id: number;
  readonly quarantineSeconds: number;
}

export function createPools({ store, invalidations, clock }: PoolsParts): Pools {
  const places = createPagePlaces(store);

  /** Pools change one at a time across all instances, so that overlapping ranges are detected. */
  const alone = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    store.transaction(async (manager) => {
      await takeLock(manager, "number_pools");
      return work(manager);
    });

  /** Like `alone`, when numbers are added: none of them can be mapped as a real number meanwhile. */
  const adding = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    alone(async (manager) => {
      await lockOutRealNumbers(manager);
      return work(manager);
    });

  /** Like `alone`, with the pool locked against allocations. */
  const onPool = <T>(poolId: number, work: (manager: EntityManager, pool: LockedPool) => Promise<T>) =>
    alone(async (manager) => work(manager, await lock(manager, poolId)));

  /** Numbers after quarantine are unused, so end all due quarantines first. */
  async function endAllQuarantines(manager: EntityManager, pool: LockedPool): Promise<void> {
    const ended: PhoneNumber[] = [];
    for (;;) {
      const some = await endQuarantines(manager, pool, quarantinesAtOnce, clock.nowMs());
      if (some.length === 0) break;
      ended.push(...some);
    }
    if (ended.length > 0) store.afterCommit(() => void invalidations.announce(ended));
  }

  async function insert(manager: EntityManager, pool: Parameters<Pools["create"]>[0]): Promise<number> {
    const { name } = pool;
    const atMs = clock.nowMs();
    await write(() => manager.insert(NumberPool, { name, createdAt: atMs, updatedAt: atMs }));
    const { id } = await manager.findOneByOrFail(NumberPool, { name });
    const isOnly = !(await manager.existsBy(NumberPool, { id: Not(id) }));
    await change(manager, id, { isDefault: isOnly, ...pool });
    await addNumbers(manager, id, pool);
    return id;
  }

  async function change(
    manager: EntityManager,
    poolId: number,
    settings: Partial<PoolSettings>,
  ): Promise<void> {
    if (settings.isDefault === true)
      await manager.update(NumberPool, { isDefault: 1, id: Not(poolId) }, { isDefault: null });
    const values = { ...columnsOf(settings), updatedAt: clock.nowMs() };
    await write(() => manager.update(NumberPool, { id: poolId }, values));
  }

  return {
    create: (pool) => adding((manager) => insert(manager, pool)),

    extend: (poolId, numbers) =>
      adding(async (manager) => {
        await lock(manager, poolId);
        await addNumbers(manager, poolId, numbers);
      }),

    shrink: (poolId, { ranges = [], numbers = [] }) =>
      onPool(poolId, async (manager, pool) => {
        await endAllQuarantines(manager, pool);
        const listed = numbers instanceof NumberList ? numbers : NumberList.of(numbers);
        await removeNumbers(manager, poolId, ranges, listed.runs());
      }),

    async update(poolId, settings) {
      const before = await onPool(poolId, async (manager) => {
        const [pool] = await readPools(manager, clock.nowMs(), poolId);
        await change(manager, poolId, settings);
        return pool;
      });
      if (before === undefined) throw new PoolUnknownError();
      // Calls to any of its numbers may show another caller ID from now on.
      if (settings.callerIdPolicy !== undefined) await invalidations.announceEverything();
      return before;
    },

    remove: (poolId) =>
      onPool(poolId, async (manager, pool) => {
        await endAllQuarantines(manager, pool);
        await refuseInUse(manager, poolId);
        await removePool(manager, poolId);
        await inheritDefault(manager);
      }),

    block: (poolId, numbers, note = null) =>
      onPool(poolId, (manager) => blockNumbers(manager, poolId, numbers, note, clock.nowMs())),

    unblock: (poolId, numbers) =>
      onPool(poolId, (manager) => unblockNumbers(manager, poolId, numbers, clock.nowMs())),

    async blocked(poolId, limit, after = null) {
      const list = `blocked numbers of pool ${poolId}`;
      const behind = after === null ? null : (await places.open(list, after)).value;
      const found = await store.read((manager) =>
        readBlocked(manager, poolId, limit + 1, behind === null ? "" : String(behind)),
      );
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return { items, next: hasMore ? await places.seal(list, { value: last.number, id: 0 }) : null };
    },

    ensureDefault: (ranges) =>
      adding(async (manager) => {
        const existing = await manager.find(NumberPool, { order: { id: "ASC" } });
        const first = existing.find(({ isDefault }) => isDefault === 1);
        // Numbers removed since are not restored: their range still exists, as a hole. If another pool was made the
        // default, the numbers stay where they are.
        const present = (await readRanges(manager))
          .filter(({ listed }) => !listed)
          .map((stored) => stored.range);
        const missing = ranges.flatMap((range) => rangeWithout(range, present));
        if (missing.length === 0) return first?.id ?? null;
        const own = first ?? existing.find(({ name }) => name === defaultName);
        if (!own) return insert(manager, { name: defaultName, ranges: missing, isDefault: true });
        await lock(manager, own.id);
        await addNumbers(manager, own.id, { ranges: missing });
        return own.id;
      }),

    list: () => store.read((manager) => readPools(manager, clock.nowMs())),

    async get(poolId) {
      const [pool] = await store.read((manager) => readPools(manager, clock.nowMs(), poolId));
      if (!pool) throw new PoolUnknownError();
      return pool;
    },
  };
}

/** Held until the end of the transaction. Throws `PoolUnknownError`. */
async function lock(manager: EntityManager, poolId: number): Promise<LockedPool> {
  const pool = await lockPool(manager, { id: poolId });
  if (!pool) throw new PoolUnknownError();
  return pool;
}

/** The only remaining pool becomes the default; with several, a user has to choose. */
async function inheritDefault(manager: EntityManager): Promise<void> {
  const [only, another] = await manager.find(NumberPool, { take: 2 });
  if (only !== undefined && another === undefined && only.isDefault !== 1)
    await manager.update(NumberPool, { id: only.id }, { isDefault: 1 });
}

/** In the order of their references. */
async function removePool(manager: EntityManager, poolId: number): Promise<void> {
  for (const table of [ListedNumber, NumberHole])
    await manager
      .createQueryBuilder()
      .delete()
      .from<{ rangeId: number }>(table)
      .where("range_id IN (SELECT id FROM number_ranges WHERE pool_id = :poolId)", { poolId })
      .execute();
  for (const table of [NumberRange, RestedNumber, BlockedNumber, PoolUsage, MappingCount])
    await manager.delete<{ poolId: number }>(table, { poolId });
  await manager.delete(NumberPool, { id: poolId });
}

async function refuseInUse(manager: EntityManager, poolId: number): Promise<void> {
  const counts = await manager.findBy(MappingCount, { poolId });
  const isInUse = await manager.existsBy(PhoneMapping, { state: In([...mappingStates]), poolId });
  if (!isInUse) return;
  const quarantined = counts.find(({ state }) => state === "quarantined")?.count ?? 0;
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  throw new PoolNotEmptyError(all - quarantined, quarantined);
}

async function write(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw duplicateKey(error) === "name" ? new PoolNameTakenError() : error;
  }
}

function columnsOf(settings: Partial<PoolSettings>): Partial<NumberPoolRow> {
  const {
    name,
    label,
    country,
    callerIdPolicy: policy,
    quarantineSeconds,
    enabled,
    isDefault,
    warningDays,
  } = settings;
  return {
    ...(name !== undefined && { name }),
    ...(label !== undefined && { label }),
    ...(country !== undefined && { country }),
    ...(policy !== undefined && {
      callerIdPolicy: policy?.kind ?? null,
      callerIdNumber: policy?.kind === "fixed" ? policy.number : null,
    }),
    ...(quarantineSeconds !== undefined && { quarantineSeconds }),
    ...(enabled !== undefined && { enabled }),
    ...(isDefault !== undefined && { isDefault: isDefault ? 1 : null }),
    ...(warningDays !== undefined && { warningDays }),
  };
}
