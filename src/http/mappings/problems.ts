import {
  MappingReleasedError,
  MappingUnknownError,
  NumbersInUseError,
  NumbersNotInPoolError,
  PoolNameTakenError,
  PoolNotEmptyError,
  PoolUnknownError,
  RangeConflictError,
  RangeInvalidError,
  RealNumberIsProxyError,
  RealNumberTakenError,
} from "../../numbers/errors.ts";
import type { ProblemOptions } from "../server/problems.ts";

/** What pools and mappings refuse. Numbers that stand in the way are named in the answer, and only there. */
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
        "Give the first and the last number of a run, both with the country code and of the same length.",
      members: { index: error.index },
    };
  }
  if (error instanceof RangeConflictError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Leave out what `conflicts` names.",
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
      remedy: "Release its mappings, then wait for the end of their quarantine or make it shorter.",
      members: { used, quarantined },
    };
  }
  if (error instanceof PoolNameTakenError) {
    return { status: 409, code: error.code, detail: error.message, remedy: "Choose another name." };
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
    return { status: 409, code: error.code, detail: error.message, remedy: "Give another real number." };
  }
  return null;
}
