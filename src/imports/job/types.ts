import type { FileRefusal, ImportCode, RowRefusal } from "../texts/codes.ts";
import { importTextsEn } from "../texts/en.ts";
import type { Utf8Counts } from "../reading/utf8Counter.ts";
import type { FileDescription, InspectChoices } from "./reading.ts";

/**
 * `previewing` → `previewed` → `running` → `done`; `running` alone without a preview. Until then it may be
 * `cancelled`. What ended may be undone: `undoing` → `undone`; an undo that fails goes back to where it began.
 * `failed`: `failure` says why. What was imported until a failure or a cancellation stands.
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

/** States in which somebody has to work. */
export const workingStates = ["previewing", "running", "undoing"] as const satisfies ImportState[];
/** States that need the file. */
export const statesWithFile = ["previewing", "previewed", "running"] as const satisfies ImportState[];
/** States in which nothing is committed: what there is of counts and results is only foreseen. */
const foreseeingStates = ["previewing", "previewed"] as const satisfies ImportState[];

export const isWorking = (state: ImportState): boolean => workingStates.some((one) => one === state);
export const isForeseeing = (state: ImportState): boolean => foreseeingStates.some((one) => one === state);

/** What became of a row: a refusal, or one of three that are none. `HEADER`: rows up to the header. */
export type ResultCode = "CREATED" | "EXISTING" | "HEADER" | RowRefusal;

/** Codes that texts are kept for elsewhere: of rows, files and notices. */
export const isImportCode = (code: string): code is ImportCode => Object.hasOwn(importTextsEn, code);
export const isResultCode = (code: string): code is ResultCode =>
  ["CREATED", "EXISTING", "HEADER"].includes(code) || isImportCode(code);
export const isFileRefusal = (code: string): code is FileRefusal =>
  code.startsWith("FILE_") && isImportCode(code);

/** `rows` is the sum of `created`, `existing`, `duplicate`, `rejected`, `blank` and `header`. */
export interface ImportCounts {
  readonly rows: number;
  /** Numbers that got a proxy number by this import; in a preview, that would. */
  readonly created: number;
  /** Numbers that had one before. */
  readonly existing: number;
  /** Numbers that stand in the file before; not stored again. */
  readonly duplicate: number;
  readonly rejected: number;
  readonly blank: number;
  readonly header: number;
  /** The rejected ones by reason. */
  readonly refusals: Readonly<Partial<Record<ResultCode, number>>>;
}

/** Why an import failed as a whole. `POOL_…` and `NO_POOL` of the pools, `FILE_…` of the file. */
type FailureCode =
  | FileRefusal
  | "NO_POOL"
  | "FILE_LOST"
  | "IMPORT_FAILED"
  | "READER_FAILED"
  /** Of the undo, not of the import. */
  | "UNDO_FAILED";

export interface ImportFailure {
  readonly code: FailureCode;
  /** The last row that was read before the trouble, where there was one. */
  readonly afterRow: number | null;
}

export interface ImportPreview {
  readonly counts: ImportCounts;
  /** By pool: how many numbers are wanted of it, and how many are free. */
  readonly pools: readonly {
    readonly poolId: number;
    readonly name: string;
    readonly wanted: number;
    readonly free: number;
  }[];
  readonly poolSuffices: boolean;
  /** The pool for rows that name none; null: there is none, or a person has to choose one. */
  readonly poolId: number | null;
  /**
   * How many numbers are wanted for which there is no pool. Where no row names a pool, they are counted as created:
   * as if there were a pool with room for all of them.
   */
  readonly withoutPool: number;
}

interface ImportUndo {
  readonly removed: number;
  /** Used by a call since, so they stay. */
  readonly kept: number;
  /** Released since by somebody; their proxy numbers rest, or have rested. */
  readonly released: number;
}

/** What an import was before it was undone. */
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
  /** Part of the work that is done, 0 to 1. */
  readonly progress: number;
  /** Row of the file up to which everything is stored. */
  readonly lastRow: number;
  readonly rowsPerSecond: number | null;
  readonly remainingMs: number | null;
  readonly undo: ImportUndo;
  readonly undoAfterId: number;
  /** null: nobody has wanted to undo it. */
  readonly beforeUndo: BeforeUndo | null;
  /** The instance that took the file in; null where that was not kept. */
  readonly node: string | null;
  readonly leaseOwner: string | null;
  /** Until when nobody else may work on it. */
  readonly leaseUntilMs: number | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  readonly updatedAtMs: number;
}

/** What became of one row of the file. */
export interface ResultRow {
  readonly row: number;
  /** The cell of the number as it was, cut to 200 characters. */
  readonly input: string;
  /** Empty where there is none. */
  readonly realNumber: string;
  readonly proxyNumber: string;
  readonly code: ResultCode;
}

/** What is known within this process of an import that is being worked on. */
export interface LiveImport {
  readonly importId: number;
  readonly state: ImportState;
  /** null: working. */
  readonly waitingFor: "database" | null;
}

export type ReadingChoices = InspectChoices;

/** Carries imports out: one runner in each process, in a thread of its own. */
export interface ImportRunner {
  /** As `inspectFile`. */
  inspect(path: string, choices: ReadingChoices, utf8?: Utf8Counts): Promise<FileDescription>;
  /** There may be something to do. */
  wake(): void;
  /** The import was cancelled: whatever is being done for it is left. Without this it ends with its next batch. */
  stop(importId: number): void;
  /** Imports that this process works on now. */
  readonly live: ReadonlyMap<number, LiveImport>;
  /** Called when the work on an import has ended here, for whatever reason. Returns the way to stop. */
  onRest(listener: (importId: number) => void): () => void;
  /** Stops after the batch under way; others, or the next start, go on from there. */
  close(): Promise<void>;
}
