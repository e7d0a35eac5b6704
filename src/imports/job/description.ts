import { UnfitChoiceError } from "../reading/errors.ts";
import { choiceWithoutEffect } from "../reading/inspectFile.ts";
import { NothingToImportError } from "./errors.ts";
import type { FileDescription } from "./reading.ts";

export const maxShownCell = 200;
const maxShownColumns = 50;

/** Why the file cannot be imported as it is read now. */
export function fitProblem(description: FileDescription): "NO_ROWS" | "NUMBER_COLUMN_MISSING" | null {
  if (description.columns.some(({ field }) => field === "realNumber")) return null;
  return description.notices.some(({ code }) => code === "NO_ROWS") ? "NO_ROWS" : "NUMBER_COLUMN_MISSING";
}

export function refuseUnfit(description: FileDescription): void {
  const problem = fitProblem(description);
  if (problem !== null) throw new NothingToImportError(problem, description);
}

/** A preview shows that a choice has no effect. Without a preview it would go unnoticed. */
export function refuseWithoutEffect({ notices }: FileDescription): void {
  for (const { code } of notices) {
    const choice = choiceWithoutEffect[code];
    if (choice !== undefined) throw new UnfitChoiceError(choice, "the file has no such row or column");
  }
}

/** What is stored of the first rows, whose cells may have any length. */
export function shortened(description: FileDescription): FileDescription {
  return {
    ...description,
    columns: description.columns.map((column) => ({
      ...column,
      header: column.header?.slice(0, maxShownCell) ?? null,
    })),
    preview: description.preview.map((row) => ({
      ...row,
      cells: row.cells.slice(0, maxShownColumns).map((cell) => cell.slice(0, maxShownCell)),
    })),
  };
}
