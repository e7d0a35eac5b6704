import { UnreadableFileError } from "../errors.ts";
import { decodeEscapes } from "./xml.ts";
import { shownNumber } from "./numberFormat.ts";
import type { CellStyle } from "./styles.ts";
import type { StringTable } from "./stringTable.ts";
import { dayMs } from "../../../values/durations.ts";

/** Tables that cells refer to. */
export interface CellContext {
  readonly strings: StringTable;
  /** By number of the cell's style: it is shown as a date. */
  readonly styles: readonly CellStyle[];
  /** Days are counted from 1904, as on old Macs. */
  readonly date1904: boolean;
}

interface CellContent {
  /** The `t` of the cell; empty for numbers. */
  readonly type: string;
  /** The `s` of the cell. */
  readonly style: number;
  readonly value: string;
  readonly inlineText: string;
}

/**
 * The content of a cell as text: numbers with all their digits, even those that only their format has (`79001112233`
 * for what Excel displays as `7.9E+10`), dates as `2027-02-01` or `2027-02-01T18:00:00`.
 */
export function cellText({ type, style, value, inlineText }: CellContent, context: CellContext): string {
  switch (type) {
    case "s": {
      const text = value.trim() === "" ? "" : context.strings.at(Number(value));
      if (text === undefined) throw new UnreadableFileError("FILE_DAMAGED");
      return asShown(text, context.styles[style], true);
    }
    case "inlineStr":
      return asShown(decodeEscapes(inlineText), context.styles[style], true);
    case "str":
      return asShown(decodeEscapes(value), context.styles[style], true);
    case "b":
      return value.trim() === "1" ? "TRUE" : "FALSE";
    case "e":
      return value;
    case "d":
      return value.trim().replace(/T00:00:00(?:\.0+)?Z?$/, "");
    default:
      return numberText(value.trim(), context.styles[style], context.date1904);
  }
}

function numberText(value: string, style: CellStyle | undefined, date1904: boolean): string {
  if (value === "") return "";
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const date = style?.isDate === true ? dateText(number, date1904) : null;
  return date ?? asShown(digitsOf(value, number), style, false);
}

function digitsOf(value: string, number: number): string {
  if (/^-?\d+$/.test(value)) return value;
  // Up to this size every digit that the file holds is kept, and String() writes no exponent.
  return Number.isInteger(number) && Math.abs(number) < 1e21 ? BigInt(number).toString() : String(number);
}

/** Fewer digits are not a phone number, so that `+1` is a difference, not a country code. */
const fewestDigits = 7;

/** Without the digits and the plus sign in the format of its cell, this could be a phone number of another country. */
function asShown(text: string, style: CellStyle | undefined, isText: boolean): string {
  const format = style?.format ?? null;
  return format !== null && text.length >= fewestDigits && /^\d+$/.test(text)
    ? shownNumber(text, format, isText)
    : text;
}

/** Serial numbers of 1900-03-01, before which Excel's calendar is wrong, and of the end of 9999. */
const firstDay = 61;
const lastDay = 2_958_466;

function dateText(serial: number, date1904: boolean): string | null {
  const day = date1904 ? serial + 1462 : serial;
  if (day < firstDay || day >= lastDay) return null;
  // Excel keeps times to the second, with an error in the last digits.
  const at = new Date(Date.UTC(1899, 11, 30) + Math.round((day * dayMs) / 1000) * 1000).toISOString();
  return at.endsWith("T00:00:00.000Z") ? at.slice(0, 10) : at.slice(0, 19);
}
