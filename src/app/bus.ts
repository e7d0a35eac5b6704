import { createLocalBus } from "../bus/localBus.ts";
import { createRedisBus } from "../bus/redisBus.ts";
import type { Bus } from "../bus/types.ts";
import { staleMs } from "../numbers/lookup/cachedLookup.ts";
import { createSharedCache, type SharedCache } from "../numbers/lookup/sharedCache.ts";
import { createRedisLink, type RedisLink } from "../store/redis.ts";
import type { Foundation } from "./foundation.ts";

export interface SharedParts {
  readonly bus: Bus;
  /** null: without Redis each instance has only its own cache. */
  readonly sharedCache: SharedCache | null;
  /** The same for mappings by either of their numbers. */
  readonly sharedCallers: SharedCache | null;
  /** null without Redis. */
  readonly link: RedisLink | null;
  close(): Promise<void>;
}

/** The bus and the shared cache: on Redis, or in process without it. */
export function openBus({ settings, clock, logger, health }: Foundation): SharedParts {
  const { redisUrl, numbers } = settings;
  if (redisUrl === null) {
    const bus = createLocalBus({ logger });
    bus.open();
    return { bus, sharedCache: null, sharedCallers: null, link: null, close: () => bus.close() };
  }
  const bus = createRedisBus({ url: redisUrl, clock, logger });
  const link = createRedisLink({ url: redisUrl, role: "cache", logger, clock });
  health.register("redis", { kind: "redis", needed: false }, () => link.health);
  health.register("bus", { kind: "redis", needed: false }, () => bus.health);
  const { redisTtlMs, unknownTtlMs } = numbers.cache;
  const shared = (freshMs: number, prefix: string): SharedCache =>
    createSharedCache({ link, clock, freshMs, unknownFreshMs: unknownTtlMs, staleMs, prefix });
  const sharedCache = shared(redisTtlMs, "phone-proxy:mapping:1:");
  // Changes are not announced by real number, so these entries are short-lived.
  const sharedCallers = shared(unknownTtlMs, "phone-proxy:caller:1:");
  bus.open();
  link.open();
  return {
    bus,
    sharedCache,
    sharedCallers,
    link,
    async close() {
      await bus.close();
      link.close();
    },
  };
}
