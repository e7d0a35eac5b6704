import type { ImportField } from "../rows/row.ts";

interface HeaderMeaning {
  /** `ignored`: a column that we know and never want, such as a row counter or the proxy number of an export. */
  readonly field: ImportField | "ignored";
  /** 0 to 1: how sure it is. `Телефон` says more than `Номер`. */
  readonly weight: number;
}

/** Words are separated by `|`; what they are compared with has the form of `plainHeader`. */
interface Rule extends HeaderMeaning {
  /** The whole header. */
  readonly whole?: string;
  /** A word in it. */
  readonly word?: string;
  /** The beginning of a word in it. */
  readonly stem?: string;
}

/** The first rule that matches counts, so the narrow ones stand before the wide ones. */
const rules: readonly Rule[] = [
  {
    field: "ignored",
    weight: 1,
    whole: "n|no|№|#|№ п п|п п|номер п п|номер строки|row|row number|line|index",
    stem: "подменн|прокси|виртуальн|фейк|fake|proxy|virtual|masked|код страны|country code",
  },
  {
    field: "callerIdPolicy",
    weight: 1,
    word: "аон|callerid",
    stem: "caller id|определител|показ номера|показывать номер|номер для показа",
  },
  {
    field: "expiry",
    weight: 1,
    word: "до|until",
    stem: "действу|действит|срок|истека|окончан|expir|valid|end date|ends at",
  },
  {
    field: "pool",
    weight: 1,
    whole: "пул|pool|пул номеров|number pool",
    stem: "название пула|имя пула|pool name",
  },
  { field: "realNumber", weight: 1, stem: "реальн|настоящ|real phone|real number|real" },
  { field: "reference", weight: 1, word: "ref", stem: "reference|external|внешн" },
  {
    field: "reference",
    weight: 0.6,
    word: "id|ид|код|code|uuid|guid",
    stem: "договор|заказ|лицев|табельн|артикул|order|contract|account",
  },
  {
    field: "realNumber",
    weight: 0.9,
    word: "тел|tel|cell|msisdn|whatsapp",
    stem: "телефон|мобил|сотов|phone|mobile|e164|e 164",
  },
  { field: "label", weight: 1, word: "фио|ф и о|имя|name", stem: "метк|назван|наименован|label" },
  {
    field: "label",
    weight: 0.8,
    stem: "клиент|сотрудник|водител|курьер|менеджер|client|customer|driver|courier|employee|person|user",
  },
  { field: "realNumber", weight: 0.6, whole: "контакт|contact", stem: "номер|number" },
  {
    field: "label",
    weight: 0.5,
    stem: "коммент|примечан|описан|заметк|comment|note|description|remark|title",
  },
];

const patterns = rules.map((rule) => ({
  meaning: { field: rule.field, weight: rule.weight },
  regExp: patternOf(rule),
}));

/** Words are told by the spaces around them, because `\b` knows only Latin letters. */
function patternOf({ whole, word, stem }: Rule): RegExp {
  const parts: string[] = [];
  if (whole !== undefined) parts.push(`^ (?:${whole}) $`);
  if (word !== undefined) parts.push(` (?:${word}) `);
  if (stem !== undefined) parts.push(` (?:${stem})`);
  return new RegExp(parts.join("|"), "u");
}

/** What a header says about its column; null where it says nothing to us. */
export function meaningOfHeader(header: string): HeaderMeaning | null {
  const plain = plainHeader(header);
  if (plain === "") return null;
  return patterns.find(({ regExp }) => regExp.test(` ${plain} `))?.meaning ?? null;
}

/** As headers are compared: small letters, single spaces, no signs, `ё` as `е`, `realPhone` as `real phone`. */
export function plainHeader(header: string): string {
  return header
    .replace(/\([^)]*\)/g, " ")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replace(/[^\p{L}\p{N}№#]+/gu, " ")
    .trim();
}
