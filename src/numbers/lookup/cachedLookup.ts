import type { Lookup, Mapping } from "../../values/mapping.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { withinDeadline } from "../../store/deadline.ts";
import { isAway, StoreLateError } from "../../store/errors.ts";
import { GenerationCache } from "./generationCache.ts";
import { invalidationsTopic, everything } from "../mappings/invalidations.ts";
import type { SharedAnswer, SharedCache } from "./sharedCache.ts";
import type { InvalidationBus } from "../types.ts";

/** Which layer answered; `none` if all layers were unavailable. */
export type LookupSource = "local" | "redis" | "database" | "none";

/** How long a cached mapping may be used during a database outage. */
export const staleMs = 3_600_000;

interface CachedLookupParts {
  /** Reads from the database; null for an unknown number. */
  readonly load: (number: PhoneNumber) => Promise<Mapping | null>;
  /** null: without Redis. */
  readonly shared: SharedCache | null;
  readonly bus: InvalidationBus;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly onLookup?: (source: LookupSource, kind: Lookup["kind"]) => void;
}

interface CachedLookupSettings {
  /** How long a mapping is used without checking; the maximum delay of a lost message. */
  readonly localTtlMs: number;
  /** The same for an unknown number. */
  readonly unknownTtlMs: number;
  readonly localEntries: number;
  /** How long a mapping may be used during a database outage, counted from when it was read. */
  readonly staleMs: number;
  /** Whether other instances learn that a number is unknown: for callers this rarely helps. */
  readonly sharesUnknown?: boolean;
  /** For all layers together; after it the answer is the last known one, or `late`. */
  readonly timeoutMs: number;
}

export interface CachedLookup {
  /** Answers at once or within a bounded time; never rejects. */
  find(number: PhoneNumber): Promise<Lookup>;
  /** Discards cached entries and pending queries of these numbers. */
  readonly forget: (numbers: readonly PhoneNumber[]) => void;
  close(): void;
}

interface Remembered {
  /** Ready to return: a hit creates no new object. */
  readonly answer: Promise<Lookup>;
  readonly lookup: Lookup;
  readonly freshUntilMs: number;
  readonly knownAtMs: number;
}

/** A pending query, shared by concurrent lookups. */
interface Flight {
  answer: Promise<Lookup>;
  /** The mapping changed during the query: earlier callers may get the answer, later ones must not. */
  isOutdated: boolean;
}

const unknown: Lookup = { kind: "unknown" };
const unavailable: Lookup = { kind: "unavailable" };
const late: Lookup = { kind: "late" };

/** In process → Redis → database. */
export function createCachedLookup(parts: CachedLookupParts, settings: CachedLookupSettings): CachedLookup {
  const { load, shared, bus, clock, logger, onLookup } = parts;
  const { localTtlMs, unknownTtlMs, staleMs, timeoutMs, sharesUnknown = true } = settings;
  const remembered = new GenerationCache<string, Remembered>(settings.localEntries);
  const flights = new Map<string, Flight>();

  function remember(number: PhoneNumber, lookup: Lookup, knownAtMs: number): void {
    const ttlMs = lookup.kind === "found" ? localTtlMs : unknownTtlMs;
    remembered.set(number, {
      answer: Promise.resolve(lookup),
      lookup,
      freshUntilMs: clock.nowMs() + ttlMs,
      knownAtMs,
    });
  }

  /** The last known answer, if nothing could be confirmed; never “unknown number”. */
  function lastKnown(number: PhoneNumber, seen: SharedAnswer | null): Lookup | null {
    const oldestMs = clock.nowMs() - staleMs;
    const local = remembered.get(number);
    if (local?.lookup.kind === "found" && local.knownAtMs >= oldestMs) return local.lookup;
    const mapping = seen?.known?.mapping;
    return mapping && seen.known.knownAtMs >= oldestMs ? { kind: "found", mapping } : null;
  }

  async function ask(number: PhoneNumber, flight: Flight): Promise<Lookup> {
    const startedAtMs = clock.nowMs();
    const seen = shared === null ? null : await shared.get(number);
    if (seen?.known && seen.isFresh) {
      const { mapping, knownAtMs } = seen.known;
      const lookup: Lookup = mapping === null ? unknown : { kind: "found", mapping };
      if (!flight.isOutdated) remember(number, lookup, knownAtMs);
      onLookup?.("redis", lookup.kind);
      return lookup;
    }
    const leftMs = Math.max(1, timeoutMs - (clock.nowMs() - startedAtMs));
    let mapping: Mapping | null;
    try {
      mapping = await withinDeadline(clock, load(number), leftMs);
    } catch (error) {
      if (!isAway(error)) logger.error("Could not read a mapping", { error });
      const lookup =
        lastKnown(number, flight.isOutdated ? null : seen) ??
        (error instanceof StoreLateError ? late : unavailable);
      onLookup?.(lookup.kind === "found" ? "local" : "none", lookup.kind);
      return lookup;
    }
    const lookup: Lookup = mapping === null ? unknown : { kind: "found", mapping };
    if (!flight.isOutdated) {
      remember(number, lookup, clock.nowMs());
      if (seen && (mapping !== null || sharesUnknown)) shared?.fill(number, mapping, seen);
    }
    onLookup?.("database", lookup.kind);
    return lookup;
  }

  async function fly(number: PhoneNumber, flight: Flight): Promise<Lookup> {
    try {
      return await ask(number, flight);
    } finally {
      if (flights.get(number) === flight) flights.delete(number);
    }
  }

  function forget(numbers: readonly PhoneNumber[]): void {
    for (const number of numbers) {
      remembered.delete(number);
      const flight = flights.get(number);
      if (flight) {
        flight.isOutdated = true;
        flights.delete(number);
      }
    }
  }

  function forgetEverything(): void {
    remembered.clear();
    for (const flight of flights.values()) flight.isOutdated = true;
    flights.clear();
  }

  const stopListening = bus.subscribe(invalidationsTopic, (payload) => {
    if (payload === everything) forgetEverything();
    if (!Array.isArray(payload)) return;
    forget(payload.filter((one): one is PhoneNumber => typeof one === "string" && isPhoneNumber(one)));
  });

  return {
    find(number) {
      const known = remembered.get(number);
      if (known !== undefined && known.freshUntilMs > clock.nowMs()) {
        onLookup?.("local", known.lookup.kind);
        return known.answer;
      }
      let flight = flights.get(number);
      if (flight === undefined) {
        flight = { answer: Promise.resolve(unavailable), isOutdated: false };
        flights.set(number, flight);
        flight.answer = fly(number, flight);
      }
      return flight.answer;
    },
    forget,
    close: stopListening,
  };
}
