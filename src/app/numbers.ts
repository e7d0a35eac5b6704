import { createCachedLookup, staleMs } from "../numbers/lookup/cachedLookup.ts";
import { createMappingInvalidations } from "../numbers/mappings/invalidations.ts";
import { createAdding } from "../numbers/mappings/add.ts";
import { createNumberMapper } from "../numbers/mappings/allocate.ts";
import { createMappingEditor } from "../numbers/mappings/editor.ts";
import { createNumberKeeper } from "../numbers/mappings/expire.ts";
import { createMappingUse } from "../numbers/mappings/markUsed.ts";
import { createMappingRepository } from "../numbers/mappings/reader.ts";
import { createRenumbering } from "../numbers/mappings/renumber.ts";
import { createMappingSearch } from "../numbers/mappings/search.ts";
import { createPools } from "../numbers/pools/pools.ts";
import { createPoolWatch, type PoolWatch } from "../numbers/pools/watch.ts";
import type { PoolDetails } from "../numbers/types.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { Store } from "../store/types.ts";
import type { SharedParts } from "./bus.ts";
import type { Foundation } from "./foundation.ts";

/** Lookup, mappings, and pools. */
export type Numbers = ReturnType<typeof createNumbers>;

export function createNumbers(
  { settings, clock, logger, health, metrics }: Foundation,
  store: Store,
  { bus, sharedCache, sharedCallers }: SharedParts,
) {
  const { numbers, calls } = settings;
  const mappings = createMappingRepository(store);
  const { localTtlMs, unknownTtlMs, localEntries } = numbers.cache;
  // Shorter than a call waits, so that a stale answer still arrives in time.
  const timeoutMs = Math.ceil(calls.lookupTimeoutMs * 0.8);
  const cacheSettings = { localTtlMs, unknownTtlMs, localEntries, staleMs, timeoutMs };
  const cached = createCachedLookup(
    {
      load: (number) => mappings.loadForCall(number),
      shared: sharedCache,
      bus,
      clock,
      logger,
      onLookup: (source, kind) => metrics.lookup(source, kind),
    },
    cacheSettings,
  );
  const callers = createCachedLookup(
    { load: (number) => mappings.loadByEither(number), shared: sharedCallers, bus, clock, logger },
    // A caller who is not known in time is shown by the dialled number. The call does not wait for more.
    { ...cacheSettings, timeoutMs: Math.ceil(calls.lookupTimeoutMs * 0.4), sharesUnknown: false },
  );
  const invalidations = createMappingInvalidations({
    bus,
    shared: sharedCache,
    forget: cached.forget,
    clock,
  });
  const pools = createPools({ store, invalidations, clock });
  const search = createMappingSearch(store);
  const editor = createMappingEditor({ store, search, invalidations, clock });
  const mapper = createNumberMapper({ store, invalidations, clock });
  const add = createAdding(mapper, mappings);
  const renumber = createRenumbering({ store, search, editor, add, mapper, invalidations });
  const keeper = createNumberKeeper({ store, invalidations, clock, logger });
  const use = createMappingUse({ store, clock, logger });
  const poolWatch = createPoolWatch({ pools, clock, logger });
  health.register("pools", { kind: "pools", needed: false }, () => poolWatch.health);
  measurePools(metrics, poolWatch);
  let closed = false;
  store
    .ready()
    .then(() => pools.ensureDefault(numbers.defaultPool))
    .catch((error: unknown) => {
      // Calls do not need it. An upload reports that there is no pool.
      logger.error("Could not create the default pool", { setting: "DEFAULT_POOL", error });
    })
    .finally(() => {
      // The application may have been stopped before its database was ready.
      if (closed) return;
      poolWatch.start();
      keeper.start();
    });
  return {
    mappings,
    lookup: { byProxyNumber: (number: PhoneNumber) => cached.find(number) },
    /** The mapping that has a number on either side, for callers. */
    callers,
    pools,
    search,
    editor,
    add,
    renumber,
    use,
    invalidations,
    /** Discards what the caches here know of a number, as proxy number or as caller. */
    forget(number: PhoneNumber): void {
      cached.forget([number]);
      callers.forget([number]);
    },
    async close(): Promise<void> {
      closed = true;
      await keeper.close();
      await use.close();
      await poolWatch.close();
      cached.close();
      callers.close();
    },
  };
}

/** Labelled by ID because a pool's name can contain anything. A pool that does not run out has no days. */
function measurePools(metrics: Metrics, watch: PoolWatch): void {
  const gauges = (name: string, help: string, read: (pool: PoolDetails) => number | null): void =>
    metrics.gauges(name, help, "pool", () =>
      watch.pools.flatMap((pool) => {
        const figure = read(pool);
        return figure === null ? [] : [[String(pool.id), figure] as const];
      }),
    );
  gauges("pool_free_numbers", "Free numbers of a pool.", ({ counts }) => counts.free);
  gauges("pool_quarantined_numbers", "Quarantined numbers of a pool.", ({ counts }) => counts.quarantined);
  gauges(
    "pool_empty_in_days",
    "Days until a pool is empty at its current rate.",
    ({ forecast }) => forecast.emptyInDays,
  );
  gauges("pool_low", "1 when a pool will be empty before its threshold.", (pool) =>
    watch.low.includes(pool) ? 1 : 0,
  );
}
