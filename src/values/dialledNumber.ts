import type { CountryPlan } from "./countryPlan.ts";
import { isPhoneNumber } from "./phoneNumber.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** The reading of a dialled number. */
interface DialledReading {
  readonly number: PhoneNumber;
  /** Another meaning, for a number that is unknown in the first one; null for none. */
  readonly also: PhoneNumber | null;
}

/** The fewest digits of an international number, so that a short number that starts like a prefix is left alone. */
const shortestInternational = 8;

/**
 * Reads the number that a trunk sends, exactly as `[incoming]` in `asterisk/extensions.conf` does: the cases are in
 * `test/support/dialledNumbers.ts`. Parameters after `;` are cut off. The rest must be digits with one optional plus
 * sign: nothing is filtered out, because that could turn it into another number. null: not a number.
 */
export function readDialled(text: string, plan: CountryPlan): DialledReading | null {
  const [address = ""] = text.split(";", 1);
  const [, plus, digits = ""] = /^(\+?)(\d{1,20})$/.exec(address) ?? [];
  if (digits === "") return null;
  const [first, second] = (plus === "+" ? [digits] : meaningsOf(digits, plan)).filter(isPhoneNumber);
  if (first === undefined) return null;
  return { number: first, also: second === undefined || second === first ? null : second };
}

/** E.164 digits, the most likely first. Any of them may turn out not to be a phone number. */
function meaningsOf(digits: string, plan: CountryPlan): readonly string[] {
  const { countryCode, nationalPrefixes, internationalPrefixes, nationalFirst } = plan;
  for (const prefix of internationalPrefixes) {
    const rest = digits.slice(prefix.length);
    if (digits.startsWith(prefix) && rest.length >= shortestInternational) return [rest, digits];
  }
  const isNational = (rest: string): boolean => plan.nationalLengths.includes(rest.length);
  for (const prefix of nationalPrefixes) {
    const rest = digits.slice(prefix.length);
    if (digits.startsWith(prefix) && isNational(rest)) return [countryCode + rest, digits];
  }
  if (digits.startsWith(countryCode) && isNational(digits.slice(countryCode.length))) return [digits];
  if (!isNational(digits)) return [digits];
  const national = countryCode + digits;
  return nationalFirst ? [national, digits] : [digits, national];
}
