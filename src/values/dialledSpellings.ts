import type { CountryPlan } from "./countryPlan.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/** The ways in which a provider may write a number of the country, all of which are understood. */
export function dialledSpellings(number: PhoneNumber, plan: CountryPlan): readonly string[] {
  const { countryCode, nationalPrefixes, internationalPrefixes } = plan;
  const spellings = [`+${number}`, number];
  if (countryCode !== "" && number.startsWith(countryCode)) {
    const national = number.slice(countryCode.length);
    spellings.push(...nationalPrefixes.map((prefix) => prefix + national), national);
  }
  spellings.push(...internationalPrefixes.map((prefix) => prefix + number));
  return [...new Set(spellings)];
}
