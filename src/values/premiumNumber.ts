import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { PhoneNumber as ParsedNumber } from "libphonenumber-js/max";

/**
 * Country codes of no country whose numbers cost a multiple of others: satellites (870, 881), international networks, most
 * of them satellites or ships and planes (882, 883), and premium rate (979).
 */
export const premiumCodes: ReadonlySet<string> = new Set(["870", "881", "882", "883", "979"]);
const premiumTypes: ReadonlySet<string> = new Set(["PREMIUM_RATE", "SHARED_COST"]);

/** Russian mobile and landline numbers, which nearly all numbers here are: no need to look them up. */
const plainNumber = /^7(?:9[0-24-9]|[34]\d|8[1-9])\d{8}$/;

/** Whether a call to this number costs the operator far more than others: premium rate, shared cost, or a satellite. */
export function isPremiumNumber(digits: string): boolean {
  if (plainNumber.test(digits)) return false;
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  return parsed !== undefined && isPremium(parsed);
}

const isPremium = (parsed: ParsedNumber): boolean =>
  premiumCodes.has(parsed.countryCallingCode) || premiumTypes.has(parsed.getType() ?? "");
