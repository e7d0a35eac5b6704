import { readFileSync } from "node:fs";

/** One call, in the words of `docs/masking.md`. */
export interface MaskingRow {
  readonly caller: string;
  readonly dials: string;
  readonly rings: string;
  readonly shown: string;
  readonly record: string;
}

/** The rows of the table "Who sees what", so that the document and the calls cannot differ. */
export function maskingTable(): readonly MaskingRow[] {
  const text = readFileSync("docs/masking.md", "utf8");
  const [, table = ""] = /\n\| caller .*\n\| -.*\n((?:\|.*\n)+)/u.exec(text) ?? [];
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [caller = "", dials = "", rings = "", shown = "", record = ""] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", ""));
      return { caller, dials, rings, shown, record };
    });
}
