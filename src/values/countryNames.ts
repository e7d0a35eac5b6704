import { countries } from "./countries.ts";

const languages = ["en", "ru", "de"] as const;
/** Of these only the full names: their abbreviations mean other countries elsewhere, such as `RU` for Reino Unido. */
const otherLanguages = "uk be kk uz ky az tg hy ka ro pl tr fr es it pt".split(" ");

/** Official names and abbreviations that Unicode does not have. */
const others: Readonly<Record<string, string>> = {
  "российская федерация": "RU",
  рф: "RU",
  "р ф": "RU",
  rf: "RU",
  "russian federation": "RU",
  "russische föderation": "RU",
  ru: "RU",
  "республика казахстан": "KZ",
  рк: "KZ",
  "республика беларусь": "BY",
  рб: "BY",
  белоруссия: "BY",
  фрг: "DE",
  brd: "DE",
  "united states of america": "US",
  "u s a": "US",
  "u s": "US",
  america: "US",
  америка: "US",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "great britain": "GB",
  "northern ireland": "GB",
  "u k": "GB",
  англия: "GB",
  эмираты: "AE",
  "южная корея": "KR",
  "south korea": "KR",
  südkorea: "KR",
  голландия: "NL",
  rus: "RU",
  kaz: "KZ",
  blr: "BY",
  ukr: "UA",
  uzb: "UZ",
  kgz: "KG",
  tjk: "TJ",
  aze: "AZ",
  mda: "MD",
  deu: "DE",
  gbr: "GB",
};

let named: ReadonlyMap<string, string> | null = null;

/** Created on first use: most files name no country. */
function names(): ReadonlyMap<string, string> {
  if (named !== null) return named;
  const all = new Map<string, string>(Object.entries(others));
  const add = (language: string, style: "long" | "short"): void => {
    const display = new Intl.DisplayNames([language], { type: "region", style, fallback: "none" });
    for (const country of countries) {
      const name = plain(display.of(country) ?? "");
      if (name !== "" && !all.has(name)) all.set(name, country);
    }
  };
  for (const language of languages) for (const style of ["long", "short"] as const) add(language, style);
  for (const language of otherLanguages) add(language, "long");
  for (const country of countries) all.set(country.toLowerCase(), country);
  named = all;
  return all;
}

const plain = (text: string): string =>
  text
    .normalize("NFC")
    .toLowerCase()
    // Turkish İ in lower case has a dot of its own; apostrophes are written in several ways.
    .replaceAll("\u0307", "")
    .replace(/['’ʻʼ`]/g, "")
    .replaceAll("ё", "е")
    .replace(/[^\p{L}]+/gu, " ")
    .trim();

const longestName = 60;

/** Two regional indicators are a flag. */
const flagLetter = /[\u{1f1e6}-\u{1f1ff}]/gu;
const letterOf = (indicator: string): string =>
  String.fromCharCode((indicator.codePointAt(0) ?? 0) - 0x1f1e6 + 0x41);

/** The country (ISO 3166) of a code, a flag, or a name, in the languages above; null for any other text. */
export function countryNamed(text: string): string | null {
  if (text.length > longestName) return null;
  const letters = text.replace(flagLetter, letterOf);
  return /\p{L}/u.test(letters) ? (names().get(plain(letters)) ?? null) : null;
}
