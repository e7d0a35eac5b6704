import type { RawRow } from "../../rows/row.ts";
import type { PhoneNumberOptions } from "../../../values/phoneNumber.ts";
import { describeColumns } from "../columnContents.ts";
import { CsvTokenizer } from "./tokenizer.ts";
import { meaningOfHeader } from "../headerNames.ts";
import type { ReadingLimits } from "../limits.ts";
import { delimiters } from "../types.ts";
import type { CsvDialect, Delimiter, Quote, ReadingChoices } from "../types.ts";

const separatorLine = /^"?sep=([;,\t|])"?(?:[\r\n]|$)/i;
const rowsToCompare = 200;

/**
 * Finds the delimiter in the first piece of a text: that of a `sep=` line, otherwise the one that gives rows of equal
 * length and a column of phone numbers. null if each row is one cell: a comma in a cell is then not mistaken for a
 * delimiter, and two numbers in a cell are recognised as two.
 */
export function findDialect(
  sample: string,
  choices: Pick<ReadingChoices, "delimiter" | "quote">,
  options: PhoneNumberOptions,
  limits: ReadingLimits,
): CsvDialect {
  const said = separatorLine.exec(sample)?.[1];
  const quote = choices.quote === undefined ? quoteOf(sample) : choices.quote;
  const plain = { quote, separatorLine: said !== undefined };
  const base = escapesQuotes(sample, plain, limits) ? { ...plain, escape: "\\" as const } : plain;
  if (choices.delimiter !== undefined) return { ...base, delimiter: choices.delimiter };
  const declared = delimiters.find((delimiter) => delimiter === said);
  if (declared !== undefined) return { ...base, delimiter: declared };

  const present = delimiters.filter((delimiter) => sample.includes(delimiter));
  // A sheet saved without content has only delimiters.
  let best: { delimiter: Delimiter | null; score: number } = {
    delimiter: /[\p{L}\p{N}]/u.test(sample) ? null : (present[0] ?? null),
    score: 0,
  };
  for (const delimiter of present) {
    const score = scoreOf(firstRows(sample, { ...base, delimiter }, limits), options);
    // Of equals, the first in the list wins: a semicolon is rarely part of a text.
    if (score > best.score) best = { delimiter, score };
  }
  const wrapped = best.score === 0 ? delimiterWithin(sample, base, options, limits) : null;
  return wrapped === null
    ? { ...base, delimiter: best.delimiter }
    : { ...base, delimiter: wrapped, wrapped: true };
}

/** Cells in single quotes. One single quote at the start comes from Excel. */
const singleQuoted = /(?:^|[;,\t|\r\n])'[^'"\r\n;,\t|]*'(?=[;,\t|\r\n]|$)/g;
const doubleQuoted = /(?:^|[;,\t|\r\n])"/g;

function quoteOf(sample: string): Quote {
  if (isOfQuotedLines(sample)) return "'";
  const singles = sample.match(singleQuoted)?.length ?? 0;
  return singles > 1 && singles > (sample.match(doubleQuoted)?.length ?? 0) ? "'" : '"';
}

/** Each line as a whole is in single quotes. The last one may be cut. */
function isOfQuotedLines(sample: string): boolean {
  if (!sample.startsWith("'")) return false;
  const lines = sample.split(/[\r\n]+/);
  return lines.length > 2 && lines.slice(0, -1).every((line) => line.length > 1 && /^'.*'$/.test(line));
}

/** Whether quotes within quotes follow backslashes, as MySQL writes them: then fewer rows are broken. */
function escapesQuotes(
  sample: string,
  { quote, separatorLine: hasLine }: Pick<CsvDialect, "quote" | "separatorLine">,
  limits: ReadingLimits,
): boolean {
  if (quote === null || !sample.includes(`\\${quote}`)) return false;
  const faults = (escape: boolean): number =>
    delimiters.reduce((fewest, delimiter) => {
      const dialect = { quote, separatorLine: hasLine, delimiter, ...(escape && { escape: "\\" as const }) };
      const count = firstRows(sample, dialect, limits).filter(({ fault }) => fault !== undefined).length;
      return Math.min(fewest, count);
    }, Number.POSITIVE_INFINITY);
  return faults(true) < faults(false);
}

/** The delimiter of cells if each line is quoted as a whole; null: it is not. */
function delimiterWithin(
  sample: string,
  base: Omit<CsvDialect, "delimiter">,
  options: PhoneNumberOptions,
  limits: ReadingLimits,
): Delimiter | null {
  if (base.quote === null || !sample.startsWith(base.quote)) return null;
  for (const delimiter of delimiters) {
    if (!sample.includes(delimiter)) continue;
    const rows = firstRows(sample, { ...base, delimiter, wrapped: true }, limits, true);
    const filled = rows.filter(({ cells }) => cells.length > 0);
    const width = usualWidth(filled);
    const isTable = width > 1 && filled.every(({ cells }) => cells.length === width);
    if (isTable && scoreOf(rows, options) > 1) return delimiter;
  }
  return null;
}

/** The rows of a text that may end anywhere; the last one is dropped if it may be incomplete. */
export function firstRows(
  sample: string,
  dialect: CsvDialect,
  limits: ReadingLimits,
  complete = false,
): RawRow[] {
  const tokenizer = new CsvTokenizer(dialect, limits);
  const rows = tokenizer.write(sample);
  const rest = tokenizer.end();
  // One incomplete row is better than none.
  return complete || rows.length === 0 ? [...rows, ...rest] : rows;
}

/**
 * 0: not the delimiter, because most rows do not have it. Otherwise higher for rows of equal length, for a column of
 * phone numbers, and for a first row of known names.
 */
function scoreOf(rows: readonly RawRow[], options: PhoneNumberOptions): number {
  const filled = rows.filter((row) => row.cells.some((cell) => cell.trim() !== "")).slice(0, rowsToCompare);
  const divided = filled.filter((row) => row.cells.length > 1);
  const names = filled[0]?.cells.filter((cell) => meaningOfHeader(cell) !== null).length ?? 0;
  const isHeader = names > 1;
  if (divided.length === 0 || (!isHeader && divided.length < filled.length / 2)) return 0;
  const width = usualWidth(divided);
  const alike = divided.filter((row) => row.cells.length === width).length / filled.length;
  const numbers = Math.max(...describeColumns(divided, width, options).map((column) => column.numbers));
  return alike + 2 * numbers + (isHeader ? 1 : 0);
}

/** The number of cells that most rows have; the smaller of two that are equally frequent. 0 for no rows. */
export function usualWidth(rows: readonly RawRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  let usual = 0;
  for (const [width, count] of [...counts].sort(([one], [other]) => one - other)) {
    if (count > (counts.get(usual) ?? 0)) usual = width;
  }
  return usual;
}
