import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installLab, LabUnavailableError } from "../lab/lab.ts";
import { OwnLab } from "./support/ownLab.ts";
import { testParts } from "./support/testParts.ts";

/**
 * `npm test`: four mocha runs at the same time, because all tests wait a lot: real calls, calls during faults, pages in a
 * browser, and the integration of the parts. Each has a new lab of its own, because all of them stop servers, and because
 * a shared one may be in use or hold the tables of an older version. Arguments are passed on to each.
 */
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const folder = mkdtempSync(join(tmpdir(), "phone-proxy-tests-"));

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
}

class TestRun {
  readonly name: string;
  readonly #result: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  /** @param shown whether its report is shown while it runs; otherwise `printLog` shows it afterwards. */
  constructor(name: keyof typeof testParts, environment: NodeJS.ProcessEnv, shown: boolean) {
    this.name = name;
    this.#result = join(folder, `${name}.json`);
    this.#log = join(folder, `${name}.log`);
    const patterns = testParts[name].map((part) => `test/${part}/**/*.test.ts`);
    this.#child = spawn(process.execPath, [mocha, ...patterns, ...process.argv.slice(2)], {
      env: { ...process.env, ...environment, TEST_RESULT_FILE: this.#result },
      stdio: ["ignore", shown ? "inherit" : "pipe", shown ? "inherit" : "pipe"],
    });
    const log = shown ? null : createWriteStream(this.#log);
    for (const output of [this.#child.stdout, this.#child.stderr])
      if (log !== null) output?.pipe(log, { end: false });
    this.#closed = once(this.#child, "close").then(async () => {
      if (log !== null) await once(log.end(), "finish");
    });
  }

  async outcome(): Promise<Outcome> {
    await this.#closed;
    try {
      const outcome = JSON.parse(readFileSync(this.#result, "utf8")) as Outcome;
      if (this.#child.exitCode === 0 || outcome.failed > 0) return outcome;
      const failures = [`The run of ${this.name} left something open, see its report.`];
      return { ...outcome, failed: 1, failures };
    } catch {
      const end = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
      return { passed: 0, failed: 1, skipped: 0, failures: [`The run of ${this.name} broke off: ${end}`] };
    }
  }

  printLog(): void {
    process.stdout.write(readFileSync(this.#log));
  }
}

/** Empty where there is no lab: the suites that need one say so. */
async function newLabs(): Promise<Partial<Record<keyof typeof testParts, OwnLab>>> {
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

async function begin(lab: OwnLab): Promise<void> {
  const { status, output } = await lab.run("up");
  if (status !== 0) throw new Error(`A lab for the tests does not start:\n${output}`);
}

const labs = await newLabs();
// Each run gets the signal of a terminal as well, and ends by itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
try {
  await Promise.all(Object.values(labs).map(begin));
  const start = (name: keyof typeof testParts, shown: boolean): TestRun =>
    new TestRun(name, labs[name]?.addresses ?? {}, shown);
  const calls = start("calls", true);
  const others = (["faults", "browser", "integration"] as const).map((name) => start(name, false));
  const outcomes = await Promise.all([calls, ...others].map((run) => run.outcome()));
  for (const run of others) run.printLog();
  const total = (count: "passed" | "failed" | "skipped"): number =>
    outcomes.reduce((sum, outcome) => sum + outcome[count], 0);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  if (failures.length > 0)
    console.log(`\nFailed:\n${failures.map((failure) => `  - ${failure}`).join("\n")}`);
  const skipped = total("skipped") > 0 ? `, ${total("skipped")} skipped` : "";
  console.log(`${total("passed")} passed, ${total("failed")} failed${skipped}`);
  process.exitCode = total("failed") > 0 ? 1 : 0;
} finally {
  for (const lab of Object.values(labs)) await lab.remove();
  rmSync(folder, { recursive: true, force: true });
}
