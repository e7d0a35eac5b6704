import { In, IsNull, LessThanOrEqual } from "typeorm";
import type { EntityManager, FindOptionsWhere } from "typeorm";
import { heldRows } from "../../store/dialect.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { PhoneMappingRow } from "../../store/entities/mappings.ts";
import { NumberPool } from "../../store/entities/numbers.ts";
import type { MappingState } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { repeat } from "../../ops/repeat.ts";
import type { Clock, Logger } from "../../ops/types.ts";
import { isAway } from "../../store/errors.ts";
import type { Store } from "../../store/types.ts";
import { countMappings } from "../pools/counters.ts";
import { lockPool } from "../pools/rows.ts";
import { defaultQuarantineSeconds, endQuarantines } from "../pools/quarantine.ts";
import type { MappingInvalidations } from "../types.ts";

interface KeeperParts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "announce">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface NumberKeeper {
  /** Processes what is due. Any number of instances may do so at once. */
  run(): Promise<void>;
  start(): void;
  /** Resolves when no work is in progress. */
  close(): Promise<void>;
}

const everyMs = 5000;
const batchSize = 500;

/**
 * Records expiries and ends quarantines. Calls use the clock and do not depend on it; lists, searches, and counts
 * use the recorded state. Calls in progress are not affected.
 */
export function createNumberKeeper({ store, invalidations, clock, logger }: KeeperParts): NumberKeeper {
  let stop: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  async function noteExpired(poolId: number | null): Promise<number> {
    return store.transaction(async (manager) => {
      const rows = await manager.find(PhoneMapping, {
        select: { id: true },
        where: dueMappings("active", poolId, clock.nowMs()),
        order: { dueAt: "ASC" },
        take: batchSize,
        ...heldRows(manager),
      });
      if (rows.length === 0) return 0;
      await manager.update(PhoneMapping, { id: In(rows.map(({ id }) => id)) }, { state: "expired" });
      await countMappings(manager, [
        { poolId, state: "active", by: -rows.length },
        { poolId, state: "expired", by: rows.length },
      ]);
      return rows.length;
    });
  }

  /** Pools with due mappings; null stands for mappings without a pool. */
  async function duePools(): Promise<{
    readonly expired: readonly (number | null)[];
    readonly rested: readonly (number | null)[];
  }> {
    return store.read(async (manager) => {
      const pools = await manager.find(NumberPool, {
        select: { id: true, quarantineSeconds: true },
        order: { id: "ASC" },
      });
      const expired: (number | null)[] = [];
      const rested: (number | null)[] = [];
      for (const { id, quarantineSeconds } of [
        ...pools,
        { id: null, quarantineSeconds: defaultQuarantineSeconds },
      ]) {
        const nowMs = clock.nowMs();
        const restedSince = nowMs - quarantineSeconds * 1000;
        if (await manager.exists(PhoneMapping, { where: dueMappings("active", id, nowMs) })) expired.push(id);
        if (await manager.exists(PhoneMapping, { where: dueMappings("quarantined", id, restedSince) }))
          rested.push(id);
      }
      return { expired, rested };
    });
  }

  async function endQuarantinesOf(poolId: number | null): Promise<number> {
    const ended = await store.transaction(async (manager): Promise<readonly PhoneNumber[]> => {
      const pool = await quarantinePool(manager, poolId);
      return pool ? endQuarantines(manager, pool, batchSize, clock.nowMs()) : [];
    });
    await invalidations.announce(ended);
    return ended.length;
  }

  async function whileFull(batch: () => Promise<number>): Promise<void> {
    do {
      if (closed) return;
    } while ((await batch()) === batchSize);
  }

  async function run(): Promise<void> {
    try {
      const { expired, rested } = await duePools();
      for (const poolId of expired) await whileFull(() => noteExpired(poolId));
      for (const poolId of rested) await whileFull(() => endQuarantinesOf(poolId));
    } catch (error) {
      if (!isAway(error)) logger.error("Could not expire mappings", { error });
    }
  }

  return {
    run,
    start() {
      stop = repeat(clock, everyMs, () => (running = run()));
    },
    async close() {
      closed = true;
      stop?.();
      await running;
    },
  };
}

/** Uses its own index: mappings of other pools, and those not due, are not read. */
const dueMappings = (
  state: MappingState,
  poolId: number | null,
  untilMs: number,
): FindOptionsWhere<PhoneMappingRow> => ({
  state,
  poolId: poolId ?? IsNull(),
  dueAt: LessThanOrEqual(untilMs),
});
async function quarantinePool(manager: EntityManager, poolId: number | null) {
  return poolId === null
    ? { id: null, quarantineSeconds: defaultQuarantineSeconds }
    : lockPool(manager, { id: poolId });
}
