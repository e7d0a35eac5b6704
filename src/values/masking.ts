import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";

/** No calling code is a prefix of another (ITU-T E.164), so the first match is right. */
const callingCodes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

/** The digits shown at the end of a masked number that is long enough. */
export const shownDigits = 4;

/**
 * A number with this many digits is long enough for any calling code: those have three digits at most, and eight
 * more are enough to show the last four.
 */
export const digitsThatShowFour = 11;

const dots = "•••";
const leastHidden = 3;

/**
 * `79001112233` as `+7 900 ••• 22 33`: enough to distinguish two callers, too little to call one. At least three
 * digits are hidden; the number of dots does not indicate how many.
 */
export function maskNumber(digits: string): string {
  const plain = digits.replace(/^\+/, "");
  // Anything else may be a name or a secret, so nothing of it is shown.
  if (!/^\d+$/.test(plain)) return dots;
  const code = [1, 2, 3].map((length) => plain.slice(0, length)).find((head) => callingCodes.has(head)) ?? "";
  const national = plain.slice(code.length);
  const tail = national.length >= 8 ? shownDigits : national.length >= 6 ? 2 : 0;
  const head = Math.max(0, Math.min(3, national.length - tail - leastHidden));
  const end = national.slice(national.length - tail);
  return [code && `+${code}`, national.slice(0, head), dots, end.slice(0, 2), end.slice(2)]
    .filter((part) => part !== "")
    .join(" ");
}
