import { relative, sep } from "node:path";

/**
 * Seconds that each folder of `test` may take on two quiet cores. `calls` runs beside all others, see `test/run.ts`; the
 * longer of the two runs must stay below 45 minutes. Exceeding a budget does not fail the run, because a slow machine is
 * not a defect of the code.
 */
const budgetSeconds = { unit: 80, integration: 1_150, browser: 720, lab: 90, calls: 1_750 };

/** Measures how long the suites of each folder take, hooks included. */
export class FolderSeconds {
  #ms = new Map();
  #startedAtMs = 0;

  /** @param runner mocha's */
  listen(runner) {
    runner.on("suite", (suite) => {
      if (suite.parent?.root) this.#startedAtMs = Date.now();
    });
    runner.on("suite end", (suite) => {
      if (!suite.parent?.root || suite.file === undefined) return;
      const [folder = ""] = relative("test", suite.file).split(sep);
      this.#ms.set(folder, (this.#ms.get(folder) ?? 0) + Date.now() - this.#startedAtMs);
    });
  }

  /** One line for each folder that has run. */
  lines() {
    return [...this.#ms].map(([folder, ms]) => {
      const seconds = Math.round(ms / 1_000);
      const budget = budgetSeconds[folder];
      const over = budget !== undefined && seconds > budget ? ", over budget" : "";
      return `test/${folder}: ${seconds} s${budget === undefined ? "" : ` of ${budget} s${over}`}`;
    });
  }
}
