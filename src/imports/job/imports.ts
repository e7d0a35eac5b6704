import type { KnownMapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Utf8Counts } from "../reading/utf8Counter.ts";
import type { ImportState, LiveImport, ReadingChoices, ResultRow, StoredImport } from "./types.ts";

/** An uploaded file, and what to do with it. */
export interface Upload {
  /** Path of the file. It is moved away from there. */
  readonly path: string;
  /** The name the client gave it. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its content. */
  readonly hash: string;
  /** Counted during the upload. If absent, a text file is read to its end to count them. */
  readonly utf8?: Utf8Counts;
  readonly choices: ReadingChoices;
  /** null: the default pool. */
  readonly poolId: number | null;
  readonly dryRun: boolean;
  readonly idempotencyKey: string | null;
  /** The uploading user, whose previews are limited. */
  readonly uploader?: string;
  readonly uploaderName?: string;
  /** Aborted when the client has left. */
  readonly left?: AbortSignal;
}

export interface ImportView extends StoredImport {
  /** `database`: the database is away. `runner`: no instance is working on it; the next one to claim it continues. */
  readonly waitingFor: "database" | "runner" | null;
}

interface KeptMapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
}

/** Imports as the API offers them. All methods reject with `StoreAwayError` while the database is away. */
export interface Imports {
  /**
   * Takes over the file and starts. The same key with the same request returns the same import.
   * Rejects with `UnreadableFileError`, `UnfitChoiceError`, `NothingToImportError`, `NoPoolError` and
   * `IdempotencyKeyReusedError`; nothing was started then.
   */
  create(upload: Upload): Promise<ImportView>;
  /** While the database is away: the last known state of an import in progress here. */
  get(id: number): Promise<ImportView>;
  /** Newest first. */
  page(query: {
    readonly limit: number;
    readonly before?: number | undefined;
    readonly state?: ImportState | undefined;
    /** Also those that were cancelled before a row was stored, such as discarded previews. */
    readonly discarded: boolean;
  }): Promise<readonly ImportView[]>;
  /**
   * Reads the file with other choices and makes a new preview; earlier choices are dropped. `poolId`: null for the
   * default pool; absent, the pool stays. If the choices do not fit, the import stays as it was or is `previewed`, so
   * that other choices can be made. Rejects with `UnreadableFileError` and `UnfitChoiceError`.
   */
  preview(id: number, choices: ReadingChoices, poolId?: number | null): Promise<ImportView>;
  /**
   * Allocates from the pool the preview named. Rejects with `NothingToImportError`, with `NoPoolError`,
   * and with `UnreadableFileError` where the preview could not read the file to its end; it stays previewed then.
   */
  commit(id: number): Promise<ImportView>;
  /** Immediate: rows stored by then stay, and no more are stored. */
  cancel(id: number): Promise<ImportView>;
  /** Starts an undo. After a failed undo, it continues with the rest. */
  undo(id: number): Promise<ImportView>;
  /** Resolves when no instance works on the import any more, or after that time. */
  settled(id: number, waitMs: number): Promise<ImportView>;
  /** Results after that row, in file order, as far as the import has progressed. */
  result(id: number, afterRow?: number): AsyncIterable<readonly ResultRow[]>;
  /** Where the uploaded file is; null: not here, or not any more. */
  uploadedFile(view: Pick<ImportView, "fileToken">): string | null;
  /** The cells of these rows in the uploaded file, by row. Missing where the file is not here, or cannot be read soon enough. */
  cells(
    view: Pick<ImportView, "fileToken" | "description">,
    rows: readonly number[],
  ): Promise<ReadonlyMap<number, readonly string[]>>;
  /** The first mappings an undo has kept because a call has used them. */
  kept(id: number, limit: number): Promise<readonly KeptMapping[]>;
  /** Stored values of the real numbers that have a proxy number, by real number. */
  known(numbers: readonly PhoneNumber[]): Promise<ReadonlyMap<string, KnownMapping>>;
  readonly live: ReadonlyMap<number, LiveImport>;
}
