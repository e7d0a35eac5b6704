import { countryNamed } from "../../values/countryNames.ts";
import { bracketsOf, headerTest, plainHeader } from "./headerWords.ts";

/**
 * How much the header of a column of phone numbers says that they are the ones to be called: the named ones, then mobile,
 * then home, then others. null: it does not mention phones.
 */
export function phoneRank(header: string): number | null {
  const plain = plainHeader(header);
  if (isReal(plain)) return ranks.real;
  const speaksOfPhones = isPhone(plain);
  if (!speaksOfPhones && !isNumber(plain)) return null;
  // `Phone (mobile)` says in brackets which phone it is.
  const whole = `${plain} ${plainHeader(bracketsOf(header))}`.trim();
  if (isReal(whole)) return ranks.real;
  if (isFax(whole)) return ranks.fax;
  if (isFurther(whole)) return ranks.further;
  if (isWork(whole)) return ranks.work;
  if (isMobile(whole)) return ranks.mobile;
  return speaksOfPhones ? ranks.phone : ranks.number;
}

const ranks = { real: 6, mobile: 5, phone: 4, number: 3, work: 2, further: 1, fax: 0 } as const;
/** For a column of phone numbers whose header names something else. */
export const otherHeaderRank = ranks.number;
export const isNamedRank = (rank: number): boolean => rank === ranks.real;

/** Such a number has no extension. */
export const saysMobile = (header: string): boolean => phoneRank(header) === ranks.mobile;

/** `Номер участника` is a number, and perhaps none of a phone. */
export const speaksOfPhones = (header: string): boolean => {
  const plain = plainHeader(header);
  return isReal(plain) || isPhone(plain);
};

/** Letters of codes, such as `no` and `IT`, mean other things in headers. */
const shortestName = 3;

/** The country that the header of a phone column names, as in `Phone (USA)`; null for none. ISO 3166. */
export function countryOfHeader(header: string): string | null {
  const words = `${plainHeader(header)} ${plainHeader(bracketsOf(header))}`.trim().split(" ");
  const names = words.flatMap((word, at) => [words.slice(at, at + 2).join(" "), word]);
  const found = new Set(
    names.filter(({ length }) => length >= shortestName).map((name) => countryNamed(name)),
  );
  found.delete(null);
  const [country, ...others] = found;
  return others.length === 0 ? (country ?? null) : null;
}

const isReal = headerTest({ stem: "реальн|настоящ|real phone|real number|real" });
const isPhone = headerTest({
  word: "тел|tel|cell|msisdn|whatsapp|моб|сот|mob|gsm",
  stem: "телефон|мобил|сотов|phone|mobil|e164|e 164|telefon|handy|rufnummer|festnetz",
});
const isNumber = headerTest({ whole: "контакт|contact", stem: "номер|number|nummer" });
const isMobile = headerTest({
  word: "моб|сот|cell|mob|gsm|msisdn|whatsapp",
  stem: "мобил|сотов|mobil|handy",
});
const isWork = headerTest({
  stem: "рабоч|служебн|офис|организ|компан|work|office|business|company|geschäft|dienst|büro|firm",
});
const isFurther = headerTest({
  word: "доп|alt|other|2|3|4|5",
  stem: "доп |дополн|второй|другой|запасн|резервн|экстренн|родител|second|addition|altern|backup|emergency|caller id|outbound",
});
const isFax = headerTest({ word: "fax", stem: "факс|telefax|pager|пейджер" });
