/** Folders of `test` in each of the mocha runs of `npm test`, which take about the same time. */
export const testParts = {
  calls: ["calls", "integration/access"],
  faults: ["faults", "lab"],
  browser: ["unit", "browser"],
  integration: ["integration"],
} as const;

export type TestPart = keyof typeof testParts;

/** Folders whose tests take too long for `npm test`. */
export const longFolders = ["long"] as const;

const folders: readonly string[] = Object.values(testParts).flat();

/** Mocha's arguments for all files of a part: a folder within one of its folders may be another part's. */
export function filesOf(part: TestPart): readonly string[] {
  const own: readonly string[] = testParts[part];
  const others = folders.filter(
    (folder) => !own.includes(folder) && own.some((outer) => folder.startsWith(`${outer}/`)),
  );
  return [
    ...own.map((folder) => `test/${folder}/**/*.test.ts`),
    ...others.flatMap((folder) => ["--ignore", `test/${folder}/**`]),
  ];
}
