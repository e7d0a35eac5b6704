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
/** Not one of work, a further one, or a fax. */
export const isMainRank = (rank: number): boolean => rank >= ranks.number;

/** Such a number has no extension. */
export const saysMobile = (header: string): boolean => phoneRank(header) === ranks.mobile;

/** `Номер участника` is a number, and perhaps none of a phone. */
export const speaksOfPhones = (header: string): boolean => {
  const plain = plainHeader(header);
  return isReal(plain) || isPhone(plain);
};

/** Letters of codes, such as `no` and `IT`, mean other things in headers. */
const shortestName = 3;
/** Countries are far rarer in headers than these words: `Телефон (того, кто заказал)`. */
const ordinaryWords: ReadonlySet<string> = new Set(["того"]);

/** `Phone (non-USA)` */
const excludes = headerTest({
  word: "non|not|except|without|outside|кроме|не|без|вне|nicht|außer|ohne",
});

/** The last word, the last two, and so on. */
const lastWords = (plain: string): readonly string[] =>
  plain.split(" ").map((_, at, words) => words.slice(at).join(" "));

/** Each word alone, and with the next. */
const anyWords = (plain: string): readonly string[] =>
  plain.split(" ").flatMap((word, at, words) => [words.slice(at, at + 2).join(" "), word]);

/** The country (ISO 3166) that a phone column's header names in brackets or at its end, as in `Phone (USA)`; null for none. */
export function countryOfHeader(header: string): string | null {
  const plain = plainHeader(header);
  const inside = plainHeader(bracketsOf(header));
  const names = [...(excludes(plain) ? [] : lastWords(plain)), ...(excludes(inside) ? [] : anyWords(inside))];
  const found = new Set(
    names
      .filter((name) => name.length >= shortestName && !ordinaryWords.has(name))
      .map((name) => countryNamed(name)),
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
