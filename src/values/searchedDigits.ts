import type { CountryPlan } from "./countryPlan.ts";
import { plainPhoneText } from "./phoneText.ts";

/** How numbers are written in a country, as far as a search needs to know. */
export type Notation = Pick<CountryPlan, "countryCode" | "nationalPrefixes" | "internationalPrefixes">;

/** Of no country: no digits are a prefix. */
export const withoutPrefixes: Notation = { countryCode: "", nationalPrefixes: [], internationalPrefixes: [] };

/** Behind a prefix. Fewer digits could be anything. */
const fewestBehindPrefix = 3;

/** Beside a word such as `mobile`, fewer digits may belong to a label: `дом 12`. */
const fewestBesideWord = 7;

/** The text without words and marks; null if it is not how a number is written. */
function plainNotation(text: string): string | null {
  const plain = plainPhoneText(text);
  if (!/^[\d\s+().\-/]+$/.test(plain)) return null;
  return /\p{L}/u.test(text) && plain.replaceAll(/\D/g, "").length < fewestBesideWord ? null : plain;
}

/** Whether a text consists of what numbers are written with, in any script, and of marks that are not seen. */
export const isNumberNotation = (text: string): boolean => plainNotation(text) !== null;

/**
 * The digit sequences to search for in numbers stored in E.164, for a text typed in any notation: its digits, with
 * and without a national or international prefix. Empty if the text cannot be part of a number.
 */
export function searchedDigits(text: string, notation: Notation): readonly string[] {
  const plain = plainNotation(text);
  if (plain === null) return [];
  const digits = plain.replaceAll(/\D/g, "");
  const withoutPrefix = (prefixes: readonly string[], countryCode: string): readonly string[] =>
    prefixes
      .filter((prefix) => digits.startsWith(prefix) && digits.length >= prefix.length + fewestBehindPrefix)
      .map((prefix) => countryCode + digits.slice(prefix.length));
  const meanings = [digits];
  if (!plain.startsWith("+"))
    meanings.push(
      ...withoutPrefix(
        notation.nationalPrefixes.filter((prefix) => prefix !== ""),
        notation.countryCode,
      ),
      ...withoutPrefix(notation.internationalPrefixes, ""),
    );
  return [...new Set(meanings)].filter((meaning) => meaning !== "");
}
