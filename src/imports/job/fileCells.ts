import type { Clock } from "../../ops/types.ts";
import { readRows } from "../reading/readRows.ts";
import type { FileReading } from "../reading/types.ts";

/**
 * The file is read from its beginning. A million rows of CSV take about a second; after that, the remaining rows go
 * without their cells.
 */
const longestMs = 1_500;
const mostCells = 100;
const longestCell = 200;

/**
 * The cells of these rows as they are in the uploaded file, by row. Rows are missing if the file cannot be read, or
 * not soon enough.
 */
export async function cellsInFile(
  path: string,
  reading: FileReading,
  rows: readonly number[],
  clock: Pick<Clock, "nowMs">,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, readonly string[]>();
  const wanted = new Set(rows);
  if (wanted.size === 0) return found;
  const untilMs = clock.nowMs() + longestMs;
  try {
    for await (const batch of readRows(path, reading)) {
      for (const { row, cells } of batch.rows)
        if (wanted.has(row))
          found.set(
            row,
            cells.slice(0, mostCells).map((cell) => cell.slice(0, longestCell)),
          );
      if (found.size === wanted.size || clock.nowMs() >= untilMs) break;
    }
  } catch {
    // The rows still have a result: the file was removed in the meantime, or is damaged after them.
  }
  return found;
}
