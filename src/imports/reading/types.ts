import type { FileNotice } from "../texts/codes.ts";
import type { ImportField, RawRow, RowResult } from "../rows/row.ts";
import type { BareForm } from "../../values/bareForms.ts";
import type { Utf8Counts } from "./utf8Counter.ts";

/** Found by themselves, and there to be chosen. */
export const textEncodings = [
  "utf-8",
  "windows-1251",
  "utf-16le",
  "utf-16be",
  "ibm866",
  "koi8-r",
  "koi8-u",
  "iso-8859-5",
  "x-mac-cyrillic",
  "windows-1252",
] as const;
export type TextEncoding = (typeof textEncodings)[number];

export const delimiters = [";", ",", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];
export type Quote = '"' | "'";

/** How the characters of a CSV file make rows and cells. */
export interface CsvDialect {
  /** null: each row is one cell. */
  readonly delimiter: Delimiter | null;
  /** null: quotes are ordinary characters. */
  readonly quote: Quote | null;
  /** The file begins with a line such as `sep=;`, which is meant for Excel and is not a row. */
  readonly separatorLine: boolean;
  /** A quote within quotes follows a backslash. */
  readonly escape?: "\\";
  /** Each line as a whole is quoted, and its cells within. */
  readonly wrapped?: true;
}

export interface CsvSource extends CsvDialect {
  readonly format: "csv";
  readonly encoding: TextEncoding;
  readonly byteOrderMark: boolean;
}

export interface SheetSummary {
  readonly name: string;
  /** Not shown by the spreadsheet program. */
  readonly hidden: boolean;
}

export interface XlsxSource {
  readonly format: "xlsx";
  /** The sheet that is read. */
  readonly sheet: string;
  /** All sheets, in their order. */
  readonly sheets: readonly SheetSummary[];
}

export type FileSource = CsvSource | XlsxSource;

export interface ColumnDescription {
  /** From 0. */
  readonly place: number;
  readonly header: string | null;
  readonly field: ImportField | "ignored";
  /** How we came to it; null for a column that is ignored because nothing speaks for it. */
  readonly because: "header" | "contents" | "choice" | null;
}

/** Something about the file that the person should know; the words are found by the code. */
export interface Notice {
  readonly code: FileNotice;
  /** Places of the columns concerned. */
  readonly columns?: readonly number[];
  /** Row numbers, the first few. */
  readonly rows?: readonly number[];
  /** Names of sheets. */
  readonly sheets?: readonly string[];
}

/** One of the first rows, as written and as it will be stored. */
export interface PreviewRow {
  readonly row: number;
  readonly cells: readonly string[];
  /** null: the column of the numbers is not known yet. */
  readonly result: RowResult | null;
}

/** All that is needed to read the file the same way again. Plain data, fit for JSON. */
export interface FileReading {
  readonly source: FileSource;
  /** Row number of the header; rows up to it are not data. null: there is none. */
  readonly headerRow: number | null;
  readonly columns: readonly ColumnDescription[];
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** The same for proxy numbers and numbers to be shown, where the header of the real numbers names a country. */
  readonly otherCountry?: string;
  readonly acceptUnassigned: boolean;
  readonly acceptPremium: boolean;
  /** How numbers without a plus sign are meant; null: as complete numbers of the default country, or not at all. */
  readonly bareForm: BareForm | null;
  /** IANA name, for expiry without offset. */
  readonly timeZone: string;
}

export interface FileDescription extends FileReading {
  /** Who uploaded the file; absent where that was not recorded. */
  readonly uploader?: string;
  /** The name at that time, of a user or key. */
  readonly uploaderName?: string;
  /** As they were given, those included that have no effect on the file as it is read now. */
  readonly choices: ReadingChoices;
  /** As they were counted while the file was uploaded; absent where they were not. */
  readonly utf8?: Utf8Counts;
  /** From the length of the first rows; null where nothing is known. */
  readonly estimatedRows: number | null;
  readonly notices: readonly Notice[];
  readonly preview: readonly PreviewRow[];
}

/** Whether label, reference, and expiry of a known number are taken from the file. */
export const existingChoices = ["leave", "update"] as const;
export type ExistingChoice = (typeof existingChoices)[number];

/**
 * The operator's choices; everything else is detected. The same choices give the same reading, whatever the earlier
 * choices were.
 */
export interface ReadingChoices {
  /** ISO 3166, for numbers without country code. */
  readonly country?: string;
  /** How to read numbers without a plus sign; null: decided by their column. */
  readonly bareForm?: BareForm | null;
  /** The column of the numbers, by its header or by its number from 1: for an upload without a preview. */
  readonly column?: string;
  /** How to treat known numbers whose rows differ from what is stored. Default: `leave`. */
  readonly existing?: ExistingChoice;
  readonly encoding?: TextEncoding;
  readonly delimiter?: Delimiter | null;
  readonly quote?: Quote | null;
  readonly sheet?: string;
  /** Row number; null: there is no header. */
  readonly headerRow?: number | null;
  /** By place. Columns not named here are still guessed, with the fields that are left. */
  readonly columns?: Readonly<Record<number, ImportField | "ignored">>;
}

export interface RowBatch {
  readonly rows: readonly RawRow[];
  /** Part of the file that has been read, 0 to 1. */
  readonly progress: number;
}
