import type { ReadingLimits } from "../limits.ts";
import type { RowBatch } from "../types.ts";
import { openWorkbook } from "./workbook.ts";

/** The rows of one sheet of a workbook from the first one on, in batches as they come. */
export async function* readXlsxRows(
  path: string,
  sheet: string,
  limits: ReadingLimits,
): AsyncGenerator<RowBatch> {
  const workbook = await openWorkbook(path, limits);
  try {
    yield* workbook.read(sheet);
  } finally {
    workbook.close();
  }
}
