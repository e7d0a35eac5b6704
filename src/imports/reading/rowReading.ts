import type { ColumnPlaces, ImportField, RowReading } from "../rows/row.ts";
import type { PhoneNumberOptions } from "../../values/phoneNumber.ts";
import { saysOriginOnly } from "./headerNames.ts";
import { plainHeader } from "./headerWords.ts";
import type { FileReading } from "./types.ts";

/** As the export calls it. */
const isReleasedHeader = (header: string | null): boolean =>
  header !== null && plainHeader(header) === "proxy was for";

/** Nothing but its cells speaks for it, or a header such as `Nationality`. */
const isUnsureCountry = ({ field, because, header }: FileReading["columns"][number]): boolean =>
  field === "countryCode" &&
  (because === "contents" || (because === "header" && saysOriginOnly(header ?? "")));

/** How the rows of the file are to be understood; null while no column holds the numbers. */
export function rowReadingOf(reading: FileReading): RowReading | null {
  const place = (field: ImportField): number | null =>
    reading.columns.find((column) => column.field === field)?.place ?? null;
  const realNumber = place("realNumber");
  if (realNumber === null) return null;
  const places: ColumnPlaces = {
    realNumber,
    label: place("label"),
    reference: place("reference"),
    expiry: place("expiry"),
    pool: place("pool"),
    callerIdPolicy: place("callerIdPolicy"),
    proxyNumber: place("proxyNumber"),
    countryCode: place("countryCode"),
    countryIsUnsure: reading.columns.some((column) => isUnsureCountry(column)),
    areaCode: place("areaCode"),
    extension: place("extension"),
  };
  const numbers: PhoneNumberOptions = {
    defaultCountry: reading.defaultCountry,
    acceptUnassigned: reading.acceptUnassigned,
    acceptPremium: reading.acceptPremium,
    bareForm: reading.bareForm ?? undefined,
  };
  return {
    places,
    width: reading.source.format === "csv" ? reading.columns.length : null,
    numbers,
    otherNumbers: { ...numbers, defaultCountry: reading.otherCountry ?? reading.defaultCountry },
    timeZone: reading.timeZone,
    released:
      reading.columns.find((column) => column.field === "ignored" && isReleasedHeader(column.header))
        ?.place ?? null,
  };
}
