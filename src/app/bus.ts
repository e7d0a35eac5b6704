import { createLocalBus } from "../bus/localBus.ts";
import { createRedisBus } from "../bus/redisBus.ts";
import type { Bus } from "../bus/types.ts";
import { staleMs } from "../numbers/lookup/cachedLookup.ts";
import { createSharedCache, type SharedCache } from "../numbers/lookup/sharedCache.ts";
import { createRedisLink } from "../store/redis.ts";
import type { Foundation } from "./foundation.ts";

export interface SharedParts {
  readonly bus: Bus;
  /** null: without Redis each instance has only its own cache. */
  readonly sharedCache: SharedCache | null;
  close(): Promise<void>;
}

/** The bus and the shared cache: on Redis, or in process without it. */
export function openBus({ settings, clock, logger, health }: Foundation): SharedParts {
  const { redisUrl, numbers } = settings;
  if (redisUrl === null) {
    const bus = createLocalBus({ logger });
    bus.open();
    return { bus, sharedCache: null, close: () => bus.close() };
  }
  const bus = createRedisBus({ url: redisUrl, clock, logger });
  const link = createRedisLink({ url: redisUrl, role: "cache", logger, clock });
  health.register("redis", { kind: "redis", needed: false }, () => link.health);
  health.register("bus", { kind: "redis", needed: false }, () => bus.health);
  const sharedCache = createSharedCache({
    link,
    clock,
    freshMs: numbers.cache.redisTtlMs,
    unknownFreshMs: numbers.cache.unknownTtlMs,
    staleMs,
  });
  bus.open();
  link.open();
  return {
    bus,
    sharedCache,
    async close() {
      await bus.close();
      link.close();
    },
  };
}
