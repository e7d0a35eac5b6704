import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { installLab, LabUnavailableError } from "../lab/lab.ts";
import { OwnLab } from "./support/ownLab.ts";
import { failedFiles, type RunOutcome, totalOf, withSecondAttempt } from "./support/runOutcome.ts";
import { filesOf, type TestPart, testParts } from "./support/testParts.ts";
import { TestRun } from "./support/testRun.ts";

/**
 * `npm test`: four mocha runs at the same time, because all tests wait a lot: real calls, calls during faults, pages in a
 * browser, and the integration of the parts. Each has a new lab of its own, because all of them stop servers, and because
 * a shared one may be in use or hold the tables of an older version. Arguments are passed on to each.
 *
 * A few files with failed tests run once more, alone, after all runs. What fails again has failed. What passes is listed as
 * unstable: four busy runs on two cores delay a process by seconds, and the list shows where a test or the application
 * cannot bear that. More failures than a few are never put down to that.
 */
const mostSecondAttempts = 3;

const folder = mkdtempSync(join(tmpdir(), "phone-proxy-tests-"));

/** Empty where there is no lab: the suites that need one say so. */
async function newLabs(): Promise<Partial<Record<TestPart, OwnLab>>> {
  try {
    await installLab(console.log);
  } catch (error) {
    if (error instanceof LabUnavailableError) return {};
    throw error;
  }
  return {
    calls: await OwnLab.make({ servers: [13_000, 13_999], rtp: [20_000, 24_999] }),
    faults: await OwnLab.make({ servers: [14_000, 14_999], rtp: [25_000, 29_999] }),
    browser: await OwnLab.make({ servers: [15_000, 15_999], rtp: [30_000, 30_499] }),
    integration: await OwnLab.make({ servers: [16_000, 16_999], rtp: [30_500, 30_999] }),
  };
}

/** Starts what is not running: a failed test may have left a server stopped. */
async function bringUp(lab: OwnLab | undefined): Promise<void> {
  if (lab === undefined) return;
  const { status, output } = await lab.run("up");
  if (status !== 0) throw new Error(`A lab for the tests does not start:\n${output}`);
}

const labs = await newLabs();

const start = (part: TestPart, name: string, files: readonly string[], shown: boolean): TestRun =>
  new TestRun(name, files, { environment: labs[part]?.addresses ?? {}, folder, shown });

async function secondAttempt(
  part: TestPart,
  first: RunOutcome,
  files: readonly string[],
): Promise<RunOutcome> {
  await bringUp(labs[part]);
  console.log(`\nSecond attempt, alone: ${files.map((file) => relative("", file)).join(", ")}`);
  const second = await start(part, `${part}-again`, files, true).outcome();
  return withSecondAttempt(first, second);
}

const listed = (title: string, outcomes: readonly RunOutcome[]): string =>
  `\n${title}:\n${outcomes.flatMap(({ failures }) => failures.map(({ text }) => `  - ${text}`)).join("\n")}`;

// Each run gets the signal of a terminal as well, and ends by itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
try {
  await Promise.all(Object.values(labs).map(bringUp));
  const parts = Object.keys(testParts) as TestPart[];
  const runs = parts.map((part, index) => start(part, part, filesOf(part), index === 0));
  const first = await Promise.all(runs.map((run) => run.outcome()));
  for (const run of runs.slice(1)) run.printLog();

  const last = [...first];
  const repeated = first.map(failedFiles);
  const count = repeated.reduce((sum, files) => sum + (files?.length ?? Number.POSITIVE_INFINITY), 0);
  if (count > 0 && count <= mostSecondAttempts)
    for (const [index, part] of parts.entries()) {
      const files = repeated[index] ?? [];
      const outcome = first[index];
      if (files.length > 0 && outcome !== undefined) last[index] = await secondAttempt(part, outcome, files);
    }

  const { passed, failed, skipped } = totalOf(last);
  if (failed > 0) console.log(listed("Failed", last));
  else if (count > 0) console.log(listed("Unstable: failed beside the other runs, passed alone", first));
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  for (const lab of Object.values(labs)) await lab.remove();
  rmSync(folder, { recursive: true, force: true });
}
