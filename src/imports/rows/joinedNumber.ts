import { countryNamed } from "../../values/countryNames.ts";
import { countryPlan, isCallingCode, mainCountryOf } from "../../values/countryPlan.ts";
import { parsePhoneNumber } from "../../values/phoneNumber.ts";
import type { ParsedPhoneNumber, PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { plainPhoneText } from "../../values/phoneText.ts";
import type { RowRefusal } from "../texts/codes.ts";
import { isNoValue } from "./noValue.ts";

/** Parts of the number that may have columns of their own. */
export type NumberPart = "countryCode" | "areaCode" | "extension";

/** The columns of the number and its parts, counted from 0. */
type NumberPlaces = {
  readonly realNumber: number;
  /** Nothing but its cells says that the column is one of country codes, or its header speaks of people or places. */
  readonly countryIsUnsure?: boolean;
} & { readonly [Part in NumberPart]?: number | null };

type Refused = { readonly ok: false; readonly code: RowRefusal };

interface JoinedNumber {
  readonly number: Extract<ParsedPhoneNumber, { ok: true }> | Refused;
  /** The column that is to blame if there is none. */
  readonly part: "realNumber" | NumberPart;
}

/**
 * The number of a row, whose country code, area code, and extension may have columns of their own. Parts are joined where
 * that gives one number for certain, and never dropped.
 */
export function readJoinedNumber(
  cells: readonly string[],
  places: NumberPlaces,
  numbers: PhoneNumberOptions,
): JoinedNumber {
  const text = cells[places.realNumber] ?? "";
  const { countryCode, areaCode, extension } = places;
  const isWhole = [countryCode, areaCode, extension].every((place) => place === null || place === undefined);
  const number = isWhole ? parsePhoneNumber(text, numbers) : readParts(cells, places, numbers);
  if ("part" in number) return number;
  // "No value", in the words of a database.
  const isNothing = !number.ok && number.code === "LETTERS" && isNoValue(text.trim());
  return isNothing ? refused("EMPTY", "realNumber") : { number, part: "realNumber" };
}

function readParts(
  cells: readonly string[],
  places: NumberPlaces,
  numbers: PhoneNumberOptions,
): JoinedNumber | ParsedPhoneNumber {
  const text = (cells[places.realNumber] ?? "").replace(decimals, "$1");
  const partAt = (place: number | null | undefined): string => {
    const cell = place === null || place === undefined ? "" : (cells[place] ?? "").trim();
    // A dash says nothing.
    if (isNoValue(cell) || !/[\p{L}\p{N}\p{RI}+]/u.test(cell)) return "";
    return plainPhoneText(cell.slice(0, maxPartCharacters)).replace(decimals, "$1");
  };
  if (text.trim() === "") return refused("EMPTY", "realNumber");
  const extension = partAt(places.extension);
  if (!saysNoExtension.test(extension)) return refused("EXTENSION", "extension");
  const prefix = partAt(places.areaCode);
  // `+1` in a column of prefixes is a country code.
  const isCountryCode = prefix.startsWith("+");
  const countryCode = partAt(places.countryCode) || (isCountryCode ? prefix : "");
  const areaCode = isCountryCode ? "" : prefix;
  if (countryCode === "" && areaCode === "") return parsePhoneNumber(text, numbers);
  const plain = plainPhoneText(text.slice(0, maxPartCharacters));
  const local = areaCode === "" ? plain : withAreaCode(areaCode, plain, countryCode, numbers);
  if (local === null) return refused("AREA_CODE_UNCLEAR", "areaCode");
  if (countryCode === "") return parsePhoneNumber(local, withoutPrefixIn(numbers));
  const beside = { countryCode, hasAreaCode: areaCode !== "" };
  if (places.countryIsUnsure === true && !countryCode.startsWith("+"))
    return inUnsureCountry(beside, local, numbers);
  return inCountryOf(beside, local, numbers);
}

/** What stands beside a number. */
interface Beside {
  readonly countryCode: string;
  readonly hasAreaCode: boolean;
}

function inCountryOf(
  { countryCode, hasAreaCode }: Beside,
  local: string,
  numbers: PhoneNumberOptions,
): JoinedNumber | ParsedPhoneNumber {
  const country = countryNamed(countryCode);
  if (country !== null) return inCountry(country, local, numbers, hasAreaCode);
  // Complete, even if there is a word that we do not know as a country.
  if (local.startsWith("+") && /\p{L}/u.test(countryCode)) return parsePhoneNumber(local, numbers);
  const code = /^(?:\+|00)?\(?([1-9]\d{0,2})\)?$/.exec(countryCode.replace(/[\s-]/g, ""))?.[1];
  if (code === undefined || !isCallingCode(code)) return refused("COUNTRY_CODE_UNREADABLE", "countryCode");
  return withCountryCode(code, local, numbers);
}

/** Dropping the country may make it a stranger's number, and so may joining it: only what both ways read alike is read. */
function inUnsureCountry(
  beside: Beside,
  text: string,
  numbers: PhoneNumberOptions,
): JoinedNumber | ParsedPhoneNumber {
  const here = parsePhoneNumber(text, numbers);
  if (text.startsWith("+") || (here.ok && showsPrefix(text, numbers))) return here;
  const joined = inCountryOf(beside, text, numbers);
  const there = "part" in joined ? joined.number : joined;
  if (here.ok && !(there.ok && there.number === here.number))
    return refused("COUNTRY_CODE_UNCLEAR", "countryCode");
  return joined;
}

/** With its calling code or area code beside it, a number is complete without the national prefix. */
const withoutPrefixIn = (numbers: PhoneNumberOptions): PhoneNumberOptions =>
  countryPlan(numbers.defaultCountry).nationalFirst
    ? numbers
    : { ...numbers, bareForm: numbers.bareForm ?? "national" };

/** Longer than a national number: nothing is missing in front. */
const showsPrefix = (text: string, { defaultCountry }: PhoneNumberOptions): boolean =>
  text.replace(/\D/g, "").length > (countryPlan(defaultCountry).nationalLengths.at(-1) ?? 0);

/** The country may be that of an address: a number with the prefix of the default country stays unread if both have it. */
function inCountry(
  country: string,
  text: string,
  numbers: PhoneNumberOptions,
  hasAreaCode: boolean,
): JoinedNumber | ParsedPhoneNumber {
  // The name of a country does not say whether the area code is there.
  const asWritten = (options: PhoneNumberOptions): PhoneNumberOptions =>
    hasAreaCode ? withoutPrefixIn(options) : options;
  const readThere = (): ParsedPhoneNumber =>
    parsePhoneNumber(text, asWritten({ ...numbers, defaultCountry: country }));
  // With the same code, numbers of both countries have the same prefixes: `8 701…` is Kazakh, `8 900…` Russian.
  if (countryPlan(country).countryCode === countryPlan(numbers.defaultCountry).countryCode) {
    const here = parsePhoneNumber(text, asWritten(numbers));
    if (here.ok || country === numbers.defaultCountry) return here;
    const there = readThere();
    return there.ok ? there : here;
  }
  const there = readThere();
  const here = parsePhoneNumber(text, numbers);
  if (!there.ok || !here.ok || there.number === here.number) return there;
  return showsPrefix(text, numbers) ? refused("COUNTRY_CODE_UNREADABLE", "countryCode") : there;
}

const saysNoExtension = /^(?:[-.0]*|нет|без|no|none|nein|keine?)$/i;

/** `495.0`, as tables write whole numbers: the zero is no digit of the code. */
const decimals = /^(\+?\d+)\.0+$/;

/** Longer than any number, yet short enough for every pattern. */
const maxPartCharacters = 100;

const refused = (code: RowRefusal, part: JoinedNumber["part"]): JoinedNumber => ({
  number: { ok: false, code },
  part,
});

/** null: the number has another area code already. */
function withAreaCode(
  areaCode: string,
  number: string,
  countryCode: string,
  { defaultCountry }: PhoneNumberOptions,
): string | null {
  const area = areaCode.replace(/\D/g, "");
  const digits = number.replace(/\D/g, "");
  const { countryCode: homeCode, nationalPrefixes, nationalFirst } = countryPlan(defaultCountry);
  const code = countryCode.replace(/\D/g, "").replace(/^00/, "");
  const isAbroad = countryCode !== "" && code !== homeCode && countryNamed(countryCode) !== defaultCountry;
  if (area === "" || area.length > 6 || /\p{L}/u.test(areaCode)) return null;
  if (number.startsWith("+") || digits.length >= 10) {
    // Complete already, if it says the same.
    const isMarked = number.startsWith("+");
    const prefixes = isAbroad || isMarked ? ["0", ...nationalPrefixes] : nationalPrefixes;
    const codes = isMarked
      ? [1, 2, 3].map((length) => digits.slice(0, length)).filter(isCallingCode)
      : ["", isAbroad ? code : homeCode, ...prefixes];
    const areas = [area, ...prefixes.map((one) => (area.startsWith(one) ? area.slice(one.length) : ""))];
    const begins = codes.some((before) => areas.some((one) => one !== "" && digits.startsWith(before + one)));
    return begins ? number : null;
  }
  // Where all numbers have the same length, one or two digits are the code of a country.
  if (!isAbroad && nationalFirst && area.length < 3) return null;
  return `(${area}) ${number}`;
}

function withCountryCode(
  code: string,
  text: string,
  numbers: PhoneNumberOptions,
): JoinedNumber | ParsedPhoneNumber {
  const part = "realNumber";
  const agrees = !text.startsWith("+") || text.replace(/\D/g, "").startsWith(code);
  if (!agrees) return refused("COUNTRY_CODE_UNREADABLE", "countryCode");
  // The code of the default country adds nothing to what its numbers say.
  if (text.startsWith("+")) return parsePhoneNumber(text, numbers);
  if (countryPlan(numbers.defaultCountry).countryCode === code)
    return parsePhoneNumber(text, withoutPrefixIn(numbers));
  const country = mainCountryOf(code);
  const there = country === null ? null : parsePhoneNumber(text, { ...numbers, defaultCountry: country });
  if (there?.ok === false && there.code === "PREFIX_UNCLEAR") return there;
  const digits = text.replace(/\D/g, "");
  // With the code in front, with the code in it already, and with a prefix that is not dialled from abroad.
  const spellings = [
    `+${code} ${text}`,
    ...(digits.startsWith(code) ? [`+${text}`] : []),
    `+${code} ${withoutPrefix(text)}`,
  ];
  const read = spellings.map((spelling) => parsePhoneNumber(spelling, numbers));
  const found = new Set(read.flatMap((one) => (one.ok ? [one.number] : [])));
  const [number, ...others] = found;
  if (number !== undefined && others.length === 0) return { ok: true, number };
  return (number === undefined && read[0]) || refused("INVALID_NUMBER", part);
}

const withoutPrefix = (text: string): string => text.replace(/^(\(?)[08]/, "$1");
