import type { FileDescription } from "./reading.ts";
import type { ImportState } from "./types.ts";

/** No import has this id. */
export class ImportUnknownError extends Error {
  override readonly name = "ImportUnknownError";
  readonly code = "IMPORT_UNKNOWN";

  constructor() {
    super("There is no such import.");
  }
}

/** What is asked for does not fit the state of the import. */
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

/** Nothing of the file can be imported as it is: no column with numbers, or no rows. */
export class NothingToImportError extends Error {
  override readonly name = "NothingToImportError";
  readonly code: "NUMBER_COLUMN_MISSING" | "NO_ROWS";
  /** How the file was read, for whoever wants to choose the columns. */
  readonly description: FileDescription | null;

  constructor(code: "NUMBER_COLUMN_MISSING" | "NO_ROWS", description: FileDescription | null = null) {
    super(code === "NO_ROWS" ? "The file has no rows." : "It is not clear which column holds the numbers.");
    this.code = code;
    this.description = description;
  }
}

/** Somebody else works on the import now. Not an error of anybody; whoever meets it stops. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  readonly code = "LEASE_LOST";
}

/** The import was cancelled; whoever meets this stops and says so. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
  readonly code = "CANCELLED";
}

/** The file of the import is gone; what was stored of it stands. */
export class FileLostError extends Error {
  override readonly name = "FileLostError";
  readonly code = "FILE_LOST";
}

/** The thread that reads files ended; what it was doing is tried again, a few times. */
export class ReaderEndedError extends Error {
  override readonly name = "ReaderEndedError";
  readonly code = "READER_FAILED";

  constructor(options?: ErrorOptions) {
    super("The thread that reads files has ended.", options);
  }
}
