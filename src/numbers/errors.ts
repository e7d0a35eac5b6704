import type { NumberRange } from "../values/numberRange.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";

/** No pool to allocate from, or an ambiguous choice. */
export class NoPoolError extends Error {
  /** `POOL_NOT_CHOSEN`: no pool was named, and none of several open ones is the default. */
  readonly code: "NO_POOL" | "POOL_NOT_CHOSEN";

  /** `poolId`: the named pool, if any. `open`: the number of pools that are not paused. */
  constructor(poolId: number | null, open = 0) {
    const notChosen = poolId === null && open > 0;
    super(
      notChosen
        ? "There are several pools of proxy numbers, and none of them is the default."
        : poolId === null
          ? "There is no pool of proxy numbers to take from: none exists, or all are paused."
          : `Pool ${poolId} does not exist or is paused.`,
    );
    this.name = "NoPoolError";
    this.code = notChosen ? "POOL_NOT_CHOSEN" : "NO_POOL";
  }
}

/** An invalid range. `index` counts from 0 in the given ranges. */
export class RangeInvalidError extends Error {
  readonly code = "RANGE_INVALID";
  readonly index: number;

  constructor(index: number, problem: string) {
    super(`Range ${index + 1}: ${problem}.`);
    this.name = "RangeInvalidError";
    this.index = index;
  }
}

/** A conflict of a new range. */
export type RangeConflict =
  | { readonly kind: "pool"; readonly range: NumberRange; readonly pool: string; readonly with: NumberRange }
  | { readonly kind: "same_request"; readonly range: NumberRange; readonly with: NumberRange }
  | { readonly kind: "real_number"; readonly range: NumberRange; readonly realNumber: PhoneNumber };

/** The numbers are in `conflicts` and not in the message, which may be logged. */
export class RangeConflictError extends Error {
  readonly code = "RANGE_CONFLICT";
  readonly conflicts: readonly RangeConflict[];

  constructor(conflicts: readonly RangeConflict[]) {
    super("Numbers of the pool are already in another pool or known as real numbers.");
    this.name = "RangeConflictError";
    this.conflicts = conflicts;
  }
}

/** Another change was faster. */
export class MappingChangedError extends Error {
  constructor() {
    super("The mapping has changed meanwhile.");
    this.name = "MappingChangedError";
  }
}

export class PoolNameTakenError extends Error {
  readonly code = "POOL_NAME_TAKEN";

  constructor() {
    super("Another pool has this name.");
    this.name = "PoolNameTakenError";
  }
}

/**
 * Nearly all of the next numbers of a pool are occupied, though not allocated from it. Nothing was allocated: roll
 * the transaction back, call `makeRoom`, and repeat the work.
 */
export class PoolClutteredError extends Error {
  readonly code = "POOL_CLUTTERED";
  readonly poolId: number;

  constructor(poolId: number) {
    super(`Pool ${poolId}: nearly all of its next numbers are occupied.`);
    this.name = "PoolClutteredError";
    this.poolId = poolId;
  }
}

/** No pool has this id. */
export class PoolUnknownError extends Error {
  readonly code = "POOL_UNKNOWN";

  constructor() {
    super("The pool does not exist.");
    this.name = "PoolUnknownError";
  }
}

/** The conflicting numbers of a request. They are not in the message, which may be logged. */
abstract class NumbersError extends Error {
  abstract readonly code: string;
  /** The first of them. */
  readonly numbers: readonly PhoneNumber[];

  constructor(message: string, numbers: readonly PhoneNumber[]) {
    super(message);
    this.numbers = numbers.slice(0, namedNumbers);
  }
}

const namedNumbers = 20;

/** Only unused numbers may leave a pool. */
export class NumbersInUseError extends NumbersError {
  readonly code = "NUMBERS_IN_USE";

  constructor(numbers: readonly PhoneNumber[]) {
    super("Numbers are in use or in quarantine.", numbers);
    this.name = "NumbersInUseError";
  }
}

export class NumbersNotInPoolError extends NumbersError {
  readonly code = "NUMBERS_NOT_IN_POOL";

  constructor(numbers: readonly PhoneNumber[]) {
    super("Numbers are not in this pool.", numbers);
    this.name = "NumbersNotInPoolError";
  }
}

/** A pool is deleted only when no mapping has one of its numbers. */
export class PoolNotEmptyError extends Error {
  readonly code = "POOL_NOT_EMPTY";
  readonly used: number;
  readonly quarantined: number;

  constructor(used: number, quarantined: number) {
    super("Numbers of the pool are in use or in quarantine.");
    this.name = "PoolNotEmptyError";
    this.used = used;
    this.quarantined = quarantined;
  }
}

export class MappingUnknownError extends Error {
  readonly code = "MAPPING_UNKNOWN";

  constructor() {
    super("The mapping does not exist.");
    this.name = "MappingUnknownError";
  }
}

/** A released mapping cannot be changed. */
export class MappingReleasedError extends Error {
  readonly code = "MAPPING_RELEASED";

  constructor() {
    super("The mapping has been released.");
    this.name = "MappingReleasedError";
  }
}

/** A requested proxy number cannot be mapped, or none is left. */
export class ProxyNumberRefusedError extends Error {
  readonly code: string;

  constructor(code: string) {
    super("This proxy number cannot be given to a real number now.");
    this.name = "ProxyNumberRefusedError";
    this.code = code;
  }
}

/** A mapping that is not in quarantine any more, or never was, cannot be given back. */
export class NotRestorableError extends Error {
  readonly code = "NOT_RESTORABLE";

  constructor() {
    super("Only a released mapping whose proxy number is still in quarantine can be given back.");
    this.name = "NotRestorableError";
  }
}

export class RealNumberTakenError extends Error {
  readonly code = "REAL_NUMBER_TAKEN";

  constructor() {
    super("The real number already has a proxy number.");
    this.name = "RealNumberTakenError";
  }
}

/** A call to it would come back to us. */
export class RealNumberIsProxyError extends Error {
  readonly code = "REAL_NUMBER_IS_PROXY";

  constructor() {
    super("The number is a proxy number, or in a pool of them.");
    this.name = "RealNumberIsProxyError";
  }
}
