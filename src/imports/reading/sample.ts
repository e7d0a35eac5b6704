import type { RawRow } from "../rows/row.ts";
import type { FileSource } from "./types.ts";

/** The beginning of a file, from which the rest is guessed. */
export interface FileSample {
  readonly source: FileSource;
  readonly rows: readonly RawRow[];
  /** The rows are all that the file has. */
  readonly complete: boolean;
  readonly estimatedRows: number | null;
  readonly notices: readonly SampleNotice[];
}

export interface SampleNotice {
  readonly code: "ENCODING_UNSURE" | "BROKEN_TEXT" | "OTHER_SHEETS";
  readonly sheets?: readonly string[];
}

/** Rows of which the guesses are made. */
export const sampleRows = 1000;
