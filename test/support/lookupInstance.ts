import type { Bus } from "../../src/bus/types.ts";
import { createCachedLookup } from "../../src/numbers/lookup/cachedLookup.ts";
import type { CachedLookup, LookupSource } from "../../src/numbers/lookup/cachedLookup.ts";
import { createSharedCache } from "../../src/numbers/lookup/sharedCache.ts";
import type { SharedCache } from "../../src/numbers/lookup/sharedCache.ts";
import { createMappingInvalidations } from "../../src/numbers/mappings/invalidations.ts";
import { createMappingRepository } from "../../src/numbers/mappings/reader.ts";
import { systemClock } from "../../src/ops/clock.ts";
import type { RedisLink } from "../../src/store/redis.ts";
import type { Store } from "../../src/store/types.ts";
import type { TestRedis } from "./redis.ts";
import { silentLogger } from "./silentLogger.ts";

export interface CacheTimes {
  readonly localTtlMs: number;
  readonly unknownTtlMs: number;
  readonly redisTtlMs: number;
}

/** Nothing expires during a test, so only messages can invalidate an entry. */
const lasting = 600_000;

const timesWith = (times: Partial<CacheTimes>): CacheTimes => ({
  localTtlMs: lasting,
  unknownTtlMs: lasting,
  redisTtlMs: lasting,
  ...times,
});

/** Resolves when the link to Redis is up. */
export async function openSharedCache(
  redis: TestRedis,
  url: string,
  times: Partial<CacheTimes> = {},
): Promise<{ readonly cache: SharedCache; readonly link: RedisLink }> {
  const { redisTtlMs, unknownTtlMs } = timesWith(times);
  const link = await redis.openLink(url);
  const cache = createSharedCache({
    link,
    clock: systemClock,
    freshMs: redisTtlMs,
    unknownFreshMs: unknownTtlMs,
    staleMs: lasting,
    prefix: redis.prefix,
  });
  return { cache, link };
}

/** The lookup of one instance, and how it announces changes to others. */
interface LookupInstance {
  readonly bus: Bus;
  readonly link: RedisLink;
  readonly shared: SharedCache;
  readonly lookup: CachedLookup;
  /** Where each result came from, in order. */
  readonly sources: readonly LookupSource[];
  readonly invalidations: ReturnType<typeof createMappingInvalidations>;
}

export async function openLookupInstance(
  redis: TestRedis,
  store: Store,
  url: string,
  times: Partial<CacheTimes> = {},
): Promise<LookupInstance> {
  const { localTtlMs, unknownTtlMs } = timesWith(times);
  const { cache: shared, link } = await openSharedCache(redis, url, times);
  const bus = await redis.openBus(url);
  const sources: LookupSource[] = [];
  const lookup = createCachedLookup(
    {
      load: createMappingRepository(store).loadForCall,
      shared,
      bus,
      clock: systemClock,
      logger: silentLogger,
      onLookup: (source) => void sources.push(source),
    },
    { localTtlMs, unknownTtlMs, localEntries: 100, staleMs: lasting, timeoutMs: 2_000 },
  );
  redis.cleanUp(() => lookup.close());
  const invalidations = createMappingInvalidations({
    clock: systemClock,
    bus,
    shared,
    forget: lookup.forget,
  });
  return { bus, link, shared, lookup, sources, invalidations };
}
