import type { EntityManager } from "typeorm";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Clock, Logger, TimerHandle } from "../../ops/types.ts";
import { isAway } from "../../store/errors.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { countMappings } from "../pools/counters.ts";
import { lockPool, placeholders } from "../pools/rows.ts";
import { defaultQuarantineSeconds, endRests } from "../pools/quarantine.ts";
import type { MappingUpdates } from "../types.ts";

interface KeeperParts {
  readonly store: Store;
  readonly changes: Pick<MappingUpdates, "announce">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface NumberKeeper {
  /** Does now what is due. Any number of instances may do so at once. */
  run(): Promise<void>;
  start(): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

const everyMs = 5000;
const batchSize = 500;

/**
 * Notes what time has done by itself. Calls go by the clock and do not wait for it; lists, searches and
 * counts see the state as it is noted here. A call that is in progress is never touched.
 */
export function createNumberKeeper({ store, changes, clock, logger }: KeeperParts): NumberKeeper {
  let timer: TimerHandle | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  async function noteExpired(): Promise<number> {
    return store.transaction(async (manager) => {
      const rows: { id: number; pool_id: number | null }[] = await manager.query(
        `SELECT id, pool_id FROM phone_mappings WHERE state = 'active' AND expires_at <= ?
         ORDER BY expires_at LIMIT ${batchSize}${store.kind === "mysql" ? " FOR UPDATE" : ""}`,
        [toDatabaseTime(clock.nowMs())],
      );
      if (rows.length === 0) return 0;
      await manager.query(
        `UPDATE phone_mappings SET state = 'expired' WHERE id IN (${placeholders(rows)})`,
        rows.map(({ id }) => id),
      );
      await countMappings(
        manager,
        store.kind,
        rows.flatMap(({ pool_id: poolId }) => [
          { poolId, state: "active" as const, by: -1 },
          { poolId, state: "expired" as const, by: 1 },
        ]),
      );
      return rows.length;
    });
  }

  /** Pools of which a rest is over; null stands for the mappings of no pool. */
  async function duePools(): Promise<readonly (number | null)[]> {
    return store.read(async (manager) => {
      const pools: { id: number; quarantine_seconds: number }[] = await manager.query(
        "SELECT id, quarantine_seconds FROM number_pools ORDER BY id",
      );
      const due: (number | null)[] = [];
      for (const pool of [
        ...pools.map((row) => ({ id: row.id, seconds: row.quarantine_seconds })),
        { id: null, seconds: defaultQuarantineSeconds },
      ]) {
        const until = toDatabaseTime(clock.nowMs() - pool.seconds * 1000);
        const [one]: unknown[] = await manager.query(
          `SELECT id FROM phone_mappings WHERE ${pool.id === null ? "pool_id IS NULL" : "pool_id = ?"} AND released_at <= ? LIMIT 1`,
          pool.id === null ? [until] : [pool.id, until],
        );
        if (one !== undefined) due.push(pool.id);
      }
      return due;
    });
  }

  async function endRestsOf(poolId: number | null): Promise<number> {
    const ended = await store.transaction(async (manager): Promise<readonly PhoneNumber[]> => {
      const pool = await restingPool(manager, poolId);
      return pool ? endRests(manager, store.kind, pool, batchSize, clock.nowMs()) : [];
    });
    await changes.announce(ended);
    return ended.length;
  }

  async function restingPool(manager: EntityManager, poolId: number | null) {
    return poolId === null
      ? { id: null, quarantineSeconds: defaultQuarantineSeconds }
      : lockPool(manager, store.kind, "id = ?", [poolId]);
  }

  async function whileFull(batch: () => Promise<number>): Promise<void> {
    do {
      if (closed) return;
    } while ((await batch()) === batchSize);
  }

  async function run(): Promise<void> {
    try {
      await whileFull(noteExpired);
      for (const poolId of await duePools()) await whileFull(() => endRestsOf(poolId));
    } catch (error) {
      if (!isAway(error)) logger.error("Could not expire mappings", { error });
    }
  }

  function schedule(): void {
    if (closed) return;
    timer = clock.setTimer(() => {
      running = run().finally(schedule);
    }, everyMs);
  }

  return {
    run,
    start: schedule,
    async close() {
      closed = true;
      if (timer !== undefined) clock.clearTimer(timer);
      await running;
    },
  };
}
