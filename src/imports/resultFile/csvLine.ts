import type { CsvDialect, Delimiter } from "../reading/types.ts";
import type { RawRow, RowText } from "../rows/row.ts";
import type { layoutOf } from "./resultLines.ts";

/** Of a file whose rows have one cell each: any of them may contain a comma. */
const delimiterOfLists: Delimiter = ";";
const special = /["\r\n,;\t]/;

/** How cells are appended to the rows of a file, so that they can be read with it again. */
export interface LineStyle {
  readonly dialect: CsvDialect;
  /** All cells of the file are quoted. */
  readonly quotesAll: boolean;
}

export const delimiterOf = ({ delimiter }: CsvDialect): Delimiter => delimiter ?? delimiterOfLists;

/** Whether all cells of a row are quoted. */
export const isQuoted = ({ text, ends }: RowText, { quote }: CsvDialect): boolean =>
  quote !== null &&
  text !== "" &&
  ends.every((_, at) => text[at === 0 ? 0 : (ends[at - 1] ?? 0) + 1] === quote);

export function cellText(text: string, { dialect, quotesAll }: LineStyle): string {
  const { quote } = dialect;
  const delimiter = delimiterOf(dialect);
  if (quote === null) return text.replaceAll(delimiter, " ").replaceAll(/[\r\n]+/g, " ");
  const needsQuotes = quotesAll || special.test(text) || text.includes(delimiter) || text.includes(quote);
  const doubled = dialect.escape === undefined ? quote + quote : dialect.escape + quote;
  return needsQuotes ? quote + text.replaceAll(quote, () => doubled) + quote : text;
}

/** A row of the file, unchanged, with cells appended; null: none. */
export function csvLine(
  raw: RawRow,
  added: readonly string[] | null,
  { width, isCut }: ReturnType<typeof layoutOf>,
  style: LineStyle,
): string {
  const { dialect } = style;
  const { text, ends, quoted } = raw.source ?? nothing;
  // Blank cells beyond the others, as spreadsheets write them, would put the added ones elsewhere.
  const endsBlank = added !== null && raw.cells.length > width && isBlank(raw.cells.slice(width));
  const isLonger = ends.length > width && (isCut || endsBlank);
  const own = isLonger ? text.slice(0, ends[width - 1]) : text;
  const count = isLonger ? width : cellCount(raw, dialect);
  const line =
    (dialect.delimiter === null ? asCell(own, style) : own) +
    (added === null ? "" : behind(added, Math.max(1, 1 + width - Math.max(1, count)), style));
  return quoted && dialect.wrapped === true && dialect.quote !== null
    ? dialect.quote + line.replaceAll(dialect.quote, dialect.quote + dialect.quote) + dialect.quote
    : line;
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");

/** In a row that could not be read, cells are counted as a person would. */
function cellCount({ source = nothing, fault }: RawRow, { delimiter }: CsvDialect): number {
  return fault === undefined || delimiter === null ? source.ends.length : source.text.split(delimiter).length;
}

/** The added cells, that many delimiters away. */
const behind = (added: readonly string[], delimiters: number, style: LineStyle): string => {
  const delimiter = delimiterOf(style.dialect);
  return delimiter.repeat(delimiters) + added.map((cell) => cellText(cell, style)).join(delimiter);
};

const nothing: RowText = { text: "", ends: [], quoted: false };

/** A line that was one cell and now has more cells appended. */
const asCell = (text: string, { dialect }: LineStyle): string =>
  dialect.quote !== null && text.startsWith(dialect.quote)
    ? text
    : cellText(text, { dialect, quotesAll: false });
