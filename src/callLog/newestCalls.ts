import { withinDeadline } from "../store/deadline.ts";
import { isAway } from "../store/errors.ts";
import type { RedisLink } from "../store/redis.ts";
import type { Logger, SteadyClock, TimerHandle } from "../ops/types.ts";
import type { CallRecord } from "../values/callRecord.ts";
import { phoneNumberOrNull, type PhoneNumber } from "../values/phoneNumber.ts";
import { type NewestCall, type Owner, ownerOf, partyOf } from "./rules/newestCall.ts";

/** When the call began, its party and ID, and for how long it counts. */
type Note = readonly [startedAtMs: number, partyAndCallId: string, leftMs: number];

interface NewestCallsParts {
  /** The newest call in the database. */
  readonly find: (owner: Owner, sinceMs: number) => Promise<NewestCall | null>;
  /** Tells the other controllers at once; null without Redis. */
  readonly link: Pick<RedisLink, "client" | "up" | "failed"> | null;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  /** How old the call may be. 0: none is returned. */
  readonly maxAgeMs: number;
  /** For the database and Redis together. */
  readonly timeoutMs: number;
}

/** The party that an owner last spoke to, or missed: the target of a return call. */
export interface NewestCalls {
  /** Call for every record. Does not wait. */
  note(record: CallRecord): void;
  /** Forgets the notes of this number as owner or party; resolves to how many there were. Rejects without Redis. */
  forget(number: string, options: { readonly erase: boolean }): Promise<number>;
  /** The same for the notes in this process, which are only there so that no call is noted twice. */
  forgetHere(isErased: (text: string) => boolean): void;
  /** null if the newest call has no party that can be called, or there is none. Never rejects. */
  party(owner: Owner): Promise<PhoneNumber | null>;
}

const prefix = "phone-proxy:newest-call:2:";

/** A call is noted again when Asterisk's line arrives, a second after its end. */
const remembered = 1_000;

/** Notes of several calls cost hardly more than one. */
const gatherMs = 100;

/** Calls may end in a different order from that in which they began. */
const noteScript = `
for i = 1, #KEYS do
  local known = redis.call('get', KEYS[i])
  if not known or tonumber(string.match(known, '^%d+')) <= tonumber(ARGV[3 * i - 2]) then
    redis.call('set', KEYS[i], ARGV[3 * i - 2] .. ':' .. ARGV[3 * i - 1], 'PX', ARGV[3 * i])
  end
end
return #KEYS`;

const keyOf = ({ proxyNumber, realNumber }: Owner): string => `${prefix}${proxyNumber}:${realNumber}`;

export function createNewestCalls(parts: NewestCallsParts): NewestCalls {
  const { find, link, clock, logger, maxAgeMs, timeoutMs } = parts;

  /** The party of each call noted last, by call ID. */
  const noted = new Map<string, string>();
  let waiting: { readonly callId: string; readonly key: string; readonly values: Note }[] = [];
  let timer: TimerHandle | null = null;

  function isNoted(callId: string, party: string): boolean {
    if (noted.get(callId) === party) return true;
    const [oldest] = noted.keys();
    if (noted.size >= remembered && oldest !== undefined) noted.delete(oldest);
    noted.set(callId, party);
    return false;
  }

  function send(): void {
    if (timer !== null) clock.clearTimer(timer);
    timer = null;
    const notes = waiting;
    waiting = [];
    if (notes.length === 0 || link === null) return;
    const keys = notes.map(({ key }) => key);
    const values = notes.flatMap((note) => note.values);
    link.client.call("EVAL", noteScript, keys.length, ...keys, ...values).catch((error: unknown) => {
      for (const { callId } of notes) noted.delete(callId);
      link.failed(error);
    });
  }

  async function shared(owner: Owner): Promise<NewestCall | null> {
    if (link === null || !link.up) return null;
    try {
      const [, started = "", party = "", callId = ""] =
        /^(\d+):(\d*):(.+)$/.exec((await link.client.get(keyOf(owner))) ?? "") ?? [];
      return started === ""
        ? null
        : { callId, startedAtMs: Number(started), party: phoneNumberOrNull(party) };
    } catch (error) {
      link.failed(error);
      return null;
    }
  }

  async function stored(owner: Owner): Promise<NewestCall | null> {
    try {
      return await withinDeadline(clock, find(owner, clock.nowMs() - maxAgeMs), timeoutMs);
    } catch (error) {
      if (!isAway(error)) logger.error("Could not read the newest call of a number", { error });
      return null;
    }
  }

  function forgetHere(isErased: (text: string) => boolean): void {
    for (const [callId, party] of noted) if (isErased(party)) noted.delete(callId);
  }

  return {
    forgetHere,

    note(record) {
      const owner = ownerOf(record);
      if (owner === null || maxAgeMs === 0 || link === null || !link.up) return;
      const { callId, startedAtMs } = record;
      const leftMs = startedAtMs + maxAgeMs - clock.nowMs();
      if (leftMs <= 0) return;
      const party = partyOf(record) ?? "";
      const key = keyOf(owner);
      if (isNoted(callId, `${key} ${party}`)) return;
      waiting.push({ callId, key, values: [startedAtMs, `${party}:${callId}`, leftMs] });
      timer ??= clock.setTimer(send, gatherMs);
    },

    async forget(number, { erase }) {
      send();
      if (link === null) return 0;
      if (erase) forgetHere((text) => text.includes(number));
      const found = new Set<string>();
      for (let cursor = "0"; ;) {
        const [next, keys] = await link.client.scan(cursor, "MATCH", `${prefix}*`, "COUNT", 1000);
        const notes = keys.length === 0 ? [] : await link.client.mget(...keys);
        keys.forEach((key, index) => {
          const party = notes[index]?.split(":")[1];
          if (key.endsWith(`:${number}`) || party === number) found.add(key);
        });
        if (next === "0") break;
        cursor = next;
      }
      if (erase && found.size > 0) await link.client.unlink(...found);
      return found.size;
    },

    async party(owner) {
      if (maxAgeMs === 0) return null;
      // Redis carries out what is sent first.
      send();
      const [one, other] = await Promise.all([shared(owner), stored(owner)]);
      return newestOf(one, other)?.party ?? null;
    },
  };
}

function newestOf(shared: NewestCall | null, stored: NewestCall | null): NewestCall | null {
  if (shared === null || stored === null) return shared ?? stored;
  // Of the same call, the database knows whether the party has been erased since.
  return stored.callId === shared.callId || stored.startedAtMs > shared.startedAtMs ? stored : shared;
}
