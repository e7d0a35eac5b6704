/** Folders of `test` in each of the mocha runs of `npm test`. */
export const testParts = {
  calls: ["calls"],
  faults: ["faults"],
  browser: ["browser"],
  others: ["unit", "integration", "lab"],
} as const;

/** Folders whose tests take too long for `npm test`. */
export const longFolders = ["long"] as const;
