import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { maxDigits, readBareNumber } from "./bareNumber.ts";
import type { BareForm } from "./bareForms.ts";
import { countryPlan } from "./countryPlan.ts";
import { countDigits, plainPhoneText, separators, withoutSlashes } from "./phoneText.ts";
import { isPremiumNumber } from "./premiumNumber.ts";
import { expandSpreadsheetNumber } from "./spreadsheetNumber.ts";

/**
 * A phone number in E.164 without the plus sign: 1 to 15 digits, country code first, e.g. `79001112233`. Stored and
 * compared in this form only; formatting happens at the edges.
 */
export type PhoneNumber = string & { readonly phoneNumber: unique symbol };

/** Whether the text is already in the stored form. Does not check whether the number exists. */
export function isPhoneNumber(text: string): text is PhoneNumber {
  return /^[1-9]\d{0,14}$/.test(text);
}

/** The text if it is a phone number in the stored form. */
export const phoneNumberOrNull = (text: string | null | undefined): PhoneNumber | null =>
  typeof text === "string" && isPhoneNumber(text) ? text : null;

/**
 * Why a text is rejected as a phone number. Stable: shown, stored, and documented.
 *
 * `EMPTY`: no digit in it. `SCIENTIFIC_NOTATION`: a spreadsheet has dropped digits, as in `7.9E+10`.
 * `SEVERAL_NUMBERS`, `EXTENSION`: more than one number, or a number behind a switchboard.
 * `LETTERS`, `UNREADABLE`: characters that no phone number has. `SHORT_NUMBER`: emergency, service or local
 * number. `TOO_LONG`: over 15 digits. `UNKNOWN_COUNTRY`: no country has this code. `INVALID_NUMBER`: not in
 * the numbering plan of its country. `PLUS_MISSING`: not complete in the default country, and with a plus sign a number
 * of another. `PREFIX_UNCLEAR`: whole, or with a digit missing behind the national prefix. `PREMIUM_NUMBER`: premium rate,
 * shared cost, or a satellite.
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
  | "INVALID_NUMBER"
  | "PLUS_MISSING"
  | "PREFIX_UNCLEAR"
  | "PREMIUM_NUMBER";

export type ParsedPhoneNumber =
  | { readonly ok: true; readonly number: PhoneNumber }
  | { readonly ok: false; readonly code: PhoneNumberRefusal };

export interface PhoneNumberOptions {
  /** ISO 3166, e.g. `RU`: numbers without a plus sign are numbers of this country. */
  readonly defaultCountry: string;
  /** The meaning of numbers without a plus sign, if the rest of their column shows it or it was chosen. */
  readonly bareForm?: BareForm | undefined;
  /** Accept numbers of the right length that are in no numbering plan yet, instead of `INVALID_NUMBER`. */
  readonly acceptUnassigned?: boolean;
  /** Accept premium rate, shared cost, and satellite numbers, instead of `PREMIUM_NUMBER`. */
  readonly acceptPremium?: boolean;
}

/** Fewer digits are an emergency, service, or local number. */
export const minDigits = 7;
const maxInputLength = 100;

/**
 * Russian mobile numbers that are all within the numbering plan, in the usual notations without separators. Nearly
 * all uploads here contain only these, and the full parser is forty times slower.
 */
const russianMobile = /^(?:\+?7|8|)(9[0-24-9]\d{8})$/;
const usualSeparators = /[\s().-]+/g;
/** `900111223.0`, as tables write whole numbers: the zero is not a digit of the number. */
const decimals = /\.0+\s*$/;

/** Parses a number from user input or a file. Rejects what may be another number. */
export function parsePhoneNumber(input: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  if (input.length > maxInputLength) return refused("TOO_LONG");
  const quick = readRussianMobile(input, options);
  if (quick) return { ok: true, number: quick };
  const text = expandSpreadsheetNumber(plainPhoneText(input));
  if (text === null) return refused("SCIENTIFIC_NOTATION");
  const joined = withoutSlashes(text);
  const refusal = refusalOfShape(joined);
  return refusal ? refused(refusal) : withoutPremium(readNumber(joined, options), options);
}

const refused = (code: PhoneNumberRefusal): ParsedPhoneNumber => ({ ok: false, code });

function readRussianMobile(
  text: string,
  { defaultCountry, bareForm }: PhoneNumberOptions,
): PhoneNumber | null {
  if (defaultCountry !== "RU" || bareForm === "international") return null;
  const match = russianMobile.exec(text) ?? russianMobile.exec(text.replace(usualSeparators, ""));
  return match && !decimals.test(text) ? phoneNumber(`7${match[1]}`) : null;
}

function withoutPremium(parsed: ParsedPhoneNumber, { acceptPremium }: PhoneNumberOptions): ParsedPhoneNumber {
  if (!parsed.ok || acceptPremium === true || !isPremiumNumber(parsed.number)) return parsed;
  return refused("PREMIUM_NUMBER");
}

/** Of digits and separators, with a plus sign in front or without one. */
function readNumber(text: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  const { defaultCountry, bareForm, acceptUnassigned = false } = options;
  const compact = text.replace(separators, "");
  if (compact.startsWith("+")) return readInternational(text, 1, options);
  const prefix = internationalPrefix(compact, defaultCountry);
  if (prefix > 0) return readInternational(text, prefix, options);
  const groups = text.split(separators).filter((group) => group !== "");
  const bare = readBareNumber(groups, { country: defaultCountry, form: bareForm });
  if ("digits" in bare) return { ok: true, number: phoneNumber(bare.digits) };
  // With the country code in front, a number of the right length that was not assigned yet is certain enough.
  const mayBeNew = acceptUnassigned && hasCallingCode(compact, defaultCountry);
  return mayBeNew && bare.code === "INVALID_NUMBER" ? readDigits(compact, options) : refused(bare.code);
}

/** Digits behind the prefix of international calls; fewer are a national number that starts alike. */
const fewestAbroad = 9;
/** `8` is also the national prefix of countries that dial `810`. */
const fewestBehindLongPrefix = 10;

/** Length of the prefix of international calls that the digits start with, 0 for none. */
function internationalPrefix(digits: string, country: string): number {
  const prefix = countryPlan(country).internationalPrefixes.find((one) => digits.startsWith(one)) ?? "";
  const fewest = prefix.length > 2 ? fewestBehindLongPrefix : fewestAbroad;
  return digits.length - prefix.length >= fewest ? prefix.length : 0;
}

/** A national prefix in brackets, which is not dialled from abroad: `+49 (0)30 1234567`. */
const bracketedPrefix = /^(\D*(?:\d{1,6}?(?=[\s.\-~]*\(0\))|7(?=[\s.\-~]*\(8\))))[\s.\-~]*\([08]\)/;

/** @param prefixLength the plus sign, or the digits in its place */
function readInternational(
  text: string,
  prefixLength: number,
  options: PhoneNumberOptions,
): ParsedPhoneNumber {
  const digitsOf = (one: string): string => one.replace(separators, "").slice(prefixLength);
  const digits = digitsOf(text);
  if (!showsCallingCode(text, digits)) return refused("INVALID_NUMBER");
  const whole = readDigits(digits, options);
  if (!bracketedPrefix.test(text)) return whole;
  const without = readDigits(digitsOf(text.replace(bracketedPrefix, "$1 ")), options);
  // Where zeros belong to numbers, as in Italy, both may exist.
  if (whole.ok && without.ok) return refused("INVALID_NUMBER");
  return without.ok ? without : whole;
}

/** In Ukraine and Bangladesh, `+38 (050)` and `+88 017` are usual. */
function isCodeWithoutPrefix(group: string, code: string): boolean {
  return (code === "380" || code === "880") && `${group}0` === code;
}

/** The country code stands whole and directly behind the plus sign: `+ (343) 123…` and `+3 (747) 123…` lack digits. */
function showsCallingCode(text: string, digits: string): boolean {
  const [, bracket, group = ""] = /^[^+\d]*\+[^\d(]*(\(?)[^\d]*(\d+)\D/.exec(text) ?? [];
  const code = parsePhoneNumberFromString(`+${digits}`)?.countryCallingCode;
  if (group === "" || code === undefined) return true;
  // `+38 (050) 123…`: the national prefix is the last digit of the code.
  if (bracket === "" && isCodeWithoutPrefix(group, code)) return true;
  // In brackets, three digits are an area code: `+(967) 123…` has lost its 7.
  return bracket === "" ? group.length >= code.length : group === code && code.length < 3;
}

/** Prefixes of international numbers: general ones, and the Russian one. */
const abroad = /^(?:\+|00|810(?=\d{10}))(\d+)$/;

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
  return phoneNumberOrNull(digits);
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

const wordsOfExtensions = /(?:ext|x|доб|доп|дод|вн|durchwahl|dw|nebenst|nst|app)/i;

function refusalOfShape(text: string): PhoneNumberRefusal | null {
  if (!/\d/.test(text)) return shapeWithoutDigits(text);
  const [first = "", ...others] = text.split(/[;,|/\\&\n\r]+|:::/).filter((part) => /\d/.test(part));
  if (others.length > 0) {
    const waitsForMore = countDigits(first) >= minDigits && others.every((part) => countDigits(part) < 5);
    return waitsForMore && /^[^|/\\&]*$/.test(text) ? "EXTENSION" : "SEVERAL_NUMBERS";
  }
  const [, ...afterPlus] = text.split("+");
  if (afterPlus.length > 1)
    return afterPlus.filter((part) => countDigits(part) >= minDigits).length > 1
      ? "SEVERAL_NUMBERS"
      : "UNREADABLE";
  if (/^[*#]/.test(text)) return countDigits(text) < minDigits ? "SHORT_NUMBER" : "UNREADABLE";
  if (/\d\s*[#*]\s*\d/.test(text)) return "EXTENSION";
  if (/\p{L}/u.test(text)) return refusalOfWords(text);
  if (!/^[(\-\s]*\+?[\d\s().\-~_']+$/.test(text)) return "UNREADABLE";
  const digits = text.replace(separators, "").replace(/^(?:\+|00|810(?=\d{10}))/, "").length;
  if (digits > maxDigits) {
    const numbers = text.split(/\s+/).filter((part) => countDigits(part) >= minDigits);
    return numbers.length > 1 ? "SEVERAL_NUMBERS" : "TOO_LONG";
  }
  return digits < minDigits ? "SHORT_NUMBER" : null;
}

/** A column that is too narrow shows `####`. */
function shapeWithoutDigits(text: string): PhoneNumberRefusal {
  if (/\p{L}/u.test(text)) return "LETTERS";
  return /^#{3,}$/.test(text) ? "SCIENTIFIC_NOTATION" : "EMPTY";
}

/** Letters after the number are an extension or join two numbers ("… и …"), otherwise they are just letters. */
function refusalOfWords(text: string): PhoneNumberRefusal {
  const [before = "", words = "", after = ""] =
    /^([^\p{L}]*)([\p{L}\s.:]+)(.*)$/su.exec(text)?.slice(1) ?? [];
  if (countDigits(before) < minDigits || countDigits(after) === 0) return "LETTERS";
  if (countDigits(after) >= minDigits) return "SEVERAL_NUMBERS";
  return wordsOfExtensions.test(words) ? "EXTENSION" : "LETTERS";
}

/** As dialled within the default country; null if its plan has no such number. */
function readNational(
  digits: string,
  { defaultCountry }: Pick<PhoneNumberOptions, "defaultCountry">,
): PhoneNumber | null {
  if (!isSupportedCountry(defaultCountry)) return null;
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry });
  // Some plans have numbers that are too long for E.164.
  return parsed?.isValid() && !parsed.ext ? phoneNumberOrNull(parsed.number.slice(1)) : null;
}

function readDigits(digits: string, options: PhoneNumberOptions): ParsedPhoneNumber {
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  if (!parsed) return { ok: false, code: digits.length > maxDigits ? "TOO_LONG" : "UNKNOWN_COUNTRY" };
  const good = options.acceptUnassigned === true ? parsed.isPossible() : parsed.isValid();
  // Some plans contain numbers dialled with digits that E.164 drops; then the reading is ambiguous.
  if (!good || parsed.number !== `+${digits}`) return { ok: false, code: "INVALID_NUMBER" };
  return { ok: true, number: phoneNumber(digits) };
}
