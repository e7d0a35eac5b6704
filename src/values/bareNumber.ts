import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { countryPlan } from "./countryPlan.ts";
import type { BareForm } from "./bareForms.ts";
import type { CountryPlan } from "./countryPlan.ts";

interface BareNumberOptions {
  /** ISO 3166. */
  readonly country: string;
  readonly form?: BareForm | undefined;
}

/**
 * E.164 digits of a number that was written without a plus sign. `PLUS_MISSING`: not a complete number of the country,
 * but one of another. `PREFIX_UNCLEAR`: whole, or with a digit missing behind a prefix. `SHORT_NUMBER`: whole, or without its
 * area code. `INVALID_NUMBER`: none of them.
 */
type BareReading =
  | { readonly digits: string }
  | { readonly code: "PLUS_MISSING" | "PREFIX_UNCLEAR" | "SHORT_NUMBER" | "INVALID_NUMBER" };

/**
 * Reads a number without a plus sign or international prefix: a complete number of the country, or none.
 * @param groups its digits as they were separated: an 8 that stands alone is a prefix, three digits are an area code.
 */
export function readBareNumber(groups: readonly string[], { country, form }: BareNumberOptions): BareReading {
  const digits = groups.join("");
  const plan = isSupportedCountry(country) ? countryPlan(country) : null;
  const readings = plan === null ? [] : nationalReadings(groups, digits, { country, plan }, form);
  if (form === "international" && isWhole(digits)) readings.push(digits);
  const [first, ...others] = [...new Set(readings)];
  if (first !== undefined && others.length === 0) {
    if (form !== undefined || plan === null) return { digits: first };
    if (mayLackDigit(groups, digits, plan)) return { code: "PREFIX_UNCLEAR" };
    return mayLackAreaCode(first, digits, plan) ? { code: "SHORT_NUMBER" } : { digits: first };
  }
  if (first !== undefined) return { code: "PREFIX_UNCLEAR" };
  const isAbroad = digits.length > shortestNational(plan) && !isPrefix(groups, plan) && isWhole(digits);
  return { code: isAbroad ? "PLUS_MISSING" : "INVALID_NUMBER" };
}

interface Home {
  readonly country: string;
  readonly plan: CountryPlan;
}

/** Countries where an area code has three digits, and a group of three is one. */
const threeDigitAreaCodes: ReadonlySet<string> = new Set(["7", "1"]);

function nationalReadings(
  groups: readonly string[],
  digits: string,
  home: Home,
  form: BareForm | undefined,
): string[] {
  const { countryCode, nationalPrefixes } = home.plan;
  const [first = ""] = groups;
  const stands = groups.length > 1 ? first : null;
  const readings: string[] = [];
  const add = (national: string): void => {
    if (isNational(national, home)) readings.push(countryCode + national);
  };
  const isAreaCode = stands?.length === 3 && threeDigitAreaCodes.has(countryCode);
  const isOwnPrefix = stands !== null && nationalPrefixes.includes(stands);
  const isOwnCode = stands === countryCode;
  if (!isAreaCode && !isOwnCode)
    for (const prefix of nationalPrefixes)
      if (digits.startsWith(prefix) && (!isOwnPrefix || prefix.startsWith(first)))
        add(digits.slice(prefix.length));
  if (!isAreaCode && (!isOwnPrefix || isOwnCode) && digits.startsWith(countryCode))
    add(digits.slice(countryCode.length));
  if (!isOwnPrefix && !isOwnCode && form !== "international") add(digits);
  return readings;
}

/**
 * `8343123456` is a number of the area 834, or an 8 and a number of the area 343 that lacks a digit. A group of three
 * shows which.
 */
function mayLackDigit(groups: readonly string[], digits: string, plan: CountryPlan): boolean {
  const { nationalFirst, nationalLengths, nationalPrefixes, countryCode } = plan;
  if (!nationalFirst || !nationalLengths.includes(digits.length)) return false;
  if (groups.length > 1 && groups[0]?.length === 3) return false;
  return [...nationalPrefixes, countryCode].some((prefix) => prefix !== "" && digits.startsWith(prefix));
}

/** Local numbers are hardly ever longer. */
const longestLocal = 8;

/** Without the prefix, a landline number of few digits may be a local one that begins like another area: `4561890`. */
const mayLackAreaCode = (number: string, digits: string, plan: CountryPlan): boolean =>
  !plan.nationalFirst &&
  plan.nationalPrefixes.length > 0 &&
  digits.length <= longestLocal &&
  number === plan.countryCode + digits &&
  parsePhoneNumberFromString(`+${number}`)?.getType() !== "MOBILE";

const isPrefix = ([first = "", ...others]: readonly string[], plan: CountryPlan | null): boolean =>
  others.length > 0 && plan !== null && (plan.nationalPrefixes.includes(first) || first === plan.countryCode);

const shortestNational = (plan: CountryPlan | null): number => plan?.nationalLengths[0] ?? 0;

/** Whether the plan of the country has this number, without prefix and country code. */
function isNational(digits: string, home: Home): boolean {
  const { plan } = home;
  if (plan.nationalFirst && !plan.nationalLengths.includes(digits.length)) return false;
  return isInZone(digits, home) && isWhole(plan.countryCode + digits);
}

/**
 * Russia and Kazakhstan share the code 7. A wrong digit of one makes numbers of the other, so each is read with a plus
 * sign only in the other.
 */
function isInZone(digits: string, { country, plan }: Home): boolean {
  if (plan.countryCode !== "7") return true;
  const isKazakh = /^[67]/.test(digits);
  return isKazakh === (country === "KZ") || digits.startsWith("80");
}

/** In E.164. Some countries have longer numbers, which cannot be called from abroad. */
export const maxDigits = 15;

/** Whether these are the digits of a number in the numbering plan of their country. */
function isWhole(digits: string): boolean {
  if (digits.length > maxDigits) return false;
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  return parsed !== undefined && parsed.number === `+${digits}` && parsed.isValid();
}
