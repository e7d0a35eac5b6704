import {
  IdempotencyKeyReusedError,
  ImportStateError,
  ImportUnknownError,
  NothingToImportError,
  ReaderEndedError,
} from "../../imports/job/errors.ts";
import type { ImportView } from "../../imports/job/imports.ts";
import type { ImportFailure } from "../../imports/job/types.ts";
import { UnfitChoiceError, UnreadableFileError } from "../../imports/reading/errors.ts";
import { textOf } from "./codeTexts.ts";
import type { ProblemOptions } from "../server/problems.ts";

const statuses: Readonly<Record<string, number>> = {
  FILE_TOO_MANY_ROWS: 413,
  FILE_TOO_SLOW: 413,
  FILE_UNPACKS_TOO_LARGE: 413,
  FILE_UNREADABLE: 500,
  NO_POOL: 409,
  FILE_LOST: 409,
  IMPORT_FAILED: 500,
};

const ofCode = (
  code: ImportFailure["code"],
): Pick<ProblemOptions, "status" | "code" | "detail" | "remedy"> => {
  const { message, remedy } = textOf(code, "en");
  return { status: statuses[code] ?? 415, code, detail: message, remedy };
};

/** The HTTP problem for an error of the imports; null for other errors. */
export function importProblem(error: unknown): ProblemOptions | null {
  if (error instanceof UnreadableFileError) {
    return {
      ...ofCode(error.code),
      ...(error.afterRow !== null && { members: { afterRow: error.afterRow } }),
    };
  }
  if (error instanceof UnfitChoiceError) {
    return {
      status: 422,
      code: error.code,
      detail: `A choice does not fit the file: ${error.reason}.`,
      remedy: "Change what `choice` names, or leave it out.",
      members: { choice: error.choice },
    };
  }
  if (error instanceof NothingToImportError) {
    const { message, remedy } = textOf(error.code, "en");
    const { description } = error;
    return {
      status: 422,
      code: error.code,
      detail: message,
      remedy:
        error.code !== "NO_ROWS"
          ? "Name the column: ?column=Phone, or by its number from 1, ?column=2."
          : remedy,
      ...(description && { members: { columns: description.columns } }),
    };
  }
  if (error instanceof IdempotencyKeyReusedError) {
    return {
      status: 422,
      code: error.code,
      detail: error.message,
      remedy: "Use a new key for a new request.",
    };
  }
  if (error instanceof ImportUnknownError) return { status: 404, code: error.code, detail: error.message };
  if (error instanceof ImportStateError) {
    return {
      status: 409,
      code: error.code,
      detail: error.message,
      remedy: "Look at `state` for what can be done with it now.",
      members: { state: error.state },
    };
  }
  if (error instanceof ReaderEndedError) {
    return { ...ofCode("READER_FAILED"), cause: error };
  }
  return null;
}

/** An import that failed while its client waited for it. */
export const failedImport = (view: ImportView, failure: ImportFailure): ProblemOptions => ({
  ...ofCode(failure.code),
  members: { importId: view.id, counts: view.counts, afterRow: failure.afterRow },
});
