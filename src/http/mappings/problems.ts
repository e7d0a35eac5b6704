import {
  MappingReleasedError,
  MappingUnknownError,
  NoPoolError,
  NotRestorableError,
  NumbersInUseError,
  NumbersNotInPoolError,
  PoolClutteredError,
  PoolNameTakenError,
  PoolNotEmptyError,
  PoolUnknownError,
  ProxyNumberRefusedError,
  RangeConflictError,
  RangeInvalidError,
  RealNumberIsProxyError,
  RealNumberTakenError,
} from "../../numbers/errors.ts";
import type { ProblemOptions } from "../server/problems.ts";

/** Errors of pools and mappings. Conflicting numbers are named in the answer only. */
export function numbersProblem(error: unknown): ProblemOptions | null {
  if (error instanceof PoolUnknownError || error instanceof MappingUnknownError) {
    return { status: 404, code: error.code, detail: error.message };
  }
  if (error instanceof RangeInvalidError) {
    return {
      status: 400,
      code: error.code,
      detail: error.message,
      remedy:
        "Send the first and the last number of the range, both with the country code and of the same length.",
      members: { index: error.index },
    };
  }
  if (error instanceof RangeConflictError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Leave out the numbers in `conflicts`.",
      members: { conflicts: error.conflicts },
    };
  }
  if (error instanceof NumbersInUseError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy:
        "Release the mappings of these numbers and wait for the end of their quarantine, or leave them out.",
      members: { numbers: error.numbers },
    };
  }
  if (error instanceof NumbersNotInPoolError) {
    return { status: 409, code: error.code, detail: error.message, members: { numbers: error.numbers } };
  }
  if (error instanceof PoolNotEmptyError) {
    const { used, quarantined } = error;
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Release its mappings, then wait for the end of their quarantine, or shorten it.",
      members: { used, quarantined },
    };
  }
  if (error instanceof PoolNameTakenError) {
    return { status: 409, code: error.code, detail: error.message, remedy: "Choose another name." };
  }
  if (error instanceof PoolClutteredError) {
    return {
      status: 503,
      code: error.code,
      detail: "Nearly all of the next numbers of the pool are occupied.",
      remedy: "Try again in a few seconds, or choose another pool.",
    };
  }
  if (error instanceof NoPoolError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Choose a pool that is not paused.",
    };
  }
  if (error instanceof ProxyNumberRefusedError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Choose another proxy number or pool.",
    };
  }
  if (error instanceof NotRestorableError) {
    return { status: 409, code: error.code, detail: error.message };
  }
  if (error instanceof MappingReleasedError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Upload the real number again: it gets another proxy number.",
    };
  }
  if (error instanceof RealNumberTakenError || error instanceof RealNumberIsProxyError) {
    return { status: 409, code: error.code, detail: error.message, remedy: "Use another real number." };
  }
  return null;
}
