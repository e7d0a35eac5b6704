import { readCsvRows } from "./csv/rows.ts";
import { UnreadableFileError } from "./errors.ts";
import { defaultLimits } from "./limits.ts";
import type { ReadingLimits } from "./limits.ts";
import type { FileReading, RowBatch } from "./types.ts";
import { readXlsxRows } from "./xlsx/rows.ts";

export interface ReadOptions {
  /** Rows up to this one were dealt with before and are left out; for going on after an interruption. */
  readonly afterRow?: number;
  /** Rows in a batch at most. Default 1000. */
  readonly batchRows?: number;
  readonly limits?: Partial<ReadingLimits>;
}

/**
 * The data rows of a file, in their order, read as `reading` says. Memory is bounded by the limits and the size
 * of a batch, however slowly the batches are taken; leaving the loop closes the file. Throws
 * `UnreadableFileError` where the file turns out to be damaged; the rows before it were good.
 */
export async function* readRows(
  path: string,
  reading: FileReading,
  options: ReadOptions = {},
): AsyncGenerator<RowBatch> {
  const limits = { ...defaultLimits, ...options.limits };
  const size = options.batchRows ?? 1000;
  const after = Math.max(reading.headerRow ?? 0, options.afterRow ?? 0);
  const { source } = reading;
  const batches =
    source.format === "csv" ? readCsvRows(path, source, limits) : readXlsxRows(path, source.sheet, limits);
  let count = 0;
  for await (const { rows, progress } of batches) {
    const [first] = rows;
    count += rows.length;
    if (first && count > limits.rows) {
      throw new UnreadableFileError("FILE_TOO_MANY_ROWS", { afterRow: first.row - 1 });
    }
    const wanted = first && first.row > after ? rows : rows.filter(({ row }) => row > after);
    for (let at = 0; at < wanted.length; at += size) yield { rows: wanted.slice(at, at + size), progress };
  }
}
