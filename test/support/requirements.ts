import { installLab, type LabAddresses, LabUnavailableError } from "../../lab/lab.ts";
import { labForTests } from "./labTurn.ts";
import { OwnLab } from "./ownLab.ts";

/** Long enough to install the lab, or to wait for another test run. */
const LAB_TIMEOUT_MS = 1_800_000;

/**
 * For `before`: a requirement of the suite is missing. On a developer's machine, the suite is skipped with the reason.
 * With `REQUIRE_LAB=1`, as in `.ci/run`, it fails, because a run without real calls must not pass.
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

/** For `before`: reserves the lab for this run. Without a lab, the suite is skipped or fails with the reason. */
export const labOrSkip = (suite: Mocha.Context): Promise<LabAddresses> => orSkip(suite, labForTests);

/** For `before`: creates a separate lab with the programs of the shared one, which other runs may use meanwhile. */
export const ownLabOrSkip = async (suite: Mocha.Context): Promise<OwnLab> => {
  await orSkip(suite, installLab);
  return OwnLab.make();
};
