import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";

/**
 * A phone number in E.164 without the plus sign: 1 to 15 digits, country code first, e.g. `79001112233`. Stored and
 * compared in this form only; formatting happens at the edges.
 */
export type PhoneNumber = string & { readonly phoneNumber: unique symbol };

/** Whether the text is already in the stored form. Does not check whether the number exists. */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return /^[1-9]\d{0,14}$/.test(text);
}

/**
 * Why a text is rejected as a phone number. Stable: shown, stored, and documented.
 *
 * `EMPTY`: no digit in it. `SCIENTIFIC_NOTATION`: a spreadsheet has dropped digits, as in `7.9E+10`.
 * `SEVERAL_NUMBERS`, `EXTENSION`: more than one number, or a number behind a switchboard.
 * `LETTERS`, `UNREADABLE`: characters that no phone number has. `SHORT_NUMBER`: emergency, service or local
 * number. `TOO_LONG`: over 15 digits. `UNKNOWN_COUNTRY`: no country has this code. `INVALID_NUMBER`: not in
 * the numbering plan of its country.
 */
export type PhoneNumberRefusal =
  | "EMPTY"
  | "SCIENTIFIC_NOTATION"
  | "SEVERAL_NUMBERS"
  | "EXTENSION"
  | "LETTERS"
  | "UNREADABLE"
  | "SHORT_NUMBER"
  | "TOO_LONG"
  | "UNKNOWN_COUNTRY"
  | "INVALID_NUMBER";

type ParsedPhoneNumber =
  | { readonly ok: true; readonly number: PhoneNumber }
  | { readonly ok: false; readonly code: PhoneNumberRefusal };

export interface PhoneNumberOptions {
  /** ISO 3166, e.g. `RU`: for numbers without plus sign, if both readings are possible. */
  readonly defaultCountry: string;
  /** Accept numbers of the right length that are in no numbering plan yet, instead of `INVALID_NUMBER`. */
  readonly acceptUnassigned?: boolean;
}

const minDigits = 7;
const maxDigits = 15;
const maxInputLength = 100;

/**
 * Russian mobile numbers that are all within the numbering plan, in the usual notations without separators. Nearly
 * all uploads here contain only these, and the full parser is forty times slower.
 */
const russianMobile = /^(?:\+?7|8|)(9[0-24-9]\d{8})$/;

/** Separators between digits; `\s` includes all kinds of spaces. */
const separators = /[\s().\-\u2010-\u2015\u2212]+/g;

/** Invisible direction and joining marks, which come along when a number is copied from an address book. */
const unseen = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Prefixes of international numbers: general ones, and the Russian one. */
const abroad = /^(?:\+|00|810(?=\d{10}))(\d+)$/;

/** Parses a number from user input or a file. Rejects ambiguous ones. */
export function parsePhoneNumber(input: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  if (input.length > maxInputLength) return { ok: false, code: "TOO_LONG" };
  const quick = readRussianMobile(input, options);
  if (quick) return { ok: true, number: quick };
  const text = unwrap(input);
  const expanded = expandSpreadsheetNumber(text);
  if (expanded === null) return { ok: false, code: "SCIENTIFIC_NOTATION" };
  const refusal = refusalOfShape(expanded);
  if (refusal) return { ok: false, code: refusal };
  return readDigits(expanded.replace(separators, ""), options);
}

function readRussianMobile(text: string, { defaultCountry }: PhoneNumberOptions): PhoneNumber | null {
  if (defaultCountry !== "RU") return null;
  const match = russianMobile.exec(text) ?? russianMobile.exec(text.replace(separators, ""));
  return match && phoneNumber(`7${match[1]}`);
}

/**
 * Parses a number dialled by a trunk: the user part of a request URI, with or without plus sign, `00`, or the trunk
 * prefix of the default country. Lenient, because the mapping decides; null if it cannot be a number.
 */
export function parseDialled(
  input: string,
  options: Pick<PhoneNumberOptions, "defaultCountry">,
): PhoneNumber | null {
  const text = input.replace(/^(?:sips?|tel):/i, "").replace(/[;@].*$/s, "");
  const compact = text.replace(separators, "");
  const international = abroad.exec(compact);
  const digits = international?.[1] ?? compact;
  if (!international && !hasCallingCode(digits, options.defaultCountry)) {
    const national = readNational(digits, options);
    if (national) return national;
  }
  return isPhoneNumber(digits) ? digits : null;
}

/** Digits that include the calling code of the country, e.g. `79…` with eleven digits in Russia. */
function hasCallingCode(digits: string, defaultCountry: string): boolean {
  if (defaultCountry === "RU") return /^7\d{10}$/.test(digits);
  if (!isSupportedCountry(defaultCountry)) return true;
  return digits.length >= 11 && digits.startsWith(getCountryCallingCode(defaultCountry));
}

function phoneNumber(digits: string): PhoneNumber {
  if (!isPhoneNumber(digits)) throw new Error("The parser returned an invalid phone number.");
  return digits;
}

/** Strips what files and our own export wrap around a number: `'79…`, `="79…"`, `tel:`, a trailing `;`. */
function unwrap(input: string): string {
  return input
    .replace(unseen, "")
    .trim()
    .replace(/^="(.*)"$/, "$1")
    .replace(/^'/, "")
    .replace(/^tel:/i, "")
    .replace(/[;,]+$/, "")
    .trim();
}

/**
 * Spreadsheets turn numbers into `7.9001112233E+10` or `79001112233.0`. If all digits are present, the number is
 * certain; null if digits are lost.
 */
function expandSpreadsheetNumber(text: string): string | null {
  const scientific = /^(\+?\d)(?:[.,](\d+))?e\+?(\d{1,3})$/i.exec(text);
  if (scientific) {
    const [, first = "", fraction = "", exponent] = scientific;
    return fraction.length === Number(exponent) ? first + fraction : null;
  }
  return text.replace(/^(\+?\d{7,15})\.0+$/, "$1");
}

const wordsOfExtensions = /(?:ext|x|доб|вн)/i;

function refusalOfShape(text: string): PhoneNumberRefusal | null {
  if (!/\d/.test(text)) return /\p{L}/u.test(text) ? "LETTERS" : "EMPTY";
  const [first = "", ...others] = text.split(/[;,|/\\&\n\r]+/).filter((part) => /\d/.test(part));
  if (others.length > 0) {
    const waitsForMore = countDigits(first) >= minDigits && others.every((part) => countDigits(part) < 5);
    return waitsForMore && /^[^|/\\&]*$/.test(text) ? "EXTENSION" : "SEVERAL_NUMBERS";
  }
  if ((text.match(/\+/g)?.length ?? 0) > 1) return "SEVERAL_NUMBERS";
  if (/^[*#]/.test(text)) return "SHORT_NUMBER";
  if (/\d\s*[#*]\s*\d/.test(text)) return "EXTENSION";
  if (/\p{L}/u.test(text)) return refusalOfWords(text);
  if (!/^\(?\+?[\d\s().\-\u2010-\u2015\u2212]+$/.test(text)) return "UNREADABLE";
  const digits = countDigits(text.replace(/^\s*(?:00|810)/, ""));
  if (digits > maxDigits) {
    const numbers = text.split(/\s+/).filter((part) => countDigits(part) >= minDigits);
    return numbers.length > 1 ? "SEVERAL_NUMBERS" : "TOO_LONG";
  }
  return digits < minDigits ? "SHORT_NUMBER" : null;
}

/** Letters after the number are an extension or join two numbers ("… и …"), otherwise they are just letters. */
function refusalOfWords(text: string): PhoneNumberRefusal {
  const [before = "", words = "", after = ""] =
    /^([^\p{L}]*)([\p{L}\s.:]+)(.*)$/su.exec(text)?.slice(1) ?? [];
  if (countDigits(before) < minDigits || countDigits(after) === 0) return "LETTERS";
  if (countDigits(after) >= minDigits) return "SEVERAL_NUMBERS";
  return wordsOfExtensions.test(words) ? "EXTENSION" : "LETTERS";
}

function countDigits(text: string): number {
  return text.replace(/\D/g, "").length;
}

function readDigits(compact: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  const international = abroad.exec(compact)?.[1];
  if (international !== undefined) return readInternational(international, options);
  // The default country takes precedence.
  const national = readNational(compact, options);
  if (national) return { ok: true, number: national };
  const result = readInternational(compact, options);
  return result.ok ? result : { ok: false, code: "INVALID_NUMBER" };
}

/** As dialled within the default country; null if its plan has no such number. */
function readNational(
  digits: string,
  { defaultCountry }: Pick<PhoneNumberOptions, "defaultCountry">,
): PhoneNumber | null {
  if (!isSupportedCountry(defaultCountry)) return null;
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry });
  return parsed?.isValid() && !parsed.ext ? phoneNumber(parsed.number.slice(1)) : null;
}

function readInternational(digits: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  if (!parsed) return { ok: false, code: digits.length > maxDigits ? "TOO_LONG" : "UNKNOWN_COUNTRY" };
  const good = options.acceptUnassigned === true ? parsed.isPossible() : parsed.isValid();
  // Some plans contain numbers dialled with digits that E.164 drops; then the reading is ambiguous.
  if (!good || parsed.number !== `+${digits}`) return { ok: false, code: "INVALID_NUMBER" };
  return { ok: true, number: phoneNumber(digits) };
}
