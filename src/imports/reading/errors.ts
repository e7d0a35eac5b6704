import { importText } from "../texts/importText.ts";
import type { FileRefusal } from "../texts/codes.ts";

/**
 * The file cannot be read, or not to its end. The message never contains content of the file; `cause` may, so do not
 * log it.
 */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
  readonly code: FileRefusal;
  /** The last row that was read before the failure, if there was one. */
  readonly afterRow: number | null;

  constructor(
    code: FileRefusal,
    details: { readonly afterRow?: number | null; readonly cause?: unknown } = {},
  ) {
    super(importText(code, "en").message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.afterRow = details.afterRow ?? null;
  }
}

/** The operator's choices do not fit the file, or contradict each other. */
export class UnfitChoiceError extends Error {
  override readonly name = "UnfitChoiceError";
  readonly code = "UNFIT_CHOICE";
  /** Which choice, as in `ReadingChoices`. */
  readonly choice: string;
  /** In words, without anything from the file. */
  readonly reason: string;

  constructor(choice: string, reason: string) {
    super(`${choice}: ${reason}`);
    this.choice = choice;
    this.reason = reason;
  }
}
