import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/** Russian numbers of every area code and mobile range, how people write them, and the mistakes they make. */

/** The same sequence for the same seed (mulberry32). From 0 inclusive to 1 exclusive. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: () => number, end: number): number => Math.floor(random() * end);

const subscriberOf = (random: () => number): string => String(below(random, 1e7)).padStart(7, "0");

export const isRussian = (digits: string): boolean => {
  const parsed = parsePhoneNumberFromString(`+${digits}`);
  return parsed?.isValid() === true && parsed.number === `+${digits}` && parsed.country === "RU";
};

/** All three-digit codes that geographic or mobile numbers begin with. */
export function areaCodes(random: () => number): readonly string[] {
  const codes: string[] = [];
  for (let code = 300; code < 1000; code += 1) {
    const isOrdinary = Array.from({ length: 40 }, () => `7${code}${subscriberOf(random)}`).some(
      (digits) => isRussian(digits) && isOrdinaryType(digits),
    );
    if (isOrdinary) codes.push(String(code));
  }
  return codes;
}

const isOrdinaryType = (digits: string): boolean =>
  ["MOBILE", "FIXED_LINE", "FIXED_LINE_OR_MOBILE"].includes(
    parsePhoneNumberFromString(`+${digits}`)?.getType() ?? "",
  );

/** Ten digits, from all codes in turn. */
export function nationalNumbers(count: number, random: () => number): readonly string[] {
  const codes = areaCodes(random);
  const numbers: string[] = [];
  for (let at = 0; numbers.length < count; at += 1) {
    const national = `${codes[at % codes.length]}${subscriberOf(random)}`;
    if (isRussian(`7${national}`) && isOrdinaryType(`7${national}`)) numbers.push(national);
  }
  return numbers;
}

/** With the digits before the national number that each spelling has. */
export const spellings: Readonly<Record<string, { readonly prefix: string; readonly as: string }>> = {
  "+7 (…)": { prefix: "+7", as: "+7 (###) ###-##-##" },
  "+7…": { prefix: "+7", as: "+7##########" },
  "8 (…)": { prefix: "8", as: "8 (###) ###-##-##" },
  "8…": { prefix: "8", as: "8##########" },
  "8-…": { prefix: "8", as: "8-###-###-##-##" },
  "7 (…)": { prefix: "7", as: "7 (###) ###-##-##" },
  "7…": { prefix: "7", as: "7##########" },
  "(…)": { prefix: "", as: "(###) ###-##-##" },
  "… …": { prefix: "", as: "### ###-##-##" },
  "…": { prefix: "", as: "##########" },
};

export function spell(national: string, as: string): string {
  let at = 0;
  return as.replaceAll("#", () => national[at++] ?? "");
}

/** `swapped`: two digits side by side; `exchanged`: any two. */
export const mistakes = ["dropped", "doubled", "swapped", "exchanged"] as const;
type Mistake = (typeof mistakes)[number];

/** The text with one mistake in its digits, the first `spared` of them excepted. */
export function withMistake(text: string, mistake: Mistake, random: () => number, spared = 0): string {
  const places = Array.from(text.matchAll(/\d/g), ({ index }) => index).slice(spared);
  const place = below(random, places.length - (mistake === "swapped" ? 1 : 0));
  const one = places[place] ?? 0;
  const digit = text[one] ?? "";
  switch (mistake) {
    case "dropped":
      return text.slice(0, one) + text.slice(one + 1);
    case "doubled":
      return text.slice(0, one) + digit + text.slice(one);
    case "swapped":
    case "exchanged": {
      const other = places[mistake === "swapped" ? place + 1 : below(random, places.length)] ?? 0;
      const characters = Array.from(text);
      characters[one] = text[other] ?? "";
      characters[other] = digit;
      return characters.join("");
    }
  }
}
