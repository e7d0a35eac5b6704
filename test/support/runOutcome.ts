interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What one mocha run reports, by file, as `reporter.mjs` writes it. */
export interface RunOutcome {
  readonly files: Readonly<Record<string, Counts>>;
  /** `file`: null if the failure belongs to the run as a whole. */
  readonly failures: readonly { readonly file: string | null; readonly text: string }[];
}

export const brokenRun = (text: string): RunOutcome => ({ files: {}, failures: [{ file: null, text }] });

/** The files with failed tests; null if something else than a test failed, which no second attempt can answer. */
export function failedFiles({ failures }: RunOutcome): string[] | null {
  const files = new Set<string>();
  for (const { file } of failures) {
    if (file === null) return null;
    files.add(file);
  }
  return [...files];
}

/** The second attempt counts for its files. */
export const withSecondAttempt = (first: RunOutcome, second: RunOutcome): RunOutcome => ({
  files: { ...first.files, ...second.files },
  failures: second.failures,
});

export function totalOf(outcomes: readonly RunOutcome[]): Counts {
  const counts = outcomes.flatMap(({ files }) => Object.values(files));
  const sum = (count: keyof Counts): number => counts.reduce((total, file) => total + file[count], 0);
  // A run that broke off has failed, though none of its tests may have.
  const broken = outcomes.flatMap(({ failures }) => failures).filter(({ file }) => file === null).length;
  return { passed: sum("passed"), failed: sum("failed") + broken, skipped: sum("skipped") };
}
