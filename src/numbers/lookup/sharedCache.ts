import { randomUUID } from "node:crypto";
import type { Mapping } from "../../values/mapping.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { RedisLink } from "../../store/redis.ts";

/** The answer of the shared cache for a number, needed to fill the entry later. */
export interface SharedAnswer {
  /** null: no entry. */
  readonly known: { readonly mapping: Mapping | null; readonly knownAtMs: number } | null;
  readonly isFresh: boolean;
  /** The entry and the connection it was read on: a fill applies to nothing else. */
  readonly entry: string;
  readonly connection: number;
}

/** Caches mappings for all instances. Nothing here rejects or waits long: Redis may be down at any time. */
export interface SharedCache {
  /** null: Redis is down, or its entries cannot be trusted now. */
  get(number: PhoneNumber): Promise<SharedAnswer | null>;
  /** Has no effect if the entry has changed since it was read. Does not wait. */
  fill(number: PhoneNumber, mapping: Mapping | null, seen: SharedAnswer): void;
  /**
   * Call before a change is committed: from now on these entries are neither read nor written, until `invalidate`
   * or, if the process dies first, until any transaction must have ended.
   */
  hold(numbers: readonly PhoneNumber[]): Promise<void>;
  /** Removes the entry itself, whose key has the number. Rejects without Redis. */
  remove(number: PhoneNumber): Promise<void>;
  /** Like `invalidate`, for all entries. */
  invalidateAll(): Promise<void>;
  /** Resolves when the old entries can no longer be read, as far as Redis is reachable. */
  invalidate(numbers: readonly PhoneNumber[]): Promise<void>;
}

interface SharedCacheOptions {
  readonly link: RedisLink;
  readonly clock: { nowMs(): number };
  /** How long an entry is used without checking the database. */
  readonly freshMs: number;
  /** The same for an unknown number. */
  readonly unknownFreshMs: number;
  /** How long an entry is kept beyond that, for database outages. */
  readonly staleMs: number;
  /** Of the keys; the number in it names the format of the entries. */
  readonly prefix: string;
}

/**
 * An invalidation writes a unique mark, and a fill replaces only the exact value that its reader saw. So data read
 * before a change cannot be stored after it. Marks outlive every reader.
 */
const markMs = 60_000;

/** Longer than any transaction. */
const holdMs = 35_000;
const holdSign = "!hold:";

/** After an outage, other instances may still have to invalidate entries that they could not reach during it. */
const distrustMs = 3000;

const fillScript = `
if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`;

/** One command for many numbers: an import marks thousands at once, on the thread that handles calls. */
const markScript = `
for i = 1, #KEYS do redis.call('set', KEYS[i], ARGV[1], 'PX', ARGV[2]) end
return #KEYS`;

export function createSharedCache(options: SharedCacheOptions): SharedCache {
  const { link, clock, freshMs, unknownFreshMs, staleMs, prefix } = options;
  const { client } = link;
  const markOrigin = randomUUID();
  let marks = 0;
  let connection = 0;
  let trustFromMs = 0;
  /** A change could not be sent to Redis. */
  let owesInvalidation = false;

  async function forgetEverything(): Promise<void> {
    try {
      for (let cursor = "0"; ;) {
        const [next, keys] = await client.scan(cursor, "MATCH", `${prefix}*`, "COUNT", 1000);
        if (keys.length > 0) await client.unlink(...keys);
        if (next === "0") break;
        cursor = next;
      }
      owesInvalidation = false;
    } catch (error) {
      link.failed(error);
      if (link.up) client.disconnect(true);
    }
  }

  link.onUp(() => {
    connection += 1;
    if (connection > 1) trustFromMs = clock.nowMs() + distrustMs;
    if (owesInvalidation) void forgetEverything();
  });

  const readable = (): boolean => link.up && !owesInvalidation && clock.nowMs() >= trustFromMs;

  async function mark(numbers: readonly PhoneNumber[], sign: string, forMs: number): Promise<void> {
    try {
      if (!link.up) throw new Error("Redis is unavailable.");
      marks += 1;
      const keys = numbers.map((number) => prefix + number);
      await client.call("EVAL", markScript, keys.length, ...keys, `${sign}${markOrigin}:${marks}`, forMs);
    } catch (error) {
      owesInvalidation = true;
      link.failed(error);
      // The invalidation is sent when the connection returns.
      if (link.up) client.disconnect(true);
    }
  }

  return {
    async get(number) {
      if (!readable()) return null;
      const readOn = connection;
      try {
        const entry = (await client.get(prefix + number)) ?? "";
        const read = decode(entry);
        return {
          known: read && { mapping: read.mapping, knownAtMs: read.knownAtMs },
          isFresh: read !== null && clock.nowMs() < read.freshUntilMs,
          entry,
          connection: readOn,
        };
      } catch (error) {
        link.failed(error);
        return null;
      }
    },

    fill(number, mapping, seen) {
      if (!readable() || seen.connection !== connection || seen.entry.startsWith(holdSign)) return;
      const nowMs = clock.nowMs();
      const fresh = mapping === null ? unknownFreshMs : freshMs;
      const entry = encode({ mapping, knownAtMs: nowMs, freshUntilMs: nowMs + fresh });
      // Unknown numbers are not kept longer, because they are not used during a database outage.
      const keepMs = Math.max(1, mapping === null ? fresh : fresh + staleMs);
      client
        .call("EVAL", fillScript, 1, prefix + number, seen.entry, entry, keepMs)
        .catch((error: unknown) => link.failed(error));
    },

    hold: (numbers) => mark(numbers, holdSign, holdMs),
    invalidate: (numbers) => mark(numbers, "!", markMs),

    async remove(number) {
      await client.unlink(prefix + number);
    },

    async invalidateAll() {
      try {
        for (let cursor = "0"; ;) {
          const [next, keys] = await client.scan(cursor, "MATCH", `${prefix}*`, "COUNT", 1000);
          const numbers = keys.map((key) => key.slice(prefix.length)).filter((text) => isPhoneNumber(text));
          if (numbers.length > 0) await mark(numbers, "!", markMs);
          if (next === "0") break;
          cursor = next;
        }
      } catch (error) {
        owesInvalidation = true;
        link.failed(error);
        if (link.up) client.disconnect(true);
      }
    },
  };
}

interface Entry {
  readonly mapping: Mapping | null;
  readonly knownAtMs: number;
  readonly freshUntilMs: number;
}

function encode({ mapping, knownAtMs, freshUntilMs }: Entry): string {
  return JSON.stringify({ k: knownAtMs, f: freshUntilMs, m: mapping });
}

/** null for marks, for missing entries, and for foreign values. */
function decode(text: string): Entry | null {
  if (!text.startsWith("{")) return null;
  try {
    const { k, f, m }: { k?: unknown; f?: unknown; m?: Mapping | null } = JSON.parse(text);
    if (typeof k !== "number" || typeof f !== "number" || typeof m !== "object") return null;
    return { mapping: m, knownAtMs: k, freshUntilMs: f };
  } catch {
    return null;
  }
}
