import type { NumberRange } from "../values/numberRange.ts";
import type { CallerIdPolicy, Lookup, Mapping } from "../values/mapping.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { PoolForecast } from "./pools/rules/forecast.ts";
import type { NumberList } from "./pools/numberList.ts";

/** What a call asks: whose number is this proxy number? Answers at once or within a bounded time, never rejects. */
export interface ProxyLookup {
  byProxyNumber(number: PhoneNumber): Promise<Lookup>;
}

/** A mapping as lists, exports and the API show it. */
export interface MappingDetails extends Mapping {
  readonly poolId: number | null;
  readonly poolName: string | null;
  /** When the proxy number was released; null while it is in use. */
  readonly releasedAtMs: number | null;
  /** Until when it then rests before somebody else may get it. */
  readonly restsUntilMs: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly importId: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A real number that needs a proxy number. The rest is stored only when the mapping is created by this row. */
export interface MapRow {
  readonly realNumber: PhoneNumber;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly expiresAtMs?: number | null;
  readonly callerIdPolicy?: CallerIdPolicy | null;
}

/**
 * `POOL_EXHAUSTED`: no free number left in the pool; what fitted before it stands.
 * `REAL_NUMBER_IS_PROXY`: the number lies in a pool of ours, calling it would come straight back.
 */
type MapRefusal = "POOL_EXHAUSTED" | "REAL_NUMBER_IS_PROXY";

export type MapResult =
  | { readonly kind: "existing"; readonly realNumber: PhoneNumber; readonly proxyNumber: PhoneNumber }
  | { readonly kind: "created"; readonly realNumber: PhoneNumber; readonly proxyNumber: PhoneNumber }
  | { readonly kind: "refused"; readonly realNumber: PhoneNumber; readonly code: MapRefusal };

export interface MapOptions {
  /** The pool to take from; the default pool when absent. */
  readonly poolId?: number;
  readonly importId?: number | null;
}

export interface NumberMapper {
  /**
   * One result for each row, in the order of the rows, each of which has another number. Idempotent, safe from any number of processes at once. When it resolves
   * everything is committed and every instance told. Rejects with `StoreAwayError` when the database is away:
   * how far it got is then unknown, and calling again with the same rows is safe.
   *
   * Within a transaction of the caller's it rejects with `PoolClutteredError` where nearly all of the next numbers
   * are occupied: then the transaction is to be rolled back, `makeRoom` called, and all done again.
   */
  map(rows: readonly MapRow[], options?: MapOptions): Promise<readonly MapResult[]>;
  /** Passes over occupied numbers of a pool, a bounded number of them, and commits that. */
  makeRoom(poolId: number): Promise<void>;
}

export interface MappingPage {
  readonly items: readonly MappingDetails[];
  /** Give it back as `after` for the next page; null on the last page. Opaque to clients. */
  readonly next: string | null;
}

/** Reads from the database itself. All reject with `StoreAwayError` when it is away. */
export interface MappingReader {
  /** The mapping that holds this real number now; released ones do not count. */
  findByReal(number: PhoneNumber): Promise<MappingDetails | null>;
}

/** Tells every instance which proxy numbers mean something else from now on. */
export interface MappingChanges {
  /**
   * To be called after the commit. Resolves when all that can be reached have been told; never rejects, never
   * takes longer than a fraction of a second.
   */
  announce(proxyNumbers: readonly PhoneNumber[]): Promise<void>;
}

/** For those who change mappings that callers may know already. */
export interface MappingUpdates extends MappingChanges {
  /**
   * To be called in the transaction, when the numbers to be changed are known: should the process die between
   * commit and announcement, nothing old is left behind in Redis. Never rejects.
   */
  prepare(proxyNumbers: readonly PhoneNumber[]): Promise<void>;
  /** As `announce`, where any number may mean something else. */
  announceEverything(): Promise<void>;
}

/** What numbers need of the bus. */
export interface ChangeBus {
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
}

/** The numbers of a pool: runs, and single ones from a list. */
export interface PoolNumbers {
  readonly ranges: readonly NumberRange[];
  readonly numbers: readonly PhoneNumber[] | NumberList;
}

/** What may be changed of a pool at any time. */
export interface PoolSettings {
  readonly name: string;
  readonly label: string | null;
  /** ISO 3166. */
  readonly country: string | null;
  /** For mappings without a policy of their own; null: the trunk's applies. */
  readonly callerIdPolicy: CallerIdPolicy | null;
  /** How long a released number rests before somebody else may get it. */
  readonly quarantineSeconds: number;
  /** A disabled pool gives no numbers out; those that are in use stay in use. */
  readonly enabled: boolean;
  /**
   * Uploads take from it unless they name another one. There is one at most: the first pool that is made, until a
   * person chooses another one.
   */
  readonly isDefault: boolean;
  /** Health and metrics warn of a pool that will be empty sooner. */
  readonly warningDays: number;
}

export interface PoolCounts {
  readonly total: number;
  readonly free: number;
  readonly used: number;
  /** Resting after a release. */
  readonly quarantined: number;
  /** Kept from being given out, and in no mapping. */
  readonly blocked: number;
}

export interface PoolDetails extends PoolSettings {
  readonly id: number;
  readonly ranges: readonly NumberRange[];
  /** How many numbers came from lists. */
  readonly listed: number;
  readonly counts: PoolCounts;
  readonly forecast: PoolForecast;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface BlockedNumber {
  readonly number: PhoneNumber;
  readonly note: string | null;
  readonly blockedAtMs: number;
}

interface BlockedPage {
  readonly items: readonly BlockedNumber[];
  /** Opaque, since it stands in addresses; null on the last page. */
  readonly next: string | null;
}

/**
 * Pools of proxy numbers. All reject with `StoreAwayError` while the database is away, and with
 * `PoolUnknownError` for an id that is none. What is done here is seen by all instances at once.
 */
export interface Pools {
  /** Resolves to the pool's id. Rejects with `RangeInvalidError`, `RangeConflictError`, `PoolNameTakenError`. */
  create(pool: Partial<PoolSettings & PoolNumbers> & { readonly name: string }): Promise<number>;
  /** Adds numbers to a pool. Rejects as `create`. */
  extend(poolId: number, numbers: Partial<PoolNumbers>): Promise<void>;
  /** Takes unused numbers out of a pool. Rejects with `NumbersInUseError`, `NumbersNotInPoolError`, `RangeInvalidError`. */
  shrink(poolId: number, numbers: Partial<PoolNumbers>): Promise<void>;
  /** Rejects with `PoolNameTakenError`. */
  update(poolId: number, settings: Partial<PoolSettings>): Promise<void>;
  /** Rejects with `PoolNotEmptyError` while a mapping has one of its numbers. */
  remove(poolId: number): Promise<void>;
  /**
   * Keeps numbers from being given out. One that is in use stays so, and is blocked after its release and
   * rest. Rejects with `NumbersNotInPoolError`.
   */
  block(poolId: number, numbers: readonly PhoneNumber[], note?: string | null): Promise<void>;
  unblock(poolId: number, numbers: readonly PhoneNumber[]): Promise<void>;
  /** In ascending order, `limit` at most, from behind `next` of the page before. Rejects with `BadCursorError` too. */
  blocked(poolId: number, limit: number, after?: string | null): Promise<BlockedPage>;
  /**
   * Makes the pool of the settings: created at the first start, extended by ranges that no pool has. Ranges that
   * the settings no longer name stay. Resolves to the id of the pool that has got them, of the default pool where
   * nothing was missing, or to null where there is none.
   */
  ensureDefault(ranges: readonly NumberRange[]): Promise<number | null>;
  list(): Promise<readonly PoolDetails[]>;
  get(poolId: number): Promise<PoolDetails>;
}
