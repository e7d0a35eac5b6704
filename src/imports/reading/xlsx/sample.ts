import type { RawRow } from "../../rows/row.ts";
import { UnfitChoiceError } from "../errors.ts";
import type { ReadingLimits } from "../limits.ts";
import { sampleRows } from "../sample.ts";
import type { FileSample } from "../sample.ts";
import type { ReadingChoices, XlsxSource } from "../types.ts";
import { openWorkbook } from "./workbook.ts";
import type { Workbook } from "./workbook.ts";

type SheetStart = Pick<FileSample, "rows" | "complete" | "estimatedRows">;

/** How many sheets are searched for data; further ones are named but not opened. */
const sheetsToTry = 20;

/** Chooses the sheet, the first that is shown and has data, and reads its first rows. */
export async function sampleXlsx(
  path: string,
  choices: ReadingChoices,
  limits: ReadingLimits,
): Promise<FileSample> {
  const workbook = await openWorkbook(path, limits);
  try {
    const { sheets } = workbook;
    if (choices.sheet !== undefined && !sheets.some(({ name }) => name === choices.sheet)) {
      throw new UnfitChoiceError("sheet", "the workbook has no sheet of this name");
    }
    const visible = sheets.filter(({ hidden }) => !hidden);
    const withData: { readonly name: string; readonly start: SheetStart }[] = [];
    for (const { name } of (visible.length > 0 ? visible : sheets).slice(0, sheetsToTry)) {
      const start = await startOfSheet(workbook, name, limits);
      if (start.rows.some(({ cells }) => cells.length > 0)) withData.push({ name, start });
    }
    const sheet = choices.sheet ?? withData[0]?.name ?? visible[0]?.name ?? sheets[0]?.name ?? "";
    const source: XlsxSource = { format: "xlsx", sheet, sheets };
    const others = withData.map(({ name }) => name).filter((name) => name !== sheet);
    const start =
      withData.find(({ name }) => name === sheet)?.start ?? (await startOfSheet(workbook, sheet, limits));
    return { source, ...start, notices: others.length > 0 ? [{ code: "OTHER_SHEETS", sheets: others }] : [] };
  } finally {
    workbook.close();
  }
}

async function startOfSheet(
  workbook: Workbook,
  sheet: string,
  { sampleCharacters }: ReadingLimits,
): Promise<SheetStart> {
  const rows: RawRow[] = [];
  let characters = 0;
  for await (const batch of workbook.read(sheet)) {
    rows.push(...batch.rows);
    for (const { cells } of batch.rows) for (const cell of cells) characters += cell.length;
    if (rows.length > sampleRows || characters > sampleCharacters) {
      const estimatedRows = Math.round(rows.length / batch.progress);
      return { rows: rows.slice(0, sampleRows), complete: false, estimatedRows };
    }
  }
  return { rows, complete: true, estimatedRows: rows.length };
}
