import type { ImportCounts, ResultCode } from "./types.ts";

export const noCounts: ImportCounts = {
  rows: 0,
  created: 0,
  existing: 0,
  differing: 0,
  updated: 0,
  duplicate: 0,
  rejected: 0,
  blank: 0,
  header: 0,
  refusals: {},
};

const kinds = {
  CREATED: "created",
  EXISTING: "existing",
  DIFFERS: "differing",
  UPDATED: "updated",
  DUPLICATE_IN_FILE: "duplicate",
  BLANK_ROW: "blank",
  RELEASED_MAPPING: "blank",
  HEADER: "header",
} as const;

const hasKind = (code: ResultCode): code is keyof typeof kinds => Object.hasOwn(kinds, code);

/** Which of the counts a row belongs to. */
export function kindOf(code: ResultCode): Exclude<keyof ImportCounts, "rows" | "refusals"> {
  return hasKind(code) ? kinds[code] : "rejected";
}

/** The counts with these rows added. */
export function withRows(counts: ImportCounts, codes: Iterable<ResultCode>): ImportCounts {
  const sums = { ...counts, refusals: { ...counts.refusals } };
  for (const code of codes) {
    const kind = kindOf(code);
    sums.rows += 1;
    sums[kind] += 1;
    if (kind === "rejected") sums.refusals[code] = (sums.refusals[code] ?? 0) + 1;
  }
  return sums;
}
