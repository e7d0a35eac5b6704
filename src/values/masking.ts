import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";

/** No calling code is the beginning of another (ITU-T E.164), so the first that fits is the right one. */
const callingCodes = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

/** As many as a masked number shows at its end, if it is long enough. */
export const shownDigits = 4;

/**
 * A number with so many digits is long enough, whatever its calling code: that has three at most, and eight digits
 * after it are enough for the mask to show the last four.
 */
export const digitsThatShowFour = 11;

export const dots = "•••";
const leastHidden = 3;

/**
 * `79001112233` as `+7 900 ••• 22 33`: enough to tell two callers apart, too little to call one. At least three
 * digits are hidden of any number; the dots do not say how many.
 */
export function maskNumber(digits: string): string {
  const plain = digits.replace(/^\+/, "");
  // What is no number may be a name or a secret: nothing of it is shown.
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
