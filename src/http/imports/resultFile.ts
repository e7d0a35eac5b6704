import { Readable } from "node:stream";
import type { ImportView } from "../../imports/job/imports.ts";
import { rowKindOf } from "../../imports/job/selectRows.ts";
import { isForeseeing } from "../../imports/job/types.ts";
import type { ResultRow } from "../../imports/job/types.ts";
import { hasCyrillic } from "../../imports/reading/encodeText.ts";
import { csvResultFile } from "../../imports/resultFile/csvResultFile.ts";
import type { ResultFileOptions } from "../../imports/resultFile/resultLines.ts";
import { resultSheetRows } from "../../imports/resultFile/sheetRows.ts";
import type { ImportLanguage } from "../../imports/texts/codes.ts";
import { phoneCell } from "../formats/phoneCell.ts";
import { xlsxOf } from "../formats/xlsx.ts";
import { workbookType } from "../server/answers.ts";
import { rowTextOf } from "./codeTexts.ts";
import { differencesText } from "./presentDifferences.ts";

interface ResultFile {
  readonly content: Readable;
  readonly type: string;
  /** Of the file name. */
  readonly extension: string;
}

/** The uploaded file with columns appended, in its own format. */
export function resultFileOf(
  path: string,
  view: ImportView,
  { language, ...options }: Omit<ResultFileOptions, "cellsOf"> & { readonly language: ImportLanguage },
): ResultFile {
  const { description, fileName } = view;
  const { source } = description;
  if (source.format === "xlsx") {
    const rows = resultSheetRows(path, description, { ...options, cellsOf: cellsIn(language, view) });
    const nameOf = (sheet: number): string => (sheet === 1 ? source.sheet : String(sheet));
    return {
      content: Readable.from(xlsxOf(null, rows, nameOf), { objectMode: false }),
      type: workbookType,
      extension: "xlsx",
    };
  }
  const cellsOf = cellsIn(hasCyrillic(source.encoding) ? language : "en", view);
  return {
    content: Readable.from(csvResultFile(path, description, source, { ...options, cellsOf }), {
      objectMode: false,
    }),
    type: `text/csv; charset=${source.encoding}`,
    extension: /\.(csv|tsv|tab|txt)$/i.exec(fileName)?.[1] ?? "csv",
  };
}

/** The cells below `resultHeaders`. */
function cellsIn(
  language: ImportLanguage,
  { state, description: { timeZone } }: ImportView,
): (row: ResultRow) => readonly string[] {
  const foreseen = isForeseeing(state);
  return (row) => {
    const { message, remedy } = rowTextOf(row.code, language, foreseen);
    const { realNumber, proxyNumber, code, differences = [] } = row;
    return [
      String(row.row),
      phoneCell(realNumber),
      phoneCell(proxyNumber),
      rowKindOf(row),
      message,
      remedy,
      differencesText(differences, { language, timeZone }),
      code,
    ];
  };
}
