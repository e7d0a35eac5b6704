import { relative, sep } from "node:path";

/** How many of the slowest files are named. */
const named = 8;

/**
 * Seconds that each folder of `test` may take on two quiet cores. The runs of `test/run.ts` share them; the
 * longest run must stay below 45 minutes. Exceeding a budget does not fail the run, because a slow machine is
 * not a defect of the code.
 */
const budgetSeconds = { unit: 90, integration: 2000, browser: 1_100, lab: 280, calls: 1_000, faults: 1_000 };

/** Measures how long the suites of each folder take, hooks included. */
export class FolderSeconds {
  #ms = new Map();
  #fileMs = new Map();
  #startedAtMs = 0;

  /** @param runner mocha's */
  listen(runner) {
    runner.on("suite", (suite) => {
      if (suite.parent?.root) this.#startedAtMs = Date.now();
    });
    runner.on("suite end", (suite) => {
      if (!suite.parent?.root || suite.file === undefined) return;
      const file = relative("test", suite.file);
      const [folder = ""] = file.split(sep);
      const ms = Date.now() - this.#startedAtMs;
      this.#ms.set(folder, (this.#ms.get(folder) ?? 0) + ms);
      this.#fileMs.set(file, (this.#fileMs.get(file) ?? 0) + ms);
    });
  }

  /** One line for each folder that has run, and one for its slowest files. */
  lines() {
    return [...this.#ms].flatMap(([folder, ms]) => {
      const seconds = Math.round(ms / 1_000);
      const budget = budgetSeconds[folder];
      const over = budget !== undefined && seconds > budget ? ", over budget" : "";
      const slowest = [...this.#fileMs]
        .filter(([file]) => file.startsWith(folder + sep))
        .sort(([, one], [, other]) => other - one)
        .slice(0, named)
        .map(([file, fileMs]) => `${file.slice(folder.length + 1)} ${Math.round(fileMs / 1_000)} s`);
      return [
        `test/${folder}: ${seconds} s${budget === undefined ? "" : ` of ${budget} s${over}`}`,
        `  slowest: ${slowest.join(", ")}`,
      ];
    });
  }
}
