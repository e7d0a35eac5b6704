import type { RawRow } from "../rows/row.ts";
import { readExpiry } from "../rows/expiryCell.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumberOptions, PhoneNumberRefusal } from "../../values/phoneNumber.ts";

/** What the cells of one column look like; shares are of the cells that are not empty, 0 to 1. */
export interface ColumnContents {
  readonly filled: number;
  /** Phone numbers, the ruined ones counted as halves. */
  readonly numbers: number;
  readonly dates: number;
  /** Texts with a letter. */
  readonly words: number;
}

/** Refused, and yet a sign that the column is meant for phone numbers. */
const ruined: ReadonlySet<PhoneNumberRefusal> = new Set([
  "SCIENTIFIC_NOTATION",
  "SEVERAL_NUMBERS",
  "EXTENSION",
]);

/** 1 for a phone number, 0.5 for one that is ruined, 0 for anything else. */
export function likenessToNumber(cell: string, options: PhoneNumberOptions): number {
  if (!/\d/.test(cell)) return 0;
  const parsed = parsePhoneNumber(cell, options);
  if (parsed.ok) return 1;
  return ruined.has(parsed.code) ? 0.5 : 0;
}

/** Reading numbers takes time, and more cells than these would tell nothing new. */
const cellsToRead = 10_000;

/** Looks at the columns of the first of the rows given, as many columns as `width`. */
export function describeColumns(
  rows: readonly RawRow[],
  width: number,
  options: PhoneNumberOptions,
): ColumnContents[] {
  const some = rows.slice(0, Math.max(10, Math.ceil(cellsToRead / Math.max(1, width))));
  return Array.from({ length: width }, (_, place) => {
    const cells = some.map((row) => row.cells[place]?.trim() ?? "").filter((cell) => cell !== "");
    const share = (count: number): number => (cells.length === 0 ? 0 : count / cells.length);
    return {
      filled: cells.length,
      numbers: share(cells.reduce((sum, cell) => sum + likenessToNumber(cell, options), 0)),
      dates: share(cells.filter(isDate).length),
      words: share(cells.filter((cell) => /\p{L}/u.test(cell) && !isDate(cell)).length),
    };
  });
}

function isDate(cell: string): boolean {
  return /\d/.test(cell) && readExpiry(cell, "UTC").ok;
}
