type Row = readonly (string | null)[];

/**
 * A table as CSV: UTF-8 with byte order mark for spreadsheets, CRLF, a header. Cells that a spreadsheet would run
 * as a formula are escaped. Yields one text per chunk.
 */
export async function* csvOf(
  headers: readonly string[],
  chunks: AsyncIterable<readonly Row[]>,
  delimiter: string,
): AsyncGenerator<string> {
  yield `\uFEFF${headers.join(delimiter)}\r\n`;
  for await (const rows of chunks) {
    let text = "";
    for (const row of rows) text += `${row.map((cell) => csvCell(cell, delimiter)).join(delimiter)}\r\n`;
    yield text;
  }
}

const formula = /^[=+\-@\t\r]/;
const special = /["\r\n]/;

export function csvCell(value: string | null, delimiter: string): string {
  if (value === null) return "";
  const safe = formula.test(value) ? `'${value}` : value;
  return safe.includes(delimiter) || special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
