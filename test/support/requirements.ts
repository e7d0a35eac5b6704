import { installLab, type LabAddresses, LabUnavailableError } from "../../lab/lab.ts";
import { labForTests } from "./labTurn.ts";
import { OwnLab } from "./ownLab.ts";

/** Long enough for the first lab of a machine, and for the turn of another run of the tests. */
const LAB_TIMEOUT_MS = 1_800_000;

/**
 * For `before`: what a suite needs is missing. On a machine of a person the suite is skipped with the reason; with
 * `REQUIRE_LAB=1`, which `.ci/run` sets, it fails, because a run that leaves out the real calls must not be green.
 */
export function skipOrFail(suite: Mocha.Context, reason: string, cause?: unknown): never {
  if (process.env["REQUIRE_LAB"] === "1")
    throw new Error(`REQUIRE_LAB=1, so nothing may be skipped: ${reason}`, { cause });
  console.log(`    skipped: ${reason}`);
  return suite.skip();
}

const orSkip = async <T>(suite: Mocha.Context, work: () => Promise<T>): Promise<T> => {
  suite.timeout(LAB_TIMEOUT_MS);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LabUnavailableError)) throw error;
    return skipOrFail(suite, error.message, error);
  }
};

/** For `before`: the lab for this run alone, or the suite is skipped, or fails, with the reason. */
export const labOrSkip = (suite: Mocha.Context): Promise<LabAddresses> => orSkip(suite, labForTests);

/** For `before`: a lab of its own, from the programs of the one that all share; others may use that meanwhile. */
export const ownLabOrSkip = async (suite: Mocha.Context): Promise<OwnLab> => {
  await orSkip(suite, installLab);
  return OwnLab.make();
};
