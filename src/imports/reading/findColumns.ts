import type { ImportField, RawRow } from "../rows/row.ts";
import { importFields } from "../rows/row.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { describeColumns } from "./columnContents.ts";
import type { ColumnContents } from "./columnContents.ts";
import { meaningOfHeader } from "./headerNames.ts";
import type { ColumnDescription, ReadingChoices } from "./types.ts";

interface ColumnFindings {
  readonly columns: readonly ColumnDescription[];
  /** Places of columns that hold phone numbers as well and are ignored. */
  readonly furtherNumbers: readonly number[];
}

interface Candidate {
  readonly place: number;
  readonly field: ImportField;
  readonly score: number;
  readonly because: "header" | "contents";
}

/** With less than this share of phone numbers no column is taken for them without a header that says so. */
const fewestNumbers = 0.2;

/**
 * Gives every column its meaning: what was chosen, else the header and the contents together. Each field has one
 * column; of several that fit the best is taken, then the leftmost.
 */
export function findColumns(
  header: readonly string[] | null,
  rows: readonly RawRow[],
  width: number,
  choices: NonNullable<ReadingChoices["columns"]>,
  options: PhoneNumberOptions,
): ColumnFindings {
  const contents = describeColumns(rows, width, options);
  const chosen = new Map(Object.entries(choices).map(([place, field]) => [Number(place), field]));
  const found = new Map<number, Pick<ColumnDescription, "field" | "because">>();
  for (const [place, field] of chosen) found.set(place, { field, because: "choice" });

  const taken = new Set<string>(chosen.values());
  const candidates = contents
    .flatMap((column, place) => (chosen.has(place) ? [] : candidatesOf(place, header?.[place] ?? "", column)))
    .sort((one, other) => other.score - one.score || one.place - other.place);
  for (const field of importFields) {
    const best = candidates.find((one) => one.field === field && !found.has(one.place));
    if (best && !taken.has(field)) found.set(best.place, { field, because: best.because });
  }

  const columns = contents.map((_, place) => ({
    place,
    header: header === null ? null : (header[place]?.trim() ?? ""),
    ...(found.get(place) ?? { field: "ignored" as const, because: null }),
  }));
  const ignored = columns.filter(({ field, because }) => field === "ignored" && because !== "choice");
  const furtherNumbers = ignored
    .map(({ place }) => place)
    .filter((place) => (contents[place]?.numbers ?? 0) > 0.5 && !isUnwanted(header?.[place] ?? ""));
  return { columns, furtherNumbers };
}

function isUnwanted(header: string): boolean {
  return meaningOfHeader(header)?.field === "ignored";
}

function candidatesOf(place: number, header: string, contents: ColumnContents): Candidate[] {
  const meaning = meaningOfHeader(header);
  if (meaning?.field === "ignored") return [];
  if (meaning !== null && meaning.field !== "realNumber") {
    return [{ place, field: meaning.field, score: meaning.weight, because: "header" }];
  }
  if (meaning !== null) {
    // A header may be wrong or left over, a column full of numbers hardly ever; an empty one may be filled later.
    const trust = contents.filled > 0 && contents.numbers === 0 ? meaning.weight / 4 : meaning.weight;
    return [{ place, field: "realNumber", score: trust + contents.numbers, because: "header" }];
  }
  if (contents.numbers >= fewestNumbers) {
    return [{ place, field: "realNumber", score: contents.numbers, because: "contents" }];
  }
  // A header that we do not know is no label: names are to be kept only where that is what they are.
  if (header !== "" || contents.filled === 0) return [];
  if (contents.dates > 0.8) return [{ place, field: "expiry", score: contents.dates, because: "contents" }];
  if (contents.words > 0.5) return [{ place, field: "label", score: contents.words, because: "contents" }];
  return [];
}
