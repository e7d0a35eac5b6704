import { guarded } from "../../imports/rows/formulaGuard.ts";
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
    for (const row of rows) text += `${row.map((cell) => csvCell(cell)).join(delimiter)}\r\n`;
    yield text;
  }
}

/** Starts the file; the names of columns need no escaping. */
export const csvHead = (headers: readonly string[], delimiter: Delimiter): string =>
  `\uFEFF${headers.join(delimiter)}\r\n`;

/** A phone number, masked or not: `+79161234567` is the same as a formula. */
const phone = /^\+[\d \u2022]+$/;
/** Whatever splits the file: its delimiter is not always the one it is opened with. */
const special = /["\r\n,;\t]/;

export function csvCell(value: string | null): string {
  if (value === null) return "";
  const safe = phone.test(value) ? value : guarded(value);
  return special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
