import type { CallerIdPolicy } from "../../values/mapping.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";

const words: ReadonlyMap<string, CallerIdPolicy> = new Map<string, CallerIdPolicy>([
  ...["proxy", "masked", "подменный", "прокси"].map((word) => [word, { kind: "proxy" }] as const),
  ...["dialled", "dialed", "набранный"].map((word) => [word, { kind: "dialled" }] as const),
  ...["caller", "original", "звонящий", "номер звонящего"].map((word) => [word, { kind: "caller" }] as const),
  ...["anonymous", "hidden", "анонимно", "анонимный", "скрыт", "скрытый", "скрывать"].map(
    (word) => [word, { kind: "anonymous" }] as const,
  ),
]);

const maxCharacters = 100;

/**
 * Reads `proxy`, `dialled`, `caller`, `anonymous`, their Russian words, a number to be shown or `fixed:` with a
 * number. null if it is none of them.
 */
export function readCallerIdPolicy(text: string, options: PhoneNumberOptions): CallerIdPolicy | null {
  if (text.length > maxCharacters) return null;
  const plain = text.toLowerCase().replace(/\s+/g, " ");
  const known = words.get(plain);
  if (known) return known;
  const number = plain.replace(/^(?:fixed|постоянный)\s*:?\s*/, "");
  const parsed = parsePhoneNumber(number, options);
  if (parsed.ok) return { kind: "fixed", number: parsed.number };
  // As the API writes it: E.164 without plus sign.
  const whole = plain === `fixed:${number}` && parsePhoneNumber(`+${number}`, options);
  return whole && whole.ok ? { kind: "fixed", number: whole.number } : null;
}
