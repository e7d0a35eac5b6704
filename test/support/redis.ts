import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createRedisBus } from "../../src/bus/redisBus.ts";
import type { Bus } from "../../src/bus/types.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { createRedisLink } from "../../src/store/redis.ts";
import type { RedisLink } from "../../src/store/redis.ts";
import { labOrSkip } from "./requirements.ts";
import { silentLogger } from "./silentLogger.ts";
import { startTroubledProxy } from "./troubledProxy.ts";
import type { TroubledProxy } from "./troubledProxy.ts";
import { until } from "./until.ts";

type Cleanup = () => Promise<void> | void;

/** Redis competes with all tests for the processors. What a test is about is not how soon it answers. */
const patientMs = 10_000;
/** As in production, for tests of a Redis that hangs. */
const promisedMs = 250;

type Patience = "patient" | "promised";

/** The lab's Redis for one test: its own prefix, and a proxy that can make Redis unavailable. */
export interface TestRedis {
  readonly url: string;
  /** Address of the same Redis through `proxy`. */
  readonly proxyUrl: string;
  readonly proxy: TroubledProxy;
  /** Of all keys and channels. Keys are deleted after the test. */
  readonly prefix: string;
  /** A client for the test itself. */
  readonly client: Redis;
  /** Runs after the test, the last one first. */
  cleanUp(cleanup: Cleanup): void;
  /** Not opened; closed after the test. `patience` is for a Redis that does not hang, as it may through `proxy`. */
  createBus(url: string, patience?: Patience): Bus;
  /** Resolves when the bus is connected. */
  openBus(url: string, patience?: Patience): Promise<Bus>;
  /** Resolves when the link is up. */
  openLink(url: string, patience?: Patience): Promise<RedisLink>;
}

/** For `describe`: registers the hooks. The properties are those of the current test. */
export function redisForEachTest(): TestRedis {
  let lab: { readonly host: string; readonly port: number; readonly url: string };
  let proxy: TroubledProxy;
  let client: Redis;
  let prefix: string;
  const cleanups: Cleanup[] = [];

  before(async function prepareLab() {
    ({ redis: lab } = await labOrSkip(this));
  });
  beforeEach(async () => {
    prefix = `phone-proxy-test:${randomUUID()}:`;
    client = new Redis(lab.url);
    proxy = await startTroubledProxy(lab);
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
    client.disconnect();
    await proxy.close();
  });

  const timeoutOf = (url: string, patience?: Patience): number =>
    (patience ?? (url === lab.url ? "patient" : "promised")) === "patient" ? patientMs : promisedMs;
  const createBus = (url: string, patience?: Patience): Bus => {
    const bus = createRedisBus({
      clock: systemClock,
      url,
      logger: silentLogger,
      prefix,
      pingEveryMs: 50,
      commandTimeoutMs: timeoutOf(url, patience),
    });
    cleanups.push(() => bus.close());
    return bus;
  };
  return {
    get url() {
      return lab.url;
    },
    get proxyUrl() {
      return `redis://${proxy.host}:${proxy.port}`;
    },
    get proxy() {
      return proxy;
    },
    get prefix() {
      return prefix;
    },
    get client() {
      return client;
    },
    cleanUp: (cleanup) => void cleanups.push(cleanup),
    createBus,
    openBus: async (url, patience) => {
      const bus = createBus(url, patience);
      bus.open();
      await until(() => bus.connected);
      return bus;
    },
    openLink: async (url, patience) => {
      const link = createRedisLink({
        url,
        role: "test",
        logger: silentLogger,
        commandTimeoutMs: timeoutOf(url, patience),
      });
      cleanups.push(() => link.close());
      link.open();
      await until(() => link.up);
      return link;
    },
  };
}
