import type { PhoneNumber } from "../../src/values/phoneNumber.ts";
import { createLocalBus } from "../../src/bus/localBus.ts";
import { createCachedLookup, type LookupSource } from "../../src/numbers/lookup/cachedLookup.ts";
import { createMappingRepository } from "../../src/numbers/mappings/reader.ts";
import { createSharedCache } from "../../src/numbers/lookup/sharedCache.ts";
import { systemClock } from "../../src/ops/clock.ts";
import type { Logger } from "../../src/ops/types.ts";
import { createRedisLink } from "../../src/store/redis.ts";
import { BenchmarkFailedError } from "../benchmark.ts";
import type { LookupData } from "./database.ts";

/** Looks up the next number, and checks which layer responded. */
interface InProcessWay {
  readonly ask: () => Promise<unknown>;
  /** Throws if any result came from a layer other than the measured one. */
  readonly check: () => void;
}

interface InProcessWays {
  readonly local: InProcessWay;
  readonly redis: InProcessWay;
  readonly database: InProcessWay;
  close(): void;
}

/** The controller's cached lookup, with the layers above the measured one disabled. */
export const startInProcess = async (
  { store, redisUrl, numbers }: LookupData,
  logger: Logger,
): Promise<InProcessWays> => {
  const bus = createLocalBus({ logger });
  const link = createRedisLink({ url: redisUrl, role: "cache", logger });
  const usable = new Promise<void>((resolve) => {
    link.onUp(resolve);
  });
  link.open();
  await usable;
  const hourMs = 3_600_000;
  const shared = createSharedCache({
    link,
    clock: systemClock,
    freshMs: hourMs,
    unknownFreshMs: hourMs,
    staleMs: hourMs,
    prefix: "bench:",
  });
  const { loadForCall } = createMappingRepository(store);

  const lookupWith = (source: LookupSource, localEntries: number, withRedis: boolean) => {
    const seen = new Map<LookupSource, number>();
    const lookup = createCachedLookup(
      {
        load: loadForCall,
        shared: withRedis ? shared : null,
        bus,
        clock: systemClock,
        logger,
        onLookup: (from) => void seen.set(from, (seen.get(from) ?? 0) + 1),
      },
      { localTtlMs: hourMs, unknownTtlMs: hourMs, localEntries, staleMs: hourMs, timeoutMs: 5_000 },
    );
    let next = 0;
    const ask = () => {
      next = (next + 1) % numbers.length;
      return lookup.find(numbers[next] as PhoneNumber);
    };
    const warm = async (): Promise<void> => {
      for (const number of numbers) {
        const answer = await lookup.find(number);
        if (answer.kind !== "found")
          throw new BenchmarkFailedError(`A number of the benchmark is ${answer.kind}.`);
      }
      seen.clear();
    };
    const check = (): void => {
      for (const [from, count] of seen)
        if (from !== source)
          throw new BenchmarkFailedError(`${count} lookups through ${source} were answered by ${from}.`);
    };
    return { ask, check, warm };
  };

  const local = lookupWith("local", numbers.length * 2, true);
  const redis = lookupWith("redis", 0, true);
  const database = lookupWith("database", 0, false);
  await local.warm();
  await redis.warm();
  await database.warm();
  return { local, redis, database, close: () => link.close() };
};
