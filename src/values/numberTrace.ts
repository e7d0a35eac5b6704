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
/** Between the digits of one number. A line end, a tab, or another letter ends it. */
const withinNumbers =
  /(?<=\d)[ .()/\u00A0\u2010-\u2015-]+(?=\d)|(?<=\d)[ .()/\u00A0\u2010-\u2015-]+(?=[()]*\d)/gu;

export function traceOf(number: string): NumberTrace {
  const national = parsePhoneNumberFromString(`+${number}`)?.nationalNumber ?? number;
  const digits = national.length >= fewestDigits ? national : number;
  return {
    number,
    digits,
    isIn: (text) =>
      text.includes(digits) || (/\d/u.test(text) && text.replace(withinNumbers, "").includes(digits)),
  };
}
