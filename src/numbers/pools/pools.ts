import type { EntityManager } from "typeorm";
import { rangeWithout } from "../../values/numberRange.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { duplicateKey } from "../../store/errors.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { PoolNameTakenError, PoolNotEmptyError, PoolUnknownError } from "../errors.ts";
import { blockNumbers, readBlocked, unblockNumbers } from "./blockNumbers.ts";
import { NumberList } from "./numberList.ts";
import { addNumbers } from "./addNumbers.ts";
import { createPagePlaces } from "../mappings/pagePlaces.ts";
import { inAnyState, lockOutRealNumbers, lockPool, readRanges } from "./rows.ts";
import { readPools } from "./readPools.ts";
import { removeNumbers } from "./removeNumbers.ts";
import { endRests } from "./quarantine.ts";
import type { MappingUpdates, Pools, PoolSettings } from "../types.ts";

interface PoolsParts {
  readonly store: Store;
  readonly changes: Pick<MappingUpdates, "announce" | "announceEverything">;
  readonly clock: { nowMs(): number };
}

const defaultName = "default";
const restsAtOnce = 1000;

interface LockedPool {
  readonly id: number;
  readonly quarantineSeconds: number;
}

export function createPools({ store, changes, clock }: PoolsParts): Pools {
  const places = createPagePlaces(store);

  /** Pools change one at a time, on all instances: two ranges that overlap are seen by one of the two. */
  const alone = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    store.transaction(async (manager) => {
      const lock = store.kind === "mysql" ? " FOR UPDATE" : "";
      await manager.query(`SELECT name FROM locks WHERE name = 'number_pools'${lock}`);
      return work(manager);
    });

  async function lock(manager: EntityManager, poolId: number): Promise<LockedPool> {
    const pool = await lockPool(manager, store.kind, "id = ?", [poolId]);
    if (!pool) throw new PoolUnknownError();
    return pool;
  }

  /** As `alone`, where numbers are added: nobody maps one of them as a real number meanwhile. */
  const adding = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    alone(async (manager) => {
      await lockOutRealNumbers(manager, store.kind);
      return work(manager);
    });

  /** As `alone`, with the pool locked against those who take its numbers. */
  const onPool = <T>(poolId: number, work: (manager: EntityManager, pool: LockedPool) => Promise<T>) =>
    alone(async (manager) => work(manager, await lock(manager, poolId)));

  /** Numbers that have rested are unused: what asks for unused numbers ends their rests first. */
  async function endAllRests(manager: EntityManager, pool: LockedPool): Promise<void> {
    const ended: PhoneNumber[] = [];
    for (;;) {
      const some = await endRests(manager, store.kind, pool, restsAtOnce, clock.nowMs());
      if (some.length === 0) break;
      ended.push(...some);
    }
    if (ended.length > 0) store.afterCommit(() => void changes.announce(ended));
  }

  async function insert(manager: EntityManager, pool: Parameters<Pools["create"]>[0]): Promise<number> {
    await write(() =>
      manager.query("INSERT INTO number_pools (name, created_at, updated_at) VALUES (?, ?, ?)", [
        pool.name,
        toDatabaseTime(clock.nowMs()),
        toDatabaseTime(clock.nowMs()),
      ]),
    );
    const [row]: { id: number }[] = await manager.query("SELECT id FROM number_pools WHERE name = ?", [
      pool.name,
    ]);
    if (!row) throw new Error("A pool is gone within the transaction that made it.");
    const [another]: unknown[] = await manager.query("SELECT id FROM number_pools WHERE id <> ? LIMIT 1", [
      row.id,
    ]);
    await change(manager, row.id, { isDefault: another === undefined, ...pool });
    await addNumbers(manager, store.kind, row.id, pool);
    return row.id;
  }

  async function change(
    manager: EntityManager,
    poolId: number,
    settings: Partial<PoolSettings>,
  ): Promise<void> {
    const values = columnsOf(settings);
    if (settings.isDefault === true) {
      await manager.query("UPDATE number_pools SET is_default = NULL WHERE is_default = 1 AND id <> ?", [
        poolId,
      ]);
    }
    const names = Object.keys(values);
    await write(() =>
      manager.query(
        `UPDATE number_pools SET ${[...names.map((name) => `${name} = ?`), "updated_at = ?"].join(", ")} WHERE id = ?`,
        [...Object.values(values), toDatabaseTime(clock.nowMs()), poolId],
      ),
    );
  }

  return {
    create: (pool) => adding((manager) => insert(manager, pool)),

    extend: (poolId, numbers) =>
      adding(async (manager) => {
        await lock(manager, poolId);
        await addNumbers(manager, store.kind, poolId, numbers);
      }),

    shrink: (poolId, { ranges = [], numbers = [] }) =>
      onPool(poolId, async (manager, pool) => {
        await endAllRests(manager, pool);
        const listed = numbers instanceof NumberList ? numbers : NumberList.of(numbers);
        await removeNumbers(manager, poolId, ranges, listed.runs());
      }),

    async update(poolId, settings) {
      await onPool(poolId, (manager) => change(manager, poolId, settings));
      // Calls through any of its numbers may show another caller ID from now on.
      if (settings.callerIdPolicy !== undefined) await changes.announceEverything();
    },

    remove: (poolId) =>
      onPool(poolId, async (manager, pool) => {
        await endAllRests(manager, pool);
        await refuseInUse(manager, poolId);
        for (const statement of removals) await manager.query(statement, [poolId]);
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
        const existing: { id: number; is_default: number | null; name: string }[] = await manager.query(
          "SELECT id, is_default, name FROM number_pools ORDER BY id",
        );
        const first = existing.find(({ is_default }) => is_default === 1);
        // Numbers that were taken out since are not brought back: their range is still there, as a hole. A person may
        // have made another pool the default: the numbers stay where they are.
        const present = (await readRanges(manager))
          .filter(({ listed }) => !listed)
          .map((stored) => stored.range);
        const missing = ranges.flatMap((range) => rangeWithout(range, present));
        if (missing.length === 0) return first?.id ?? null;
        const own = first ?? existing.find(({ name }) => name === defaultName);
        if (!own) return insert(manager, { name: defaultName, ranges: missing, isDefault: true });
        await lock(manager, own.id);
        await addNumbers(manager, store.kind, own.id, { ranges: missing });
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

/** The only pool that is left is the default; of several, a person has to choose one. */
async function inheritDefault(manager: EntityManager): Promise<void> {
  const left: { id: number; is_default: number | null }[] = await manager.query(
    "SELECT id, is_default FROM number_pools LIMIT 2",
  );
  const [only] = left;
  if (left.length === 1 && only !== undefined && only.is_default !== 1)
    await manager.query("UPDATE number_pools SET is_default = 1 WHERE id = ?", [only.id]);
}

/** In an order that respects what refers to what. */
const removals = [
  "DELETE FROM listed_numbers WHERE range_id IN (SELECT id FROM number_ranges WHERE pool_id = ?)",
  "DELETE FROM number_holes WHERE range_id IN (SELECT id FROM number_ranges WHERE pool_id = ?)",
  "DELETE FROM number_ranges WHERE pool_id = ?",
  "DELETE FROM rested_numbers WHERE pool_id = ?",
  "DELETE FROM blocked_numbers WHERE pool_id = ?",
  "DELETE FROM pool_usage WHERE pool_id = ?",
  "DELETE FROM mapping_counts WHERE pool_id = ?",
  "DELETE FROM number_pools WHERE id = ?",
];

async function refuseInUse(manager: EntityManager, poolId: number): Promise<void> {
  const counts: { state: string; count: number | string }[] = await manager.query(
    "SELECT state, count FROM mapping_counts WHERE pool_id = ?",
    [poolId],
  );
  const [any]: unknown[] = await manager.query(
    `SELECT id FROM phone_mappings WHERE ${inAnyState} AND pool_id = ? LIMIT 1`,
    [poolId],
  );
  if (any === undefined) return;
  const quarantined = Number(counts.find(({ state }) => state === "quarantined")?.count ?? 0);
  const all = counts.reduce((sum, { count }) => sum + Number(count), 0);
  throw new PoolNotEmptyError(all - quarantined, quarantined);
}

async function write(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw duplicateKey(error) === "name" ? new PoolNameTakenError() : error;
  }
}

function columnsOf(settings: Partial<PoolSettings>): Record<string, string | number | null> {
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
      caller_id_policy: policy?.kind ?? null,
      caller_id_number: policy?.kind === "fixed" ? policy.number : null,
    }),
    ...(quarantineSeconds !== undefined && { quarantine_seconds: quarantineSeconds }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
    ...(isDefault !== undefined && { is_default: isDefault ? 1 : null }),
    ...(warningDays !== undefined && { warning_days: warningDays }),
  };
}
