import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Finds a number in text of any kind. */
export interface NumberTrace {
  /** E.164 without the plus sign, or the digits that a trunk sent. */
  readonly number: string;
  /** The digits that every notation of the number has: those without the country code. */
  readonly digits: string;
  /** Whether a text shows the number, in any notation. */
  readonly isIn: (text: string) => boolean;
}

/** Shorter ones occur in all kinds of digits, so they count only with the country code. */
const fewestDigits = 7;
/** Between the digits of one number, also invisible ones. A line end, a tab, a comma, or a letter ends it. */
const withinNumbers =
  /(?<=\d)[-+ .()[\]{}/_*·•'’~|\u00A0\u00AD\u2000-\u2015\u202A-\u202F\u205F-\u2064\u2212\u3000\uFEFF\uFF0D]+(?=\d)/gu;
/** Those of other scripts, such as full-width and Arabic ones. */
const otherDigits = /(?![0-9])\p{Nd}/gu;

export function traceOf(number: string): NumberTrace {
  const national = parsePhoneNumberFromString(`+${number}`)?.nationalNumber ?? number;
  const digits = national.length >= fewestDigits ? national : number;
  return {
    number,
    digits,
    isIn: (text) => {
      if (text.includes(digits)) return true;
      const plain = text.replace(otherDigits, plainDigit);
      return /\d/u.test(plain) && plain.replace(withinNumbers, "").includes(digits);
    },
  };
}

/** Unicode has the ten digits of a script in a row. */
function plainDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
