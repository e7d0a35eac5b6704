import { maxLabelCharacters, maxPoolCharacters } from "../texts/codes.ts";
import type { RowFault, RowRefusal } from "../texts/codes.ts";
import { readCallerIdPolicy } from "./callerIdCell.ts";
import { isErrorValue, isNoValue } from "./noValue.ts";
import type { NumberPart } from "./joinedNumber.ts";
import { readJoinedNumber } from "./joinedNumber.ts";
import { readExpiry, saysNever } from "./expiryCell.ts";
import { readCellText } from "./textCell.ts";
import type { CallerIdPolicy } from "../../values/mapping.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber, PhoneNumberOptions } from "../../values/phoneNumber.ts";

/** The meanings that a column of an uploaded file can have. */
export const importFields = [
  "realNumber",
  "label",
  "reference",
  "expiry",
  "pool",
  "callerIdPolicy",
  "proxyNumber",
  "countryCode",
  "areaCode",
  "extension",
] as const;
export type ImportField = (typeof importFields)[number];

/** A row as written in the file. */
export interface RawRow {
  /** As a spreadsheet program numbers it, from 1; blank rows count, a `sep=;` line does not. */
  readonly row: number;
  /** Without quotes, else as written; dates of a workbook as `2027-02-01` or `2027-02-01T18:00:00`. */
  readonly cells: readonly string[];
  /** The cells cannot be relied upon. */
  readonly fault?: RowFault;
  /** Hidden or filtered away in the workbook. */
  readonly hidden?: true;
  /** Places of cells with a formula whose result is not in the file. */
  readonly formulas?: readonly number[];
  /** If requested, and if the row of a CSV file has one. */
  readonly source?: RowText;
}

/** A row of a CSV file as it is written there. */
export interface RowText {
  /** Without its line end; of a line that is quoted as a whole, the text within the quotes. */
  readonly text: string;
  /** Where each cell ends in it. */
  readonly ends: readonly number[];
  /** The line is quoted as a whole. */
  readonly quoted: boolean;
}

/** The column of each field, counted from 0; null: the file does not have it. */
export type ColumnPlaces = { readonly realNumber: number; readonly countryIsUnsure?: boolean } & {
  readonly [Field in Exclude<ImportField, "realNumber" | NumberPart>]: number | null;
} & { readonly [Part in NumberPart]?: number | null };

/** How to interpret the rows of one file. */
export interface RowReading {
  readonly places: ColumnPlaces;
  /** Columns of the file; a row with more of them was cut at a delimiter in a text. null: cannot happen here. */
  readonly width: number | null;
  /** How real numbers are read. */
  readonly numbers: PhoneNumberOptions;
  /** How proxy numbers and numbers to be shown are read. */
  readonly otherNumbers: PhoneNumberOptions;
  /** IANA name: for dates without an offset. */
  readonly timeZone: string;
  /** Where an export of ours says whose a released proxy number was; such a row has no number that could be mapped. */
  readonly released?: number | null;
}

/** A row as it will be stored, if the number is new. */
export interface ImportRow {
  readonly realNumber: PhoneNumber;
  readonly label: string | null;
  readonly reference: string | null;
  /** UTC, milliseconds; may be in the past. */
  readonly expiresAtMs: number | null;
  /** The cell says so in a word; an empty cell means nothing. */
  readonly neverExpires?: true;
  /** The name of a pool; null: the one that the import is for. */
  readonly pool: string | null;
  readonly callerIdPolicy: CallerIdPolicy | null;
  /** The proxy number that the number already has elsewhere; null: a pool gives one. */
  readonly proxyNumber: PhoneNumber | null;
}

export type RowResult =
  | { readonly ok: true; readonly row: ImportRow }
  | {
      readonly ok: false;
      readonly code: RowRefusal;
      /** The field that is to blame; null: the row as a whole. */
      readonly field: ImportField | null;
    };

/** The content of a row, or the first reason why it cannot be read with certainty. Needs no clock. */
export function interpretRow(raw: RawRow, reading: RowReading): RowResult {
  const { cells } = raw;
  if (raw.fault !== undefined) return refused(raw.fault, null);
  if (isBlank(cells, 0)) return refused("BLANK_ROW", null);
  const { places, width } = reading;
  if (width !== null && cells.length > width && !isBlank(cells, width)) return refused("EXTRA_CELLS", null);

  const formula = formulaIn(raw, places);
  if (formula !== undefined) return refused("FORMULA_WITHOUT_RESULT", formula);
  const { number, part } = readJoinedNumber(cells, places, reading.numbers);
  if (!number.ok && number.code === "EMPTY" && cellAt(cells, reading.released ?? null).trim() !== "")
    return refused("RELEASED_MAPPING", null);
  if (!number.ok) return refused(number.code, part);
  const label = readCellText(cellAt(cells, places.label), maxLabelCharacters);
  if (!label.ok) return refused(textRefusal("LABEL", label.problem), "label");
  const reference = readCellText(cellAt(cells, places.reference), maxLabelCharacters);
  if (!reference.ok) return refused(textRefusal("REFERENCE", reference.problem), "reference");
  const expiryCell = cellAt(cells, places.expiry);
  const expiry = readExpiry(expiryCell, reading.timeZone);
  if (!expiry.ok) return refused(expiry.code, "expiry");
  const pool = readCellText(cellAt(cells, places.pool), maxPoolCharacters);
  if (!pool.ok) return refused("POOL_UNREADABLE", "pool");
  const callerId = cellAt(cells, places.callerIdPolicy).trim();
  const callerIdPolicy = callerId === "" ? null : readCallerIdPolicy(callerId, reading.otherNumbers);
  if (callerId !== "" && callerIdPolicy === null) return refused("CALLER_ID_UNREADABLE", "callerIdPolicy");
  const proxyNumber = readProxyNumber(cellAt(cells, places.proxyNumber), reading.otherNumbers);
  if (proxyNumber === "unreadable") return refused("PROXY_UNREADABLE", "proxyNumber");

  return {
    ok: true,
    row: {
      realNumber: number.number,
      label: label.text,
      reference: reference.text,
      expiresAtMs: expiry.expiresAtMs,
      ...(saysNever(expiryCell) && { neverExpires: true }),
      pool: pool.text,
      callerIdPolicy,
      proxyNumber,
    },
  };
}

/** A pool decides which proxy numbers there are, and may have ones of a private plan. */
export const anyProxyNumber = { acceptPremium: true, acceptUnassigned: true } as const;

function readProxyNumber(cell: string, numbers: PhoneNumberOptions): PhoneNumber | "unreadable" | null {
  if (isNoValue(cell.trim())) return null;
  const read = parsePhoneNumber(cell, { ...numbers, ...anyProxyNumber });
  if (read.ok) return read.number;
  return read.code === "EMPTY" ? null : "unreadable";
}

function refused(code: RowRefusal, field: ImportField | null): RowResult {
  return { ok: false, code, field };
}

/** The field whose cell has a formula without a result, or with an error. */
function formulaIn({ cells, formulas }: RawRow, places: ColumnPlaces): ImportField | undefined {
  if (formulas === undefined && !cells.some(isErrorValue)) return undefined;
  return importFields.find((field) => {
    const place = places[field] ?? -1;
    return formulas?.includes(place) === true || isErrorValue(cells[place] ?? "");
  });
}

function cellAt(cells: readonly string[], place: number | null): string {
  return place === null ? "" : (cells[place] ?? "");
}

function isBlank(cells: readonly string[], from: number): boolean {
  for (let place = from; place < cells.length; place += 1) {
    const cell = cells[place];
    if (cell !== undefined && cell !== "" && cell.trim() !== "") return false;
  }
  return true;
}

function textRefusal(
  field: "LABEL" | "REFERENCE",
  problem: "TOO_LONG" | "CONTROL_CHARACTERS" | "BROKEN_CHARACTERS",
): RowRefusal {
  return problem === "BROKEN_CHARACTERS" ? problem : `${field}_${problem}`;
}
