import type { RawRow } from "../rows/row.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { likenessToNumber } from "./columnContents.ts";
import { meaningOfHeader } from "./headerNames.ts";

export interface HeaderFinding {
  readonly row: number | null;
  /** We know no name in it: it is a header only because the rows below look different. */
  readonly unsure: boolean;
}

/** Titles, dates, and contacts of reports are above the header, rarely in more rows than this. */
const rowsToSearch = 30;

/**
 * The header is the first row, before any phone number, that names a column of phone numbers; else the first
 * row when names in it are known, or when it has words only and the rows below have numbers. A row with a phone number
 * may be above it, such as that of a contact, if more numbers are below.
 */
export function findHeader(rows: readonly RawRow[], options: PhoneNumberOptions): HeaderFinding {
  const filled = rows.filter(({ cells }) => countFilled(cells) > 0).slice(0, rowsToSearch);
  const numbers = filled.map((row) => likenessOfRow(row, options) > 0);
  const firstNumber = numbers.indexOf(true);
  const above = filled.slice(0, firstNumber === -1 ? rowsToSearch : firstNumber);
  const named = above.filter(namesNumbers);
  // A title such as `Телефоны клиентов` is alone in its row.
  const header =
    named.find(({ cells }) => countFilled(cells) > 1) ?? named.find((row) => row === above.at(-1));
  if (header) return { row: header.row, unsure: false };
  const below = filled.find((row, at) => {
    const count = numbers.slice(0, at).filter(Boolean).length;
    return (
      !numbers[at] &&
      count > 0 &&
      namesSeveral(row) &&
      // The rows of a list are as wide as what looks like its header; contacts are narrower.
      filled.slice(0, at).every(({ cells }) => countFilled(cells) < countFilled(row.cells)) &&
      numbers.slice(at).filter(Boolean).length > count
    );
  });
  if (below) return { row: below.row, unsure: false };
  const isTable = filled.some((row, at) => numbers[at] === true && countFilled(row.cells) > 1);
  const first = above.find(({ cells }) => !isTable || countFilled(cells) > 1) ?? above[0];
  if (!first || first.fault !== undefined || first.cells.some((cell) => /\d{4}/.test(cell))) return none;
  if (first.cells.some((cell) => meaningOfHeader(cell) !== null)) return { row: first.row, unsure: false };
  const wordsOnly = first.cells.every((cell) => /\p{L}/u.test(cell));
  return first === filled[firstNumber - 1] && wordsOnly ? { row: first.row, unsure: true } : none;
}

const none: HeaderFinding = { row: null, unsure: false };

function likenessOfRow(row: RawRow, options: PhoneNumberOptions): number {
  return Math.max(0, ...row.cells.slice(0, 100).map((cell) => likenessToNumber(cell, options)));
}

const countFilled = (cells: readonly string[]): number => cells.filter((cell) => cell.trim() !== "").length;

/** A longer cell is a text about phones. */
const longestName = 60;
const meaningOfName = (cell: string): string | null =>
  cell.length <= longestName ? (meaningOfHeader(cell)?.field ?? null) : null;

const namesNumbers = ({ cells }: RawRow): boolean =>
  cells.some((cell) => meaningOfName(cell) === "realNumber");

/** A column of numbers and another one. */
const namesSeveral = (row: RawRow): boolean =>
  namesNumbers(row) && row.cells.filter((cell) => meaningOfName(cell) !== null).length > 1;
