import type { ImportField } from "../rows/row.ts";
import type { ColumnContents } from "./columnContents.ts";
import { nearlyAll } from "./countryColumn.ts";
import { saysOriginOnly } from "./headerNames.ts";
import type { HeaderMeaning } from "./headerNames.ts";
import { isOfContract, isOfDocument, speaksOfNumber } from "./headerTopics.ts";
import { plainHeader } from "./headerWords.ts";
import { saysMobile } from "./phoneHeaders.ts";

export interface Column {
  readonly place: number;
  readonly header: string;
  readonly meaning: HeaderMeaning | null;
  readonly contents: ColumnContents;
  readonly chosen: ImportField | "ignored" | null;
}

/** As its header says, although its cells may be countries that we do not know. */
export const isOfCountries = ({ meaning, header, contents }: Column): boolean =>
  meaning?.field === "countryCode" &&
  !saysOriginOnly(header) &&
  contents.filled > 0 &&
  // In German, states are called so as well.
  (contents.countries > 0 || !/^(?:land|staat)$/.test(plainHeader(header)));

/** Whether the cells, and the columns around them, agree with the header. */
export function isConfirmed(
  { place, header, meaning, contents }: Column,
  columns: readonly Column[],
  numberPlace: number | null,
  cells: { readonly namesPools: () => boolean; readonly hasProxyNumbers: () => boolean },
): boolean {
  switch (meaning?.field) {
    case "expiry":
      return contents.yesOrNo < 0.5 && !standsByDocument(place, columns);
    case "callerIdPolicy":
      return isPolicyColumn({ header, contents });
    case "pool":
      return cells.namesPools();
    case "proxyNumber":
      return contents.filled === 0 || cells.hasProxyNumbers();
    case "extension":
      return (
        contents.filled > 0 && contents.numbers <= 0.5 && belongsToNumber(place, columns[numberPlace ?? -1])
      );
    case "countryCode":
      // The country of a postal address has its name in full.
      if (contents.filled === 0) return false;
      // Some states look like countries: `CA`, `IL`.
      if (saysOriginOnly(header)) return contents.countries >= nearlyAll;
      // An address may be in words that we do not know, but a foreign country is never dropped.
      return meaning.weight === 1 || contents.countries > 0.5 || contents.foreignCountries > 0;
    case "areaCode":
      return contents.filled > 0;
    case "label":
    case "reference":
      return contents.dates < mostly;
    default:
      return meaning !== null && meaning.field !== "ignored";
  }
}

/** Users of a private exchange have an extension followed by a mobile number, which has none. */
const belongsToNumber = (place: number, number: Column | undefined): boolean =>
  number !== undefined && (place > number.place || !saysMobile(number.header));

/** Words for policies; or only numbers to be shown, under the name that our own export has. */
export const isPolicyColumn = ({ header, contents }: Pick<Column, "header" | "contents">): boolean =>
  contents.filled === 0 || contents.hasPolicies || plainHeader(header).endsWith(" policy");

/** `Паспорт;Действует до`, `Действует до;Паспорт`, `Договор;Действует до`: these end, not the number. */
const standsByDocument = (place: number, columns: readonly Column[]): boolean =>
  !speaksOfNumber(plainHeader(columns[place]?.header ?? "")) &&
  columns.some((other) => {
    const distance = Math.abs(place - other.place);
    const name = plainHeader(other.header);
    return (
      (distance === 1 || distance === 2) && (isOfDocument(name) || (distance === 1 && isOfContract(name)))
    );
  });

/** Of the cells of a column. */
export const mostly = 0.8;
