import { GenerationCache } from "../../numbers/lookup/generationCache.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { createFields } from "../server/fields.ts";

export type ReadNumber = (text: string) => PhoneNumber | null;

/** Parsing a number with the plans of all countries takes as long as the rest of a lookup. */
const rememberedReadings = 20_000;
/** Bounds the memory, whatever is sent. */
const longestRemembered = 40;

/** Parses numbers as the API does, and caches those that a dialplan sends repeatedly. */
export function createNumberReader(defaultCountry: string): ReadNumber {
  const { readNumber } = createFields(defaultCountry);
  const readings = new GenerationCache<string, PhoneNumber>(rememberedReadings);
  return (text) => {
    const known = readings.get(text);
    if (known !== undefined) return known;
    const number = readNumber(text);
    if (number !== null && text.length <= longestRemembered) readings.set(text, number);
    return number;
  };
}
