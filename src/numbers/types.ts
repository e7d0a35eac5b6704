import type { NumberRange } from "../values/numberRange.ts";
import type { CallerIdPolicy, Lookup, Mapping } from "../values/mapping.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { PoolForecast } from "./pools/rules/forecast.ts";
import type { NumberList } from "./pools/numberList.ts";
import type { StandingRefusal } from "./pools/standing.ts";

/** Looks up a proxy number for a call. Answers at once or within a bounded time, never rejects. */
export interface ProxyLookup {
  byProxyNumber(number: PhoneNumber): Promise<Lookup>;
}

/** A mapping in lists, exports, and the API. */
export interface MappingDetails extends Mapping {
  readonly poolId: number | null;
  readonly poolName: string | null;
  /** When the proxy number was released; null while it is in use. */
  readonly releasedAtMs: number | null;
  /** End of its quarantine. */
  readonly quarantinedUntilMs: number | null;
  readonly label: string | null;
  readonly reference: string | null;
  readonly importId: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A real number that needs a proxy number. The other fields are stored only if this row creates the mapping. */
export interface MapRow {
  readonly realNumber: PhoneNumber;
  readonly label?: string | null;
  readonly reference?: string | null;
  readonly expiresAtMs?: number | null;
  readonly callerIdPolicy?: CallerIdPolicy | null;
}

/**
 * `POOL_EXHAUSTED`: no free number left in the pool; numbers allocated before stay.
 * `REAL_NUMBER_IS_PROXY`: the number is in one of our pools, so a call to it would come straight back.
 */
type MapRefusal = "POOL_EXHAUSTED" | "REAL_NUMBER_IS_PROXY";

export type MapResult =
  | { readonly kind: "existing"; readonly realNumber: PhoneNumber; readonly proxyNumber: PhoneNumber }
  | { readonly kind: "created"; readonly realNumber: PhoneNumber; readonly proxyNumber: PhoneNumber }
  | { readonly kind: "refused"; readonly realNumber: PhoneNumber; readonly code: MapRefusal };

/** A real number with the proxy number that it already has in another system. */
export interface PairRow extends MapRow {
  readonly proxyNumber: PhoneNumber;
  /** The pool that the proxy number has to be in; null: any. */
  readonly poolName: string | null;
  /** When the pair was made there; by default now. */
  readonly createdAtMs?: number;
}

export type PairResult =
  | Exclude<MapResult, { kind: "refused" }>
  | {
      readonly kind: "refused";
      readonly realNumber: PhoneNumber;
      readonly code: StandingRefusal | "PROXY_IN_OTHER_POOL" | "REAL_NUMBER_IS_PROXY";
    };

export interface MapOptions {
  /** The pool to allocate from; by default the default pool. */
  readonly poolId?: number;
  readonly importId?: number | null;
  /** Numbers of the pool that are not to be allocated, but stay free. */
  readonly avoid?: { has(number: PhoneNumber): boolean };
}

export interface NumberMapper {
  /**
   * One result for each row, in the order of the rows, each of which has another number. Idempotent, safe from any
   * number of processes at once. When it resolves, everything is committed and announced to every instance. Rejects
   * with `StoreAwayError` while the database is unavailable: how far it got is then unknown, and calling again with
   * the same rows is safe.
   *
   * Within a transaction of the caller's, it rejects with `PoolClutteredError` if nearly all of the next numbers are
   * occupied: roll the transaction back, call `makeRoom`, and repeat the work.
   */
  map(rows: readonly MapRow[], options?: MapOptions): Promise<readonly MapResult[]>;
  /**
   * Maps real numbers to the proxy numbers that they already have. One result for each row, in the order of the rows,
   * each of which has another real and another proxy number. Idempotent and announced like `map`; rows of known real
   * numbers change nothing.
   */
  pair(rows: readonly PairRow[], options?: Pick<MapOptions, "importId">): Promise<readonly PairResult[]>;
  /** Skips a bounded number of occupied numbers of a pool, and commits that. */
  makeRoom(poolId: number): Promise<void>;
}

export interface MappingPage {
  readonly items: readonly MappingDetails[];
  /** Give it back as `after` for the next page; null on the last page. Opaque to clients. */
  readonly next: string | null;
}

/** Reads from the database. All methods reject with `StoreAwayError` during an outage. */
export interface MappingReader {
  /** The mapping that holds this real number now; released ones do not count. */
  findByReal(number: PhoneNumber): Promise<MappingDetails | null>;
}

/** Announces to every instance which proxy numbers must be looked up again. */
export interface MappingInvalidations {
  /**
   * For mappings that callers may already know: call in the transaction once the numbers are known. If the process
   * dies between commit and invalidation, no outdated entry remains in Redis. Never rejects.
   */
  prepare(proxyNumbers: readonly PhoneNumber[]): Promise<void>;
  /**
   * Call after the commit. Resolves when all reachable instances have been notified; never rejects, and takes at
   * most a fraction of a second.
   */
  announce(proxyNumbers: readonly PhoneNumber[]): Promise<void>;
  /** Like `announce`, if any number may have changed. */
  announceEverything(): Promise<void>;
}

/** The part of the bus that numbers need. */
export interface InvalidationBus {
  publish(topic: string, payload: unknown): void;
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
}

/** The numbers of a pool: ranges and individual numbers. */
export interface PoolNumbers {
  readonly ranges: readonly NumberRange[];
  readonly numbers: readonly PhoneNumber[] | NumberList;
}

/** The settings of a pool. */
export interface PoolSettings {
  readonly name: string;
  readonly label: string | null;
  /** ISO 3166. */
  readonly country: string | null;
  /** For mappings without their own policy; null: the trunk's policy. */
  readonly callerIdPolicy: CallerIdPolicy | null;
  /** Quarantine of a released number before it is allocated again. */
  readonly quarantineSeconds: number;
  /** A paused pool allocates no numbers; those in use stay in use. */
  readonly enabled: boolean;
  /**
   * Uploads use it unless they name another pool. At most one: the first pool created, until a user chooses
   * another.
   */
  readonly isDefault: boolean;
  /** Health and metrics warn of a pool that will be empty sooner than this. */
  readonly warningDays: number;
}

export interface PoolCounts {
  readonly total: number;
  readonly free: number;
  readonly used: number;
  /** In quarantine after a release. */
  readonly quarantined: number;
  /** Blocked and not in a mapping. */
  readonly blocked: number;
}

export interface PoolDetails extends PoolSettings {
  readonly id: number;
  readonly ranges: readonly NumberRange[];
  /** Numbers from lists. */
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
  /** Opaque, because it is in URLs; null on the last page. */
  readonly next: string | null;
}

/**
 * Pools of proxy numbers. All methods reject with `StoreAwayError` during an outage, and with `PoolUnknownError`
 * for an unknown ID. Changes are visible to all instances at once.
 */
export interface Pools {
  /** Resolves to the pool's ID. Rejects with `RangeInvalidError`, `RangeConflictError`, `PoolNameTakenError`. */
  create(pool: Partial<PoolSettings & PoolNumbers> & { readonly name: string }): Promise<number>;
  /** Adds numbers to a pool. Rejects like `create`. */
  extend(poolId: number, numbers: Partial<PoolNumbers>): Promise<void>;
  /** Removes unused numbers. Rejects with `NumbersInUseError`, `NumbersNotInPoolError`, `RangeInvalidError`. */
  shrink(poolId: number, numbers: Partial<PoolNumbers>): Promise<void>;
  /** Resolves to the pool as it was. Rejects with `PoolNameTakenError`. */
  update(poolId: number, settings: Partial<PoolSettings>): Promise<PoolDetails>;
  /** Rejects with `PoolNotEmptyError` while a mapping has one of its numbers. */
  remove(poolId: number): Promise<void>;
  /**
   * Blocks numbers. A number in use stays in use, and is blocked after its release and quarantine. Rejects with
   * `NumbersNotInPoolError`.
   */
  block(poolId: number, numbers: readonly PhoneNumber[], note?: string | null): Promise<void>;
  unblock(poolId: number, numbers: readonly PhoneNumber[]): Promise<void>;
  /** In ascending order, at most `limit`, after the `next` of the previous page. Also rejects with `BadCursorError`. */
  blocked(poolId: number, limit: number, after?: string | null): Promise<BlockedPage>;
  /**
   * Creates the configured pool at the first start, and extends it by ranges that no pool has. Ranges removed from
   * the settings stay. Resolves to the ID of the pool that received them, of the default pool if nothing was
   * missing, or null without one.
   */
  ensureDefault(ranges: readonly NumberRange[]): Promise<number | null>;
  list(): Promise<readonly PoolDetails[]>;
  get(poolId: number): Promise<PoolDetails>;
}
