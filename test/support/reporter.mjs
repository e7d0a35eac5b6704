import mocha from "mocha";

/** Time for what the last test has closed to be gone. */
const graceMs = 10_000;

/** The usual report, closed by one line that a machine can read. */
export default class ClosingReporter extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    // The process ends by itself, unless a test has left a server, a timer, or a process behind. That is a failure.
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
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : "";
    mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
