import type { RawRow } from "../rows/row.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { likenessToNumber } from "./columnContents.ts";
import { meaningOfHeader } from "./headerNames.ts";

export interface HeaderFinding {
  readonly row: number | null;
  /** We know no name in it: it is a header only because the rows below look different. */
  readonly unsure: boolean;
}

/** Titles and dates of reports are above the header, rarely in more rows than this. */
const rowsToSearch = 10;

/**
 * The header is the first row, before any phone number, that names a column of phone numbers; else the first
 * row when names in it are known, or when it has words only and the rows below have numbers.
 */
export function findHeader(rows: readonly RawRow[], options: PhoneNumberOptions): HeaderFinding {
  const filled = rows.filter((row) => row.cells.some((cell) => cell.trim() !== "")).slice(0, rowsToSearch);
  const firstNumber = filled.findIndex((row) => likenessOfRow(row, options) > 0);
  const above = filled.slice(0, firstNumber === -1 ? rowsToSearch : firstNumber);
  const named = above.find((row) => namesNumbers(row));
  if (named) return { row: named.row, unsure: false };
  const [first] = above;
  if (!first || first.fault !== undefined || first.cells.some((cell) => /\d{4}/.test(cell))) return none;
  if (first.cells.some((cell) => meaningOfHeader(cell) !== null)) return { row: first.row, unsure: false };
  const wordsOnly = first.cells.every((cell) => /\p{L}/u.test(cell));
  return firstNumber === 1 && wordsOnly ? { row: first.row, unsure: true } : none;
}

const none: HeaderFinding = { row: null, unsure: false };

function likenessOfRow(row: RawRow, options: PhoneNumberOptions): number {
  return Math.max(0, ...row.cells.slice(0, 100).map((cell) => likenessToNumber(cell, options)));
}

/** A title such as `Телефоны клиентов` is alone in its row; among several cells, or above numbers, it is a header. */
function namesNumbers(row: RawRow): boolean {
  return row.cells.some((cell) => cell.length <= 60 && meaningOfHeader(cell)?.field === "realNumber");
}
