import type { CountryPlan } from "./countryPlan.ts";

const fewest = 3;

/** Whether a text consists of what numbers are written with. */
export const isNumberNotation = (text: string): boolean => /^[\d\s+().\-–/]+$/.test(text);

/**
 * What a text, typed in any notation, may be a part of when numbers are stored in E.164: its digits, and without a national or
 * international prefix. Empty for a text that is no part of a number.
 */
export function searchedDigits(text: string, plan: CountryPlan): readonly string[] {
  if (!isNumberNotation(text)) return [];
  const digits = text.replaceAll(/\D/g, "");
  const withoutPrefix = (prefixes: readonly string[], countryCode: string): readonly string[] =>
    prefixes
      .filter((prefix) => digits.startsWith(prefix) && digits.length >= prefix.length + fewest)
      .map((prefix) => countryCode + digits.slice(prefix.length));
  const meanings = [digits];
  if (!text.trimStart().startsWith("+"))
    meanings.push(
      ...withoutPrefix(
        plan.nationalPrefixes.filter((prefix) => prefix !== ""),
        plan.countryCode,
      ),
      ...withoutPrefix(plan.internationalPrefixes, ""),
    );
  return [...new Set(meanings)].filter((meaning) => meaning.length >= fewest);
}
