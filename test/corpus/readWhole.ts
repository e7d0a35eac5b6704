import { interpretRow } from "../../src/imports/rows/row.ts";
import type { ImportRow } from "../../src/imports/rows/row.ts";
import { UnreadableFileError } from "../../src/imports/reading/errors.ts";
import { inspectFile } from "../../src/imports/reading/inspectFile.ts";
import { readRows } from "../../src/imports/reading/readRows.ts";
import { rowReadingOf } from "../../src/imports/reading/rowReading.ts";
import type { FileSource, ReadingChoices } from "../../src/imports/reading/types.ts";

/** The result of the reading half for a whole file, in the form of the corpus's expected results. */
export type WholeFile =
  | { readonly refused: string; readonly afterRow?: number }
  | {
      readonly source: FileSource;
      readonly headerRow: number | null;
      /** Field by header, or by place where there is no header; ignored ones too. */
      readonly columns: Readonly<Record<string, string>>;
      readonly timeZone?: string;
      readonly notices: readonly string[];
      readonly count: number;
      /** Code of the refusal, or what will be stored without the fields that are empty. Of many rows the ends. */
      readonly rows: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
    };

const shown = 20;
const zone = "Europe/Moscow";

export async function readWhole(path: string, choices: ReadingChoices = {}): Promise<WholeFile> {
  try {
    const description = await inspectFile(path, { defaultCountry: "RU", timeZone: zone, choices });
    const reading = rowReadingOf(description);
    const rows: [string, string | Record<string, unknown>][] = [];
    for await (const batch of readRows(path, description)) {
      for (const raw of batch.rows) {
        const result = reading && interpretRow(raw, reading);
        const row = `${raw.row}${raw.hidden === true ? " hidden" : ""}`;
        rows.push([row, result === null ? raw.cells.join("|") : result.ok ? stored(result.row) : result.code]);
      }
    }
    const columns = description.columns.map(({ place, header, field }) => [`${place} ${header ?? ""}`.trim(), field]);
    return {
      source: description.source,
      headerRow: description.headerRow,
      columns: Object.fromEntries(columns),
      ...(description.timeZone === zone ? {} : { timeZone: description.timeZone }),
      notices: description.notices.map(({ code }) => code),
      count: rows.length,
      rows: Object.fromEntries(rows.length > 2 * shown ? [...rows.slice(0, 2), ...rows.slice(-2)] : rows),
    };
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    return { refused: error.code, ...(error.afterRow === null ? {} : { afterRow: error.afterRow }) };
  }
}

function stored({ expiresAtMs, ...row }: ImportRow): Record<string, unknown> {
  const filled = Object.entries(row).filter(([, value]) => value !== null);
  const expiry = expiresAtMs === null ? {} : { expiresAt: new Date(expiresAtMs).toISOString() };
  return { ...Object.fromEntries(filled), ...expiry };
}
