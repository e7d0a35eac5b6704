import type { CallerIdPolicy } from "../../values/mapping.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";

const words: ReadonlyMap<string, CallerIdPolicy> = new Map<string, CallerIdPolicy>([
  ...["proxy", "masked", "подменный", "прокси"].map((word) => [word, { kind: "proxy" }] as const),
  ...["caller", "original", "звонящий", "номер звонящего"].map((word) => [word, { kind: "caller" }] as const),
  ...["anonymous", "hidden", "анонимно", "анонимный", "скрыт", "скрытый", "скрывать"].map(
    (word) => [word, { kind: "anonymous" }] as const,
  ),
]);

/**
 * Reads `proxy`, `caller`, `anonymous`, their Russian words, a number to be shown or `fixed:` with a number.
 * null where it is none of them.
 */
export function readCallerIdPolicy(text: string, options: PhoneNumberOptions): CallerIdPolicy | null {
  const plain = text.toLowerCase().replace(/\s+/g, " ");
  const known = words.get(plain);
  if (known) return known;
  const parsed = parsePhoneNumber(plain.replace(/^(?:fixed|постоянный)\s*:?\s*/, ""), options);
  return parsed.ok ? { kind: "fixed", number: parsed.number } : null;
}
