import type { RawRow } from "../rows/row.ts";
import { readJoinedNumber } from "../rows/joinedNumber.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import type { ColumnContents } from "./columnContents.ts";
import type { HeaderMeaning } from "./headerNames.ts";
import { headerTest, plainHeader } from "./headerWords.ts";

interface UnnamedColumn {
  readonly header: string;
  readonly meaning: HeaderMeaning | null;
  readonly contents: ColumnContents;
}

/**
 * Whether a column contains countries although its header does not say so: without its country, a number would become
 * one of the default country. Digits alone are not countries under a header that says something else.
 */
export function mayBeCountries(
  { header, meaning, contents }: UnnamedColumn,
  readAbroad: () => number,
): boolean {
  const plain = plainHeader(header);
  if (contents.countries < nearlyAll || contents.foreignCountries === 0) return false;
  const isCode = saysNothing(plain) || speaksOfCodes(plain);
  if (meaning !== null && !isCode) return false;
  if (contents.words > 0.5)
    return contents.yesOrNo === 0 && !speaksOfOthers(plain) && readAbroad() > mostlyAbroad;
  const hasSeveral = contents.foreignKinds > 1 && meaning === null && !speaksOfCounts(plain);
  return (isCode || hasSeveral) && readAbroad() >= surelyAbroad;
}

export const nearlyAll = 0.9;
const mostlyAbroad = 0.5;
const surelyAbroad = 0.8;

/** Departments and languages look like countries: `IT`, `HR`, `de`. */
const speaksOfOthers = headerTest({
  stem: "отдел|департамент|подраздел|язык|штат|статус|должност|depart|dept|abteilung|team|lang|sprache|state|status|position|role|bundesland",
});

const saysNothing = (plain: string): boolean => plain.length <= 2 || isGeneral(plain);

const isGeneral = headerTest({
  whole: "код|code|prefix|префикс|(?:col|column|field|столбец|поле|spalte|feld) ?\\d*",
});

const speaksOfCodes = headerTest({
  word: "код|code|cc|dial|isd|idd|intl|tel|тел",
  stem: "префикс|prefix|телефон|phone|vorwahl|kennzahl|länder|land|стран|countr|nation|междунар|internat",
});

/** Different codes that fit the numbers beside them are hardly anything else. */
const speaksOfCounts = headerTest({
  stem: "кол|шт|возраст|сумм|балл|оцен|рейт|этаж|подъезд|кварт|дом|count|qty|quant|amount|age|score|rating|anzahl|menge|alter",
});

/** Of the rows whose number has no plus sign, the share that can be read with the country beside it. */
export function shareReadAbroad(
  rows: readonly RawRow[],
  realNumber: number,
  countryCode: number,
  options: PhoneNumberOptions,
): number {
  let [all, read] = [0, 0];
  for (const { cells } of rows.slice(0, rowsToJoin)) {
    const number = cells[realNumber]?.trim() ?? "";
    if (number === "" || number.startsWith("+") || (cells[countryCode]?.trim() ?? "") === "") continue;
    all += 1;
    if (readJoinedNumber(cells, { realNumber, countryCode }, options).number.ok) read += 1;
  }
  return all === 0 ? 0 : read / all;
}

/** Whether some number is one of the default country only if the text beside it names no other. */
export const isNeeded = (
  rows: readonly RawRow[],
  realNumber: number,
  countryCode: number,
  options: PhoneNumberOptions,
): boolean =>
  rows.slice(0, rowsToJoin).some(({ cells }) => {
    const { number } = readJoinedNumber(cells, { realNumber, countryCode, countryIsUnsure: true }, options);
    return !number.ok && number.code === "COUNTRY_CODE_UNCLEAR";
  });

const rowsToJoin = 200;
