import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brokenRun, type RunOutcome } from "./runOutcome.ts";

const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");

/** A mocha run in a process of its own. */
export class TestRun {
  readonly #name: string;
  readonly #result: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  /**
   * @param folder for its report and its result
   * @param shown whether its report is shown while it runs; otherwise `printLog` shows it afterwards
   */
  constructor(
    name: string,
    files: readonly string[],
    options: { readonly environment: NodeJS.ProcessEnv; readonly folder: string; readonly shown: boolean },
  ) {
    const { environment, folder, shown } = options;
    this.#name = name;
    this.#result = join(folder, `${name}.json`);
    this.#log = join(folder, `${name}.log`);
    // Longer than in .mocharc.json: the runs share the machine.
    const args = [mocha, "--timeout", "60000", ...files, ...process.argv.slice(2)];
    this.#child = spawn(process.execPath, args, {
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

  async outcome(): Promise<RunOutcome> {
    await this.#closed;
    try {
      const outcome = JSON.parse(readFileSync(this.#result, "utf8")) as RunOutcome;
      if (this.#child.exitCode === 0 || outcome.failures.length > 0) return outcome;
      const text = `The run of ${this.#name} left something open, see its report.`;
      return { ...outcome, failures: [{ file: null, text }] };
    } catch {
      const end = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
      return brokenRun(`The run of ${this.#name} broke off: ${end}`);
    }
  }

  printLog(): void {
    process.stdout.write(readFileSync(this.#log));
  }
}
