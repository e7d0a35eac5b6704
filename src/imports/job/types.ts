import type { FileRefusal, ImportCode, RowRefusal } from "../texts/codes.ts";
import { importTextsEn } from "../texts/en.ts";
import type { Utf8Counts } from "../reading/utf8Counter.ts";
import type { Difference } from "../rows/differences.ts";
import type { FileDescription, InspectChoices } from "./reading.ts";

/**
 * `previewing` → `previewed` → `running` → `done`, or `running` at once without a preview. Until `done`, an import can
 * be `cancelled`. An ended import can be undone: `undoing` → `undone`; a failed undo returns to the state before it.
 * `failed`: see `failure`. Rows imported before a failure or a cancellation stay.
 */
export const importStates = [
  "previewing",
  "previewed",
  "running",
  "cancelled",
  "done",
  "failed",
  "undoing",
  "undone",
] as const;
export type ImportState = (typeof importStates)[number];

/** States with work to do. */
export const workingStates = ["previewing", "running", "undoing"] as const satisfies ImportState[];
/** States that no longer need the file. A state of a later version may need it. */
export const statesWithoutFile = [
  "cancelled",
  "done",
  "failed",
  "undoing",
  "undone",
] as const satisfies ImportState[];
/** States before the commit: counts and results are forecasts. */
const foreseeingStates = ["previewing", "previewed"] as const satisfies ImportState[];

export const isWorking = (state: ImportState): boolean => workingStates.some((one) => one === state);
export const isForeseeing = (state: ImportState): boolean => foreseeingStates.some((one) => one === state);

/**
 * The result of a row: a refusal, or one of the others. `DIFFERS`: the number was known, and the file has other data,
 * which was not stored. `UPDATED`: the data in the file was stored for a known number. `HEADER`: rows up to the
 * header.
 */
const otherResults = ["CREATED", "EXISTING", "DIFFERS", "UPDATED", "HEADER"] as const;
export type ResultCode = (typeof otherResults)[number] | RowRefusal;

/** Codes of rows, files, and notices, which have texts in `imports/texts`. */
export const isImportCode = (code: string): code is ImportCode => Object.hasOwn(importTextsEn, code);
export const isResultCode = (code: string): code is ResultCode =>
  otherResults.some((one) => one === code) || isImportCode(code);
export const isFileRefusal = (code: string): code is FileRefusal =>
  code.startsWith("FILE_") && isImportCode(code);

/** `rows` is the sum of the others, except `refusals`. */
export interface ImportCounts {
  readonly rows: number;
  /** Numbers that got a proxy number from this import; in a preview, that would get one. */
  readonly created: number;
  /** Numbers that already had one, with no other data in the file. */
  readonly existing: number;
  /** Numbers that already had one; the file has other data, which is not stored. */
  readonly differing: number;
  /** Numbers that already had one; the data in the file is stored. */
  readonly updated: number;
  /** Numbers that appear earlier in the file; not stored again. */
  readonly duplicate: number;
  readonly rejected: number;
  readonly blank: number;
  readonly header: number;
  /** Rejected rows by reason. */
  readonly refusals: Readonly<Partial<Record<ResultCode, number>>>;
}

/** Why an import failed as a whole. `POOL_…` and `NO_POOL` concern pools, `FILE_…` the file. */
type FailureCode =
  | FileRefusal
  | "NO_POOL"
  | "FILE_LOST"
  | "IMPORT_FAILED"
  | "READER_FAILED"
  /** The undo failed, not the import. */
  | "UNDO_FAILED";

export interface ImportFailure {
  readonly code: FailureCode;
  /** The last row read before the failure, if any. */
  readonly afterRow: number | null;
}

export interface ImportPreview {
  readonly counts: ImportCounts;
  /** For each pool: how many numbers are needed, and how many are free. */
  readonly pools: readonly {
    readonly poolId: number;
    readonly name: string;
    readonly wanted: number;
    readonly free: number;
  }[];
  readonly poolSuffices: boolean;
  /** The pool for rows that name none; null: there is none, or the operator has to choose one. */
  readonly poolId: number | null;
  /**
   * How many numbers are needed for which there is no pool. If no row names a pool, they count as created, as if a
   * pool had room for all of them.
   */
  readonly withoutPool: number;
}

interface ImportUndo {
  /** Updated numbers that have their previous values again. */
  readonly restored: number;
  /** Updated numbers that were changed or released since, and stay as they are. */
  readonly unrestored: number;
  readonly removed: number;
  /** Kept because a call has used them. */
  readonly kept: number;
  /** Released since; their proxy numbers are, or were, in quarantine. */
  readonly released: number;
}

/** The state of an import before its undo. */
export interface BeforeUndo {
  readonly state: ImportState;
  readonly failure: ImportFailure | null;
}

/** An import as it is stored. Times are UTC milliseconds. */
export interface StoredImport {
  readonly id: number;
  readonly state: ImportState;
  readonly fileName: string;
  readonly fileToken: string;
  readonly fileBytes: number;
  readonly requestHash: string;
  readonly idempotencyKey: string | null;
  readonly poolId: number | null;
  readonly description: FileDescription;
  readonly counts: ImportCounts;
  readonly preview: ImportPreview | null;
  readonly failure: ImportFailure | null;
  /** Progress, 0 to 1. */
  readonly progress: number;
  /** Every row up to this one is stored. */
  readonly lastRow: number;
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly undo: ImportUndo;
  readonly undoAfterId: number;
  /** Updates of rows up to this one are undone. */
  readonly undoAfterRow: number;
  /** null: no undo was requested. */
  readonly beforeUndo: BeforeUndo | null;
  /** The instance that received the file; null if that was not recorded. */
  readonly node: string | null;
  readonly leaseOwner: string | null;
  /** End of the lease: no other job may work on the import before. */
  readonly leaseUntilMs: number | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly updatedAtMs: number;
}

/** The result of one row of the file. */
export interface ResultRow {
  readonly row: number;
  /** The original cell of the number, cut to 200 characters. */
  readonly input: string;
  /** Empty if there is none. */
  readonly realNumber: string;
  readonly proxyNumber: string;
  readonly code: ResultCode;
  /** The fields of a known number that differ between the file and the stored data. */
  readonly differences?: readonly Difference[];
}

/** This process's view of an import in progress. */
export interface LiveImport {
  readonly importId: number;
  readonly state: ImportState;
  /** null: working. */
  readonly waitingFor: "database" | null;
}

export type ReadingChoices = InspectChoices;

/** Runs imports: one runner in each process, in its own thread. */
export interface ImportRunner {
  /** As `inspectFile`; refuses with `FILE_TOO_SLOW`. `left` is aborted when the client has left. */
  inspect(
    path: string,
    choices: ReadingChoices,
    utf8?: Utf8Counts,
    left?: AbortSignal,
  ): Promise<FileDescription>;
  /** There may be work to do. */
  wake(): void;
  /** The import was cancelled: stops its work at once. Without this call it stops at its next batch. */
  stop(importId: number): void;
  /** Imports in progress in this process. */
  readonly live: ReadonlyMap<number, LiveImport>;
  /** Called when the work on an import has ended here, for any reason. Returns a function that unsubscribes. */
  onEnd(listener: (importId: number) => void): () => void;
  /** Stops after the current batch. Other instances, or the next start, continue from there. */
  close(): Promise<void>;
}
