import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

/** Maximum requests in a period; 0: no limit. */
export interface Limit {
  readonly points: number;
  readonly durationSeconds: number;
}

export type LimitName = "user" | "key" | "address" | "signIn";

export interface RateLimits {
  /** Null: allowed; otherwise how long to wait. Never rejects: without Redis each instance counts by itself. */
  take(name: LimitName, subject: string): Promise<number | null>;
  /** Takes one without waiting; false if `take` has to ask the shared counter. */
  spend(name: LimitName, subject: string): boolean;
  /** Returns one that was taken. Never rejects. */
  giveBack(name: LimitName, subject: string): Promise<void>;
  /** How long a subject over its limit still has to wait; null: it may try. Free of charge. */
  blockedForMs(name: LimitName, subject: string): number | null;
}

interface RateLimitsOptions {
  readonly limits: Readonly<Record<LimitName, Limit>>;
  /** Null: within this process. */
  readonly redis: Pick<RedisForLimits, "client" | "up"> | null;
  readonly nowMs: () => number;
  readonly prefix?: string;
}

export interface RedisForLimits {
  readonly client: Redis;
  readonly up: boolean;
}

/** Requests taken from the shared counter in advance, to be spent locally. */
interface Lease {
  left: number;
  readonly endsAtMs: number;
}

const shareOfLease = 50;
const leaseLongestMs = 2000;
const maxSubjects = 20_000;

/**
 * Counts in Redis, shared by all instances. For large limits each instance takes a fiftieth at a time, so that most
 * requests do not wait. Requests that it has not used within two seconds are lost to the subject, never gained.
 */
export function createRateLimits(options: RateLimitsOptions): RateLimits {
  const { limits, redis, nowMs, prefix = "phone-proxy:limit" } = options;
  const leases = new Map<string, Lease>();
  /** Leases being requested: concurrent requests share one. */
  const leasing = new Map<string, Promise<number | null>>();
  const blockedUntilMs = new Map<string, number>();
  const limiterOf = (name: LimitName) => {
    const { points, durationSeconds } = limits[name];
    const common = { points, duration: durationSeconds, keyPrefix: `${prefix}:${name}` };
    const memory = new RateLimiterMemory(common);
    return {
      memory,
      shared:
        redis === null
          ? memory
          : new RateLimiterRedis({
              ...common,
              storeClient: redis.client,
              insuranceLimiter: memory,
              rejectIfRedisNotReady: true,
              // Subjects over the limit cost Redis nothing more. Those of a limit that is given back may return earlier.
              ...(name !== "signIn" && { inMemoryBlockOnConsumed: points }),
            }),
    };
  };
  const limiters = {
    user: limiterOf("user"),
    key: limiterOf("key"),
    address: limiterOf("address"),
    signIn: limiterOf("signIn"),
  };

  /** Null: taken; otherwise milliseconds until the counter resets. */
  async function consume(name: LimitName, subject: string, points: number): Promise<number | null> {
    const { memory, shared } = limiters[name];
    try {
      await (redis?.up === false ? memory : shared).consume(subject, points);
      return null;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, error.msBeforeNext);
      throw error;
    }
  }

  /** One of the batch is for this request, the rest for the following ones. */
  async function consumeBatch(name: LimitName, subject: string, batch: number): Promise<number | null> {
    const id = `${name}:${subject}`;
    const waitMs = await consume(name, subject, batch);
    if (waitMs === null) keep(id, batch - 1);
    else block(id, waitMs);
    return waitMs;
  }

  function keep(id: string, left: number): void {
    blockedUntilMs.delete(id);
    leases.delete(id);
    if (left > 0) leases.set(id, { left, endsAtMs: nowMs() + leaseLongestMs });
    trim(leases);
  }

  function block(id: string, forMs: number): void {
    leases.delete(id);
    blockedUntilMs.delete(id);
    blockedUntilMs.set(id, nowMs() + forMs);
    trim(blockedUntilMs);
  }

  function spendLease(id: string): boolean {
    const lease = leases.get(id);
    if (lease === undefined || lease.left === 0 || nowMs() >= lease.endsAtMs) return false;
    lease.left -= 1;
    return true;
  }

  return {
    async take(name, subject) {
      const { points } = limits[name];
      if (points === 0) return null;
      const batch = Math.max(1, Math.floor(points / shareOfLease));
      if (batch === 1) return consumeBatch(name, subject, batch);
      const id = `${name}:${subject}`;
      for (;;) {
        if (spendLease(id)) return null;
        const others = leasing.get(id);
        if (others === undefined) break;
        const waitMs = await others;
        if (waitMs !== null) return waitMs;
      }
      const taking = consumeBatch(name, subject, batch).finally(() => leasing.delete(id));
      leasing.set(id, taking);
      return taking;
    },

    async giveBack(name, subject) {
      if (limits[name].points === 0) return;
      const { memory, shared } = limiters[name];
      // Without the shared counter it is lost to the subject, never gained.
      await (redis?.up === false ? memory : shared).reward(subject, 1).catch(() => undefined);
    },

    spend: (name, subject) => limits[name].points === 0 || spendLease(`${name}:${subject}`),

    blockedForMs(name, subject) {
      const leftMs = (blockedUntilMs.get(`${name}:${subject}`) ?? 0) - nowMs();
      return leftMs > 0 ? leftMs : null;
    },
  };
}

/** Drops the oldest entries: an unlimited number of clients must not fill memory. */
function trim(bySubject: Map<string, unknown>): void {
  for (const oldest of bySubject.keys()) {
    if (bySubject.size <= maxSubjects) break;
    bySubject.delete(oldest);
  }
}
