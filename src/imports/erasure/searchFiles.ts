import { fileOf } from "../job/uploadFolders.ts";
import type { FileReading } from "../job/reading.ts";
import { readRows } from "../reading/readRows.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";

export interface SearchedFile {
  readonly token: string;
  readonly reading: FileReading;
}

/** The files that show the number in any cell, or that cannot be read to their end. */
export async function* filesWith(
  directory: string,
  files: readonly SearchedFile[],
  trace: NumberTrace,
): AsyncGenerator<string> {
  for (const { token, reading } of files) {
    const isFound = await holds(fileOf(directory, token), reading, trace).catch(() => true);
    if (isFound) yield token;
  }
}

async function holds(path: string, reading: FileReading, trace: NumberTrace): Promise<boolean> {
  for (const source of sourcesOf(reading)) {
    for await (const { rows } of readRows(path, { ...reading, source, headerRow: null }))
      if (rows.some(({ cells }) => cells.some((cell) => trace.isIn(cell)))) return true;
  }
  return false;
}

/** A workbook has other sheets, too. */
function sourcesOf({ source }: FileReading): readonly FileReading["source"][] {
  return source.format === "csv" ? [source] : source.sheets.map(({ name }) => ({ ...source, sheet: name }));
}
