import { repeat } from "../../ops/repeat.ts";
import type { Clock, Logger, PartHealth } from "../../ops/types.ts";
import { isAway } from "../../store/errors.ts";
import type { PoolDetails, Pools } from "../types.ts";

interface PoolWatchParts {
  readonly pools: Pick<Pools, "list">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Caches the state of the pools: health and metrics must respond at once. */
export interface PoolWatch {
  /** Last known state; empty at first. */
  readonly pools: readonly PoolDetails[];
  /** Active pools that will be empty before their threshold. */
  readonly low: readonly PoolDetails[];
  readonly health: PartHealth;
  /** Reads them now. Never rejects. */
  look(): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

const everyMs = 30_000;

/** A pool without numbers cannot run out. */
function isLow({ enabled, counts, forecast, warningDays }: PoolDetails): boolean {
  return enabled && counts.total > 0 && forecast.emptyInDays !== null && forecast.emptyInDays < warningDays;
}

export function createPoolWatch({ pools, clock, logger }: PoolWatchParts): PoolWatch {
  let seen: readonly PoolDetails[] = [];
  let stop: (() => void) | null = null;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      seen = await pools.list();
    } catch (error) {
      // Keep the last known state. The database reports its own outage.
      if (!isAway(error)) logger.error("Could not read the pools", { error });
    }
  }

  return {
    get pools() {
      return seen;
    },
    get low() {
      return seen.filter(isLow);
    },
    get health(): PartHealth {
      const low = seen.filter(isLow);
      if (low.length > 0) return { status: "degraded", detail: low.map(warningOf).join(" ") };
      return { status: "up", detail: seen.length === 0 ? "No pool yet." : "No pool will be empty soon." };
    },
    look,
    start() {
      looking = look();
      stop = repeat(clock, everyMs, () => (looking = look()));
    },
    async close() {
      stop?.();
      await looking;
    },
  };
}

/** The ID, because a pool's name may be a phone number. */
function warningOf({ id, counts, forecast }: PoolDetails): string {
  return counts.free === 0
    ? `Pool ${id} has no free numbers.`
    : `Pool ${id} will be empty in ${forecast.emptyInDays} days.`;
}
