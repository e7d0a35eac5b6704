import type { Delimiter, TextEncoding } from "./reading/types.ts";

/** A row whose number has its proxy number now. */
export interface MappedRow {
  /** As a spreadsheet counts: from 1, the header included, a `sep=` line not. */
  readonly row: number;
  /** The cell as it was, cut to 200 characters. */
  readonly input: string;
  readonly realNumber: string;
  readonly proxyNumber: string;
  /** False for a number that had its proxy number already, or comes a second time in the file. */
  readonly created: boolean;
}

export interface RejectedRow {
  readonly row: number;
  readonly input: string;
  /** Stable. */
  readonly code: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** How the file was read. */
export interface FileReading {
  /** null: the file is no text. */
  readonly encoding: TextEncoding | null;
  /** null: there is none. */
  readonly delimiter: Delimiter | null;
  /** Columns from 1, as far as there are any; `name` from the header. */
  readonly columns: {
    readonly realNumber: ColumnName | null;
    readonly label: ColumnName | null;
    readonly reference: ColumnName | null;
    readonly ignored: readonly ColumnName[];
  };
  readonly quotesIgnoredFromRow: number | null;
}

export interface ColumnName {
  readonly column: number;
  readonly name: string | null;
}

/** What `POST /upload` tells, beside the import itself, of a file that is done. */
export interface ImportReport {
  readonly file: FileReading;
  readonly counts: {
    /** The sum of the others. */
    readonly rows: number;
    readonly created: number;
    readonly existing: number;
    readonly duplicate: number;
    readonly rejected: number;
    readonly blank: number;
    readonly header: number;
  };
  readonly mapped: readonly MappedRow[];
  readonly rejected: readonly RejectedRow[];
  /** Rows that are counted but for which the answer has no room; the result of the import has them all. */
  readonly omitted: { readonly mapped: number; readonly rejected: number };
}
