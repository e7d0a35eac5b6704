import mocha from "mocha";
import { FolderSeconds } from "./folderSeconds.mjs";

/** Time for what the last test has closed to be gone. */
const graceMs = 10_000;

/** The usual report, closed by one line that a machine can read. */
export default class ClosingReporter extends mocha.reporters.Spec {
  #seconds = new FolderSeconds();

  constructor(runner, options) {
    super(runner, options);
    this.#seconds.listen(runner);
    // A process that goes on after its last test has left a server, a timer, or a process behind. It is ended, and what
    // is open is named. Mocha sets the exit code, which is the number of failed tests.
    runner.once("end", () => {
      setTimeout(() => {
        const left = process.getActiveResourcesInfo().join(", ");
        console.error(`The tests have ended, but the process has not. Still open: ${left}`);
        process.exit(1);
      }, graceMs).unref();
    });
  }

  epilogue() {
    super.epilogue();
    for (const line of this.#seconds.lines()) mocha.reporters.Base.consoleLog(line);
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : "";
    mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
