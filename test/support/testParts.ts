/** Folders of `test` in each of the mocha runs of `npm test`, which take about the same time. */
export const testParts = {
  calls: ["calls"],
  faults: ["faults", "lab"],
  browser: ["unit", "browser"],
  integration: ["integration"],
} as const;

/** Folders whose tests take too long for `npm test`. */
export const longFolders = ["long"] as const;
