import { plainHeader } from "./headerWords.ts";

/** The columns that a result file has behind those of the uploaded file. Uploaded again, they mean nothing. */
export const resultHeaders = [
  "import_row",
  "import_real_number",
  "import_proxy_number",
  "import_status",
  "import_message",
  "import_remedy",
  "import_differences",
  // The last one is never empty: it shows where a row has more cells than its header.
  "import_code",
] as const;

const plainHeaders: ReadonlySet<string> = new Set(resultHeaders.map(plainHeader));

/** @param plain as `plainHeader` has it. */
export const isResultHeader = (plain: string): boolean => plainHeaders.has(plain);

const isOurs = (cell: string): boolean => isResultHeader(plainHeader(cell));

/** Where the columns of an earlier result begin in a header; null if it has none. */
export function resultPlaceOf(header: readonly string[]): number | null {
  const place = header.findIndex(isOurs);
  const isRest = header.slice(place).every((cell) => cell.trim() === "" || isOurs(cell));
  return place > 0 && isRest ? place : null;
}
