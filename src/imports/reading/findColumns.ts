import type { ImportField, RawRow } from "../rows/row.ts";
import { anyProxyNumber, importFields } from "../rows/row.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { cellsOf, describeColumns, hasDigits, likenessToNumber } from "./columnContents.ts";
import { isConfirmed, isOfCountries, isPolicyColumn, mostly } from "./confirmColumn.ts";
import type { Column } from "./confirmColumn.ts";
import { meaningOfHeader } from "./headerNames.ts";
import { isOfDocument, speaksOfAmounts, speaksOfEnd, speaksOfOtherDate } from "./headerTopics.ts";
import { plainHeader } from "./headerWords.ts";
import { isNeeded, mayBeCountries, shareReadAbroad } from "./countryColumn.ts";
import { mayBeExtensions } from "./extensionColumn.ts";
import { findNumberColumn } from "./numberColumn.ts";
import { phoneRank } from "./phoneHeaders.ts";
import type { HeaderSays } from "./numberColumn.ts";
import type { ColumnDescription, ReadingChoices } from "./types.ts";

interface ColumnFindings {
  readonly columns: readonly ColumnDescription[];
  /** Places of columns that hold phone numbers as well and are ignored. */
  readonly furtherNumbers: readonly number[];
  /** Places of columns that may hold the numbers, where none is better than the others: none is taken. */
  readonly equalNumbers: readonly number[];
  /** Places of columns of dates that may be the expiry, and are not taken. */
  readonly dates: readonly number[];
  /** Places of columns whose header says pool, but that do not name any. */
  readonly unknownPools: readonly number[];
  /** Places of columns whose header says proxy number, and whose cells have digits but are not phone numbers. */
  readonly unclearProxies: readonly number[];
  /** Places of columns that may have the extensions of the numbers, and are not taken. */
  readonly extensions: readonly number[];
}

interface ColumnOptions extends PhoneNumberOptions {
  /** Names of the pools, in small letters; null: not known. */
  readonly pools: ReadonlySet<string> | null;
}

/**
 * Gives every column its meaning: the chosen one, otherwise the one on which header and contents agree. Each field
 * has one column: of several that fit, the best, then the leftmost.
 */
export function findColumns(
  header: readonly string[] | null,
  rows: readonly RawRow[],
  width: number,
  choices: NonNullable<ReadingChoices["columns"]>,
  options: ColumnOptions,
): ColumnFindings {
  const columns = describeColumns(rows, width, options).map((contents, place): Column => {
    const name = header?.[place]?.trim() ?? "";
    return { place, header: name, meaning: meaningOfHeader(name), contents, chosen: choices[place] ?? null };
  });
  const found = new Map<number, Pick<ColumnDescription, "field" | "because">>();
  for (const { place, chosen } of columns)
    if (chosen !== null) found.set(place, { field: chosen, because: "choice" });
  const taken = new Set<string>(columns.map(({ chosen }) => chosen ?? ""));

  const isSame = (one: number, other: number): boolean => {
    const cells = cellsOf(rows, other);
    return cellsOf(rows, one).every((cell, at) => cell === cells[at]);
  };
  const numbers = findNumberColumn(
    columns.map((column) => ({ ...column, says: whatHeaderSays(column) })),
    isSame,
  );
  const isChosen = taken.has("realNumber");
  if (!isChosen && numbers.found !== null)
    found.set(numbers.found.place, { field: "realNumber", because: numbers.found.because });
  const numberPlace = [...found].find(([, { field }]) => field === "realNumber")?.[0] ?? null;

  const poolCells = (place: number): readonly string[] =>
    cellsOf(rows, place).map((cell) => cell.toLowerCase());
  const namesPools = (place: number): boolean => {
    const cells = poolCells(place);
    return options.pools === null || cells.length === 0 || cells.some((cell) => options.pools?.has(cell));
  };
  for (const field of importFields) {
    if (field === "realNumber" || taken.has(field)) continue;
    const fitting = columns.filter(
      (column) =>
        !found.has(column.place) &&
        column.meaning?.field === field &&
        isConfirmed(column, columns, numberPlace, {
          namesPools: () => namesPools(column.place),
          hasProxyNumbers: () => hasProxyNumbers(cellsOf(rows, column.place), options),
        }),
    );
    const [best] = fitting.toSorted(
      (one, other) => scoreOf(other, field) - scoreOf(one, field) || one.place - other.place,
    );
    if (best) found.set(best.place, { field, because: "header" });
  }
  // Dropping a `+1` beside a number would turn it into a number of another country, whatever the header says.
  const codes = columns.filter(
    ({ place, contents }) => place !== numberPlace && isFree(found.get(place)) && contents.callingCodes > 0.5,
  );
  const hasCodes = [...found.values()].some(({ field }) => field === "countryCode" || field === "areaCode");
  const [code] = codes;
  if (!hasCodes && code) found.set(code.place, { field: "countryCode", because: "contents" });
  if (numberPlace !== null && ![...found.values()].some(({ field }) => field === "countryCode")) {
    const country = columns.find(
      (column) =>
        isFree(found.get(column.place)) &&
        column.place !== numberPlace &&
        (mayBeCountries(column, () => shareReadAbroad(rows, numberPlace, column.place, options)) ||
          (isOfCountries(column) && isNeeded(rows, numberPlace, column.place, options))),
    );
    if (country) found.set(country.place, { field: "countryCode", because: "contents" });
  }
  // Without a header, a column of words is a name.
  const named = [...found.values()].some(({ field }) => field === "label");
  const words = columns.find(
    ({ place, header: name, contents }) => !found.has(place) && name === "" && contents.words > 0.5,
  );
  if (!named && words) found.set(words.place, { field: "label", because: "contents" });

  const free = columns.filter(({ place }) => !found.has(place));
  const hasExpiry = [...found.values()].some(({ field }) => field === "expiry");
  return {
    columns: columns.map(({ place, header: name }) => ({
      place,
      header: header === null ? null : name,
      ...(found.get(place) ?? { field: "ignored" as const, because: null }),
    })),
    furtherNumbers: isChosen ? [] : numbers.further.filter((place) => !found.has(place)),
    equalNumbers: isChosen ? [] : numbers.equal,
    dates: hasExpiry ? [] : free.filter(mayBeExpiry).map(({ place }) => place),
    unknownPools: free
      .filter(({ place, meaning }) => meaning?.field === "pool" && !namesPools(place))
      .map(({ place }) => place),
    extensions: free
      .filter(
        ({ place, header: name, meaning, contents }) =>
          numberPlace !== null &&
          contents.filled > 0 &&
          contents.numbers <= 0.5 &&
          Math.abs(place - numberPlace) === 1 &&
          (meaning?.field === "extension" || (name === "" && mayBeExtensions(cellsOf(rows, place)))),
      )
      .map(({ place }) => place),
    unclearProxies: free
      .filter(
        ({ place, meaning, contents }) =>
          meaning?.field === "proxyNumber" && contents.dates < mostly && hasDigits(cellsOf(rows, place)),
      )
      .map(({ place }) => place),
  };
}

const hasProxyNumbers = (cells: readonly string[], options: PhoneNumberOptions): boolean =>
  cells.filter((cell) => likenessToNumber(cell, { ...options, ...anyProxyNumber }) > 0).length >
  cells.length / 2;

function whatHeaderSays({ header, meaning, chosen, contents }: Column): HeaderSays {
  if (chosen !== null) return "none";
  switch (meaning?.field) {
    case "realNumber":
      return "number";
    case undefined:
      return header === "" || (contents.words < 0.5 && !speaksOfAmounts(plainHeader(header)))
        ? "nothing"
        : "other";
    case "label":
    case "reference":
    case "expiry":
      return "other";
    case "callerIdPolicy":
      return isPolicyColumn({ header, contents }) ? "none" : "other";
    case "extension":
      return contents.numbers > 0.5 ? "other" : "none";
    case "ignored":
      return meaning.weight < 1 ? "other" : "none";
    case "countryCode":
      return contents.numbers > 0.5 && phoneRank(header) !== null ? "number" : "none";
    default:
      return "none";
  }
}

/** Not chosen, and with a meaning only by its header. */
const isFree = (one: Pick<ColumnDescription, "field" | "because"> | undefined): boolean =>
  one === undefined || (one.because === "header" && (one.field === "reference" || one.field === "label"));

const mayBeExpiry = ({ header, contents, meaning }: Column): boolean =>
  contents.dates > mostly &&
  (header === "" ||
    meaning?.field === "expiry" ||
    (meaning?.field !== "ignored" && !isOfDocument(plainHeader(header)) && mayNameEnd(plainHeader(header))));

/** Whatever language it is in. */
const mayNameEnd = (plain: string): boolean => speaksOfEnd(plain) || !speaksOfOtherDate(plain);

/** Of two ends, the one that has dates; otherwise the one with the surest header. */
const scoreOf = ({ meaning, contents }: Column, field: ImportField): number =>
  (meaning?.weight ?? 0) + (field === "expiry" ? contents.dates : 0);
