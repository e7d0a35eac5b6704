import type { RawRow } from "../rows/row.ts";
import { readCallerIdPolicy } from "../rows/callerIdCell.ts";
import { readExpiry } from "../rows/expiryCell.ts";
import { isNoValue } from "../rows/noValue.ts";
import { countryNamed } from "../../values/countryNames.ts";
import { countryPlan, isCallingCode } from "../../values/countryPlan.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumberOptions, PhoneNumberRefusal } from "../../values/phoneNumber.ts";

/** Kinds of cells in one column, as shares of the cells that are not empty, 0 to 1. */
export interface ColumnContents {
  readonly filled: number;
  /** Phone numbers; damaged ones count in part. */
  readonly numbers: number;
  /** Phone numbers that cannot be anything else: with a plus sign or separators, or mobile ones with a prefix. */
  readonly surelyNumbers: number;
  readonly dates: number;
  /** Texts with a letter or a flag. */
  readonly words: number;
  /** Yes and no, in any words. */
  readonly yesOrNo: number;
  /** Country codes with a plus sign: `+1`. */
  readonly callingCodes: number;
  /** Country codes with or without a plus sign, or a country by its letters or name: `1`, `US`, `Германия`. */
  readonly countries: number;
  /** Countries whose numbers begin differently from those of the default country. */
  readonly foreignCountries: number;
  /** How many different ones. */
  readonly foreignKinds: number;
  /** Some cell is a caller ID policy, in words. */
  readonly hasPolicies: boolean;
}

/** Refused, but a sign that the column is meant for phone numbers. */
const ruined: ReadonlyMap<PhoneNumberRefusal, number> = new Map([
  ["SCIENTIFIC_NOTATION", 0.5],
  ["SEVERAL_NUMBERS", 0.5],
  ["EXTENSION", 0.5],
  ["PREFIX_UNCLEAR", 0.5],
  ["PREMIUM_NUMBER", 0.5],
  // Of long IDs, some begin with a country code.
  ["PLUS_MISSING", 0.25],
]);

/** Numbers and dates are shorter; anything longer is text. */
const longestCell = 100;

/** 1 for a phone number, less for a damaged one, 0 for anything else. */
export function likenessToNumber(cell: string, options: PhoneNumberOptions): number {
  if (cell.length > longestCell || !/\d/.test(cell)) return 0;
  const parsed = parsePhoneNumber(cell, options);
  if (parsed.ok) return 1;
  // A date with a time has enough digits for two numbers.
  return isDate(cell) ? 0 : (ruined.get(parsed.code) ?? 0);
}

/** Reading numbers takes time, and more cells than these would add nothing. */
const cellsToRead = 10_000;

/** Examines the first `width` columns of the first rows. */
export function describeColumns(
  rows: readonly RawRow[],
  width: number,
  options: PhoneNumberOptions,
): ColumnContents[] {
  const some = rows.slice(0, Math.max(10, Math.ceil(cellsToRead / Math.max(1, width))));
  return Array.from({ length: width }, (_, place) => describeColumn(some, place, options));
}

function describeColumn(rows: readonly RawRow[], place: number, options: PhoneNumberOptions): ColumnContents {
  const cells = cellsOf(rows, place);
  // The result of the formula is unknown and may be a number.
  const formulas = rows.filter((row) => row.formulas?.includes(place)).length;
  const filled = cells.length + formulas;
  const share = (count: number): number => (filled === 0 ? 0 : count / filled);
  const foreign = cells.filter((cell) => isForeign(cell, options));
  const likeness = cells.map((cell) => likenessToNumber(cell, options));
  return {
    filled,
    numbers: share(formulas + likeness.reduce((sum, one) => sum + one, 0)),
    surelyNumbers: share(cells.filter((cell, at) => likeness[at] === 1 && showsNumber.test(cell)).length),
    dates: share(cells.filter(isDate).length),
    words: share(cells.filter((cell) => /\p{L}|\p{RI}/u.test(cell) && !isDate(cell)).length),
    yesOrNo: share(cells.filter((cell) => yesAndNo.has(cell.toLowerCase())).length),
    callingCodes: share(cells.filter((cell) => cell.startsWith("+") && isCountryCell(cell)).length),
    countries: share(cells.filter(isCountryCell).length),
    foreignCountries: share(foreign.length),
    foreignKinds: new Set(foreign).size,
    hasPolicies: cells.some((cell) => /\p{L}/u.test(cell) && readCallerIdPolicy(cell, options) !== null),
  };
}

/** The cells of a column, trimmed, without empty ones and those too long to inspect. */
export function cellsOf(rows: readonly RawRow[], place: number): readonly string[] {
  const cells: string[] = [];
  for (const row of rows) {
    const cell = (row.cells[place] ?? "").slice(0, longestCell + 1).trim();
    if (cell !== "" && !isNoValue(cell)) cells.push(cell);
  }
  return cells;
}

/** Most cells could be intended as numbers. */
export const hasDigits = (cells: readonly string[]): boolean =>
  cells.filter((cell) => /^[^\p{L}]*$/u.test(cell) && cell.replace(/\D/g, "").length >= fewestDigits).length >
  cells.length / 2;

const fewestDigits = 5;

const callingCodeOf = (cell: string): string => cell.replace(/^\(?\+?(\d{1,3})\)?$/, "$1");

const isCountryCell = (cell: string): boolean =>
  isCallingCode(callingCodeOf(cell)) || countryNamed(cell) !== null;

function isForeign(cell: string, { defaultCountry }: PhoneNumberOptions): boolean {
  const country = countryNamed(cell);
  const code = country === null ? callingCodeOf(cell) : countryPlan(country).countryCode;
  return isCallingCode(code) && code !== countryPlan(defaultCountry).countryCode;
}

const showsNumber = /^[^\d]*\+|^\D*[78]?\D*9\d{2}\D+\d|[()]|^[78]9\d{9}$/;

const yesAndNo: ReadonlySet<string> = new Set(
  [
    "yes no y n true false t f 0 1 on off + - ✓ ✔ x х valid invalid active inactive enabled disabled",
    "да нет д н истина ложь вкл выкл есть активен неактивен включен отключен ja nein j wahr falsch aktiv inaktiv",
  ]
    .join(" ")
    .split(" "),
);

function isDate(cell: string): boolean {
  return cell.length <= longestCell && /\d/.test(cell) && readExpiry(cell, "UTC").ok;
}
