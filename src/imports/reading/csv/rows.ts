import type { RawRow } from "../../rows/row.ts";
import { CsvTokenizer } from "./tokenizer.ts";
import { decodeFile } from "../decodeFile.ts";
import type { ReadingLimits } from "../limits.ts";
import type { CsvSource, RowBatch } from "../types.ts";

/** The rows of a CSV file from its first one on, in batches as they come. */
export async function* readCsvRows(
  path: string,
  source: CsvSource,
  limits: ReadingLimits,
): AsyncGenerator<RowBatch> {
  const tokenizer = new CsvTokenizer(source, limits);
  for await (const { text, progress } of decodeFile(path, source.encoding)) {
    const rows = tokenizer.write(text);
    if (rows.length > 0) yield { rows, progress };
  }
  const rows: readonly RawRow[] = tokenizer.end();
  if (rows.length > 0) yield { rows, progress: 1 };
}
