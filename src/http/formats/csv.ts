import type { Delimiter } from "../../imports/reading/types.ts";

type Row = readonly (string | null)[];

/**
 * A table as CSV: UTF-8 with byte order mark for spreadsheets, CRLF, a header. Cells that a spreadsheet would run
 * as a formula are escaped. Yields one text per chunk.
 */
export async function* csvOf(
  headers: readonly string[],
  chunks: AsyncIterable<readonly Row[]>,
  delimiter: Delimiter,
): AsyncGenerator<string> {
  yield csvHead(headers, delimiter);
  for await (const rows of chunks) {
    let text = "";
    for (const row of rows) text += `${row.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
    yield text;
  }
}

/** Starts the file; the names of columns need no escaping. */
export const csvHead = (headers: readonly string[], delimiter: Delimiter): string =>
  `\uFEFF${headers.join(delimiter)}\r\n`;

const formula = /^[=+\-@\t\r]/;
const special = /["\r\n]/;

export function csvCell(value: string | null, delimiter: Delimiter): string {
  if (value === null) return "";
  const safe = formula.test(value) ? `'${value}` : value;
  return safe.includes(delimiter) || special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
