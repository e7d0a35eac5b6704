import { NoPoolError } from "../../numbers/errors.ts";
import { BadCursorError, StoreAwayError } from "../../store/errors.ts";
import { accessProblem } from "../access/problems.ts";
import { importProblem } from "../imports/problems.ts";
import { numbersProblem } from "../mappings/problems.ts";
import { databaseAway, HttpProblem } from "./problems.ts";

/** The problem for a known error; null for an unexpected one. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (error instanceof StoreAwayError) return databaseAway(error);
  if (error instanceof BadCursorError) {
    return new HttpProblem({
      status: 400,
      code: error.code,
      detail: error.message,
      remedy: "Pass the `next` of the previous page as `after`, or leave it out to start over.",
    });
  }
  const ofAccess = accessProblem(error);
  if (ofAccess) return ofAccess;
  const ofImport = importProblem(error);
  if (ofImport) return new HttpProblem(ofImport);
  if (error instanceof NoPoolError) {
    return new HttpProblem({
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: noPoolRemedies[error.code],
    });
  }
  const options = numbersProblem(error);
  return options && new HttpProblem({ ...options, cause: error });
}

/** Nothing was started, so the same request may be sent again. */
const noPoolRemedies: Readonly<Record<NoPoolError["code"], string>> = {
  NO_POOL:
    "Create a pool (POST /pools, the page “Pools”, or DEFAULT_POOL) or resume a paused one, then send the file again. Nothing was stored.",
  POOL_NOT_CHOSEN:
    "Name a pool in the query (?pool=ID), or make one the default, then send the file again. Nothing was stored.",
};
