import { writeFileSync } from "node:fs";
import mocha from "mocha";
import { FolderSeconds } from "./folderSeconds.mjs";
import { leftovers, traceLeftovers } from "./leftovers.mjs";

if (process.env["TRACE_LEFTOVERS"] === "1") traceLeftovers();

/** Of this run only, not of those that its tests start. */
const resultFile = process.env["TEST_RESULT_FILE"];
delete process.env["TEST_RESULT_FILE"];

/** The usual report, closed by one line that a machine can read. A run that leaves something open fails. */
export default class ClosingReporter extends mocha.reporters.Spec {
  #seconds = new FolderSeconds();
  /** What each file has passed, failed, and skipped. */
  #files = {};

  constructor(runner, options) {
    super(runner, options);
    this.#seconds.listen(runner);
    for (const [event, count] of [
      ["pass", "passed"],
      ["fail", "failed"],
      ["pending", "skipped"],
    ])
      runner.on(event, ({ file = "" }) => {
        this.#files[file] ??= { passed: 0, failed: 0, skipped: 0 };
        this.#files[file][count] += 1;
      });
    // Whatever the last test has closed may take a moment to disappear.
    const graceMs = Number(options.reporterOptions?.graceMs ?? 10_000);
    runner.once("end", () => setTimeout(failBecauseOpen, graceMs).unref());
  }

  epilogue() {
    super.epilogue();
    for (const line of this.#seconds.lines()) mocha.reporters.Base.consoleLog(line);
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : "";
    mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
    if (resultFile !== undefined) writeFileSync(resultFile, JSON.stringify(this.#result()));
  }

  /** For `test/run.ts`: a `RunOutcome`. */
  #result() {
    const failures = this.failures.map((test) => ({
      file: test.file ?? null,
      text: `${test.fullTitle()}: ${test.err?.message}${placeOf(test.err)}`,
    }));
    return { files: this.#files, failures };
  }
}

/** The innermost line of a test file, for errors thrown in support code or inside an await. */
function placeOf(error) {
  const place = /test\/[\w/]+\.test\.ts:\d+/u.exec(error?.stack ?? "");
  return place === null ? "" : ` (${place[0]})`;
}

/** Runs only if the process is still alive: the timer that calls it does not keep it so. */
function failBecauseOpen() {
  console.error(
    "The tests have ended, but these keep the process alive. Close them where they were opened; " +
      `TRACE_LEFTOVERS=1 shows where that was.\n${leftovers().join("\n")}`,
  );
  // Mocha sets the exit code to the number of failed tests when the process exits. This runs after it.
  process.once("exit", () => (process.exitCode ||= 1));
  process.exit();
}
