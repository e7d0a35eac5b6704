import type { FileReading } from "../job/reading.ts";
import { readRows } from "../reading/readRows.ts";
import { resultHeaders } from "../reading/resultHeaders.ts";
import type { RawRow } from "../rows/row.ts";
import { layoutOf, madeHeader, resultLines } from "./resultLines.ts";
import type { ResultFileOptions } from "./resultLines.ts";

/** The rows of the sheet that was read, with cells appended. */
export async function* resultSheetRows(
  path: string,
  reading: FileReading,
  options: ResultFileOptions,
): AsyncGenerator<readonly (readonly string[])[]> {
  const { headerRow } = reading;
  let layout = layoutOf(null, reading);
  if (headerRow === null) yield [[...madeHeader(reading), ...resultHeaders]];
  for await (const lines of resultLines({ ...options, rows: sheetRows(path, reading), headerRow })) {
    yield lines.map(({ raw, added }) => {
      if (raw.row === headerRow) layout = layoutOf(raw.cells, reading);
      const { width, isCut } = layout;
      const own = isCut ? raw.cells.slice(0, width) : raw.cells;
      if (added === null) return own;
      return [...own, ...Array.from({ length: Math.max(0, width - own.length) }, () => ""), ...added];
    });
  }
}

async function* sheetRows(path: string, reading: FileReading): AsyncGenerator<readonly RawRow[]> {
  for await (const { rows } of readRows(path, { ...reading, headerRow: null })) yield rows;
}
