/** Folders of `test` in each of the two mocha runs of `npm test`. */
export const testParts = {
  calls: ["calls"],
  others: ["unit", "integration", "browser", "lab"],
} as const;

/** Folders whose tests take too long for `npm test`. */
export const longFolders = ["long"] as const;
