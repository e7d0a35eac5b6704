import type { PhoneNumberRefusal } from "../../values/phoneNumber.ts";

/** Longest label and reference, in characters: what their columns in the database hold. */
export const maxLabelCharacters = 200;
/** Longest name of a pool, in characters. */
export const maxPoolCharacters = 100;

/** A row that could not be split into cells with certainty. */
export type RowFault =
  /** More characters in one row than any spreadsheet has; usually a file without line ends. */
  | "ROW_TOO_LONG"
  | "TOO_MANY_COLUMNS"
  /** A quote opens and never closes, or only far below. */
  | "UNCLOSED_QUOTE"
  /** A quote within a quoted cell that is not doubled. */
  | "STRAY_QUOTE";

/** Why the proxy number that a row names cannot be kept. */
export type ProxyRefusal =
  | "PROXY_UNREADABLE"
  // These are found when the row meets the other rows and what is stored.
  | "PROXY_NOT_IN_POOL"
  | "PROXY_IN_OTHER_POOL"
  | "PROXY_TAKEN"
  | "PROXY_QUARANTINED"
  | "PROXY_BLOCKED"
  | "PROXY_TWICE_IN_FILE";

/** Why one row is not imported. Stable: shown, stored and documented. */
export type RowRefusal =
  | PhoneNumberRefusal
  | ProxyRefusal
  | RowFault
  | "BLANK_ROW"
  /** The program that wrote the file did not calculate it. */
  | "FORMULA_WITHOUT_RESULT"
  | "COUNTRY_CODE_UNREADABLE"
  /** A column beside the number may name its country, and the number would be another one without it. */
  | "COUNTRY_CODE_UNCLEAR"
  | "AREA_CODE_UNCLEAR"
  /** A row of our own export whose mapping was released: there is nothing to be mapped. */
  | "RELEASED_MAPPING"
  /** More cells than the file has columns: a delimiter within an unquoted text has cut it. */
  | "EXTRA_CELLS"
  /** Characters that were lost before or while the file was read. */
  | "BROKEN_CHARACTERS"
  | "LABEL_TOO_LONG"
  | "LABEL_CONTROL_CHARACTERS"
  | "REFERENCE_TOO_LONG"
  | "REFERENCE_CONTROL_CHARACTERS"
  | "EXPIRY_UNREADABLE"
  /** 01/02/2027: the day cannot be told from the month. */
  | "EXPIRY_AMBIGUOUS"
  | "POOL_UNREADABLE"
  | "CALLER_ID_UNREADABLE"
  // These are found when the row meets the other rows and what is stored.
  | "EXPIRY_PASSED"
  | "DUPLICATE_IN_FILE"
  | "POOL_UNKNOWN"
  /** The row names no pool, and there is none for such rows. */
  | "POOL_MISSING"
  | "POOL_EXHAUSTED"
  | "REAL_NUMBER_IS_PROXY";

/** Why a file is not read at all. */
export type FileRefusal =
  | "FILE_EMPTY"
  | "FILE_BINARY"
  | "FILE_ARCHIVE"
  /** `.xls` of Excel 97 to 2003. */
  | "FILE_OLD_EXCEL"
  | "FILE_PASSWORD"
  /** A spreadsheet or a table, of another kind than we read: `.ods`, `.xlsb`, `.numbers`, a web page. */
  | "FILE_OTHER_SPREADSHEET"
  | "FILE_DAMAGED"
  /** Unpacks to more than any real spreadsheet of its kind. */
  | "FILE_UNPACKS_TOO_LARGE"
  | "FILE_TOO_MANY_ROWS"
  /** Made so that inspecting it takes very long. */
  | "FILE_TOO_SLOW"
  | "FILE_ENCODING"
  /** The disk is at fault, not the file. */
  | "FILE_UNREADABLE";

/** Notices for the operator before the import. */
export type FileNotice =
  | "NUMBER_COLUMN_MISSING"
  | "NO_ROWS"
  | "SEVERAL_NUMBER_COLUMNS"
  /** Several columns are equally likely. */
  | "NUMBER_COLUMN_UNCLEAR"
  /** Dates that may be an expiry, and are not used. */
  | "DATE_COLUMN"
  /** Beside the numbers: possibly extensions. They are not used. */
  | "SHORT_NUMBERS"
  /** The header says pool, but no cell names one. */
  | "POOLS_UNKNOWN"
  /** The header says proxy number, but the cells are not phone numbers. */
  | "PROXIES_UNCLEAR"
  | "HEADER_UNSURE"
  | "ROWS_ABOVE_HEADER"
  | "DUPLICATE_HEADERS"
  | "ENCODING_UNSURE"
  | "BROKEN_TEXT"
  | "OTHER_SHEETS"
  | "HIDDEN_ROWS"
  | "ROWS_REFUSED"
  /** Chosen as the header, and not among the first rows of the file as it is read now. */
  | "HEADER_ROW_MISSING"
  /** Chosen for something, and not in the file as it is read now. */
  | "COLUMN_MISSING";

export type ImportCode = RowRefusal | FileRefusal | FileNotice;

/** The problem and its remedy, in whole sentences, without the content of any cell. */
export interface ImportText {
  readonly message: string;
  readonly remedy: string;
}

export type ImportTexts = Readonly<Record<ImportCode, ImportText>>;
export type ImportLanguage = "en" | "ru";
