import { UnfitChoiceError } from "../reading/errors.ts";
import { choiceWithoutEffect } from "../reading/inspectFile.ts";
import { NothingToImportError, type FitProblem } from "./errors.ts";
import type { FileDescription } from "./reading.ts";

export const maxShownCell = 200;
const maxShownColumns = 50;

/** Why the file cannot be imported as it is read now. */
export function fitProblem(description: FileDescription): FitProblem | null {
  if (description.columns.some(({ field }) => field === "realNumber")) return null;
  const problems = ["NO_ROWS", "NUMBER_COLUMN_UNCLEAR"] as const;
  const said = problems.find((problem) => description.notices.some(({ code }) => code === problem));
  return said ?? "NUMBER_COLUMN_MISSING";
}

export function refuseUnfit(description: FileDescription): void {
  const problem = fitProblem(description);
  if (problem !== null) throw new NothingToImportError(problem, description);
}

/** A preview shows that a choice has no effect. Without a preview it would go unnoticed. */
export function refuseWithoutEffect({ notices }: FileDescription): void {
  // Its rows would go to another pool, and only the preview would say so.
  if (notices.some(({ code }) => code === "POOLS_UNKNOWN"))
    throw new UnfitChoiceError("columns", "no cell of the pool column is the name of a pool");
  if (notices.some(({ code }) => code === "PROXIES_UNCLEAR"))
    throw new UnfitChoiceError("columns", "the cells of the proxy number column are not phone numbers");
  for (const { code } of notices) {
    const choice = choiceWithoutEffect[code];
    if (choice !== undefined) throw new UnfitChoiceError(choice, "the file has no such row or column");
  }
}

/** The stored part of the first rows, whose cells may have any length. */
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
