import { parseDialled } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/** Number prefixes used by trunks: international ones, and the national ones in use. */
const prefixes = ["+", "00", "810"] as const;
const nationalPrefixes = ["", "8", "0", "1", "06"] as const;

/** All notations of this caller that a trunk may send, so that calls can be found through an index. */
export function callerSpellings(number: PhoneNumber, defaultCountry: string): readonly string[] {
  const spellings = new Set<string>([number, ...prefixes.map((prefix) => prefix + number)]);
  for (let codeLength = 1; codeLength <= 3; codeLength += 1) {
    for (const prefix of nationalPrefixes) {
      const text = prefix + number.slice(codeLength);
      if (parseDialled(text, { defaultCountry }) === number) spellings.add(text);
    }
  }
  return [...spellings];
}
