import type { FileDescription } from "./reading.ts";
import type { ImportState } from "./types.ts";

/** No import has this ID. */
export class ImportUnknownError extends Error {
  override readonly name = "ImportUnknownError";
  readonly code = "IMPORT_UNKNOWN";

  constructor() {
    super("The import does not exist.");
  }
}

/** The request does not fit the state of the import. */
export class ImportStateError extends Error {
  override readonly name = "ImportStateError";
  readonly code = "IMPORT_STATE";
  readonly state: ImportState;

  constructor(state: ImportState) {
    super(`The import is ${state}.`);
    this.state = state;
  }
}

/** The key was used before with another file or other choices. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = "IdempotencyKeyReusedError";
  readonly code = "IDEMPOTENCY_KEY_REUSED";

  constructor() {
    super("This Idempotency-Key was used before with another file or other choices.");
  }
}

/** Why a file cannot be imported as it is read. */
export type FitProblem = "NUMBER_COLUMN_MISSING" | "NUMBER_COLUMN_UNCLEAR" | "NO_ROWS";

/** The file cannot be imported as it is: no column with numbers, or no rows. */
export class NothingToImportError extends Error {
  override readonly name = "NothingToImportError";
  readonly code: FitProblem;
  /** How the file was read, so that the client can choose the columns. */
  readonly description: FileDescription | null;

  constructor(code: FitProblem, description: FileDescription | null = null) {
    super(code === "NO_ROWS" ? "The file has no rows." : "It is not clear which column holds the numbers.");
    this.code = code;
    this.description = description;
  }
}

/** Another job works on the import now. Not a fault: the job that gets this error stops. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  readonly code = "LEASE_LOST";
}

/** The import was cancelled: the job that gets this error stops and reports it. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  readonly code = "CANCELLED";
}

/** The file of the import is gone. Rows stored by then stay. */
export class FileLostError extends Error {
  override readonly name = "FileLostError";
  readonly code = "FILE_LOST";
}

/** The thread that reads files died. Its work is retried a few times. */
export class ReaderEndedError extends Error {
  override readonly name = "ReaderEndedError";
  readonly code = "READER_FAILED";

  constructor(options?: ErrorOptions) {
    super("The thread that reads files has died.", options);
  }
}
