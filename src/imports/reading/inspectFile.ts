import { interpretRow } from "../rows/row.ts";
import type { ImportField, RawRow } from "../rows/row.ts";
import type { FileNotice } from "../texts/codes.ts";
import { isTimeZone } from "../../values/zonedTime.ts";
import { usualWidth } from "./csv/dialect.ts";
import { sampleCsv } from "./csv/sample.ts";
import { UnfitChoiceError } from "./errors.ts";
import { readHead } from "./fileBytes.ts";
import { directoryBytes, directoryPlace, headBytes, kindOfFile } from "./fileKind.ts";
import { bareFormOf } from "./bareFormOf.ts";
import { cellsOf } from "./columnContents.ts";
import { countryOfHeader } from "./phoneHeaders.ts";
import { findColumns } from "./findColumns.ts";
import { plainHeader } from "./headerWords.ts";
import { findHeader } from "./findHeader.ts";
import type { HeaderFinding } from "./findHeader.ts";
import { defaultLimits } from "./limits.ts";
import type { ReadingLimits } from "./limits.ts";
import { rowReadingOf } from "./rowReading.ts";
import { resultPlaceOf } from "./resultHeaders.ts";
import type { FileSample } from "./sample.ts";
import type {
  ColumnDescription,
  FileDescription,
  FileReading,
  Notice,
  PreviewRow,
  ReadingChoices,
} from "./types.ts";
import type { Utf8Counts } from "./utf8Counter.ts";
import { sampleXlsx } from "./xlsx/sample.ts";

interface InspectOptions {
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly acceptUnassigned?: boolean;
  readonly acceptPremium?: boolean;
  /** Names of the pools, in small letters; absent: not known. */
  readonly pools?: ReadonlySet<string>;
  /** IANA name, for expiry without offset, unless the file names one. */
  readonly timeZone: string;
  /** How many of the first rows are shown. Default 20. */
  readonly previewRows?: number;
  readonly choices?: ReadingChoices;
  readonly limits?: Partial<ReadingLimits>;
  /** If known; otherwise a text is read to its end to count them. */
  readonly utf8?: Utf8Counts | undefined;
}

/**
 * Determines how to read a file, shows its first rows as they will be stored, and names what is doubtful. The same
 * file with the same options gives the same answer. Rejects with `UnreadableFileError` if the file cannot be read at
 * all, and with `UnfitChoiceError` if choices contradict each other or name a sheet that does not exist.
 *
 * A choice of a row or column that does not exist as the file is read now has no effect, and a notice says so: it was
 * made for another reading of the file, to which the operator may return.
 */
export async function inspectFile(path: string, options: InspectOptions): Promise<FileDescription> {
  const { acceptUnassigned = false, acceptPremium = false, choices = {} } = options;
  const defaultCountry = choices.country ?? options.defaultCountry;
  const limits = { ...defaultLimits, ...options.limits };
  const numbers = { defaultCountry, acceptUnassigned, acceptPremium };
  const { head } = await readHead(path, headBytes);
  const place = directoryPlace(head);
  const directory = place === null ? undefined : (await readHead(path, directoryBytes, place)).head;
  const sample =
    kindOfFile(head, directory) === "zip"
      ? await sampleXlsx(path, choices, limits)
      : await sampleCsv(path, head, choices, numbers, limits, options.utf8);

  const unfit: Notice[] = [];
  const isRow = sample.rows.some(({ row }) => row === choices.headerRow);
  if (typeof choices.headerRow === "number" && !isRow)
    unfit.push({ code: "HEADER_ROW_MISSING", rows: [choices.headerRow] });
  const header: HeaderFinding =
    choices.headerRow === undefined || unfit.length > 0
      ? findHeader(sample.rows, numbers)
      : { row: choices.headerRow, unsure: false };
  const headerCells = cellsOfHeader(sample, header.row);
  const data = sample.rows.filter(({ row }) => row > (header.row ?? 0));
  const headerWidth = headerCells?.length ?? 0;
  // Columns without a name at the end of the header are columns, too.
  const cellsInHeader = sample.rows.find(({ row }) => row === header.row)?.cells.length ?? 0;
  const width = isWhole(headerCells, header, sample)
    ? Math.max(headerWidth, Math.min(cellsInHeader, widthOf(sample, data)))
    : Math.max(headerWidth, widthOf(sample, data));
  checkColumns(choices.columns ?? {});
  const chosen = Object.entries(choices.columns ?? {});
  const absent = chosen.filter(([place, field]) => Number(place) >= width && field !== "ignored");
  if (absent.length > 0)
    unfit.push({ code: "COLUMN_MISSING", columns: absent.map(([place]) => Number(place)) });
  const fitting = Object.fromEntries(chosen.filter(([place]) => Number(place) < width));
  const byName = columnNamed(choices.column, headerCells, width);
  const findings = findColumns(
    headerCells,
    data,
    width,
    { ...fitting, ...byName },
    {
      ...numbers,
      pools: options.pools ?? null,
    },
  );
  const { columns } = findings;
  const numberColumn = columns.find(({ field }) => field === "realNumber");
  const named = choices.country === undefined ? countryOfHeader(numberColumn?.header ?? "") : null;
  const inCountry = { ...numbers, defaultCountry: named ?? defaultCountry };
  const shown = numberColumn === undefined ? null : bareFormOf(cellsOf(data, numberColumn.place), inCountry);

  const reading: FileReading = {
    source: sample.source,
    headerRow: header.row,
    columns,
    ...inCountry,
    ...(named !== null && { otherCountry: defaultCountry }),
    bareForm: choices.bareForm ?? shown,
    timeZone: zoneOfHeader(columns) ?? options.timeZone,
  };
  const preview = previewOf(reading, data.slice(0, options.previewRows ?? 20));
  return {
    ...reading,
    estimatedRows:
      sample.estimatedRows === null ? null : Math.max(0, sample.estimatedRows - (header.row ?? 0)),
    choices,
    ...(options.utf8 !== undefined && { utf8: options.utf8 }),
    notices: [...unfit, ...sample.notices, ...noticesOf({ ...findings, header, sample, data, preview })],
    preview,
  };
}

/** The header as far as its last name; cells without name to the right of it come from borders and colours. */
function cellsOfHeader(sample: FileSample, row: number | null): readonly string[] | null {
  if (row === null) return null;
  const cells = sample.rows.find((one) => one.row === row)?.cells ?? [];
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== "") + 1);
}

/**
 * Whether the header names all columns, so that a row with more cells was cut: commas are part of many texts. A row of a result
 * file with more cells was refused for that.
 */
const isWhole = (
  cells: readonly string[] | null,
  { unsure }: HeaderFinding,
  { source }: FileSample,
): boolean =>
  cells !== null &&
  (resultPlaceOf(cells) !== null ||
    (source.format === "csv" && source.delimiter === "," && !unsure && cells.length > 1));

/** Columns that the rows have: in CSV as most do, in a sheet, where no comma can be mistaken, as any does. */
function widthOf(sample: FileSample, data: readonly RawRow[]): number {
  const filled = data.filter(({ cells }) => cells.length > 0);
  if (sample.source.format === "csv") return usualWidth(filled);
  return filled.reduce((most, { cells }) => Math.max(most, cells.length), 0);
}

function checkColumns(choices: Readonly<Record<number, ImportField | "ignored">>): void {
  const seen = new Set<string>();
  for (const field of Object.values(choices)) {
    if (field !== "ignored" && seen.has(field))
      throw new UnfitChoiceError("columns", `${field} is chosen twice`);
    seen.add(field);
  }
}

/** The column given by its header, or by its number from 1. */
function columnNamed(
  name: string | undefined,
  header: readonly string[] | null,
  width: number,
): Readonly<Record<number, "realNumber">> {
  if (name === undefined) return {};
  const named = (header ?? []).flatMap((cell, place) =>
    cell.trim() === name.trim() || plainHeader(cell) === plainHeader(name) ? [place] : [],
  );
  const numbered = /^\d{1,4}$/.test(name) ? Number(name) - 1 : -1;
  const [place] = named.length === 1 ? named : numbered >= 0 && numbered < width ? [numbered] : [];
  if (place === undefined) throw new UnfitChoiceError("column", "the file has no such column, or several");
  return { [place]: "realNumber" };
}

/** An export names its zone: `expires_at (Europe/Moscow)`. */
function zoneOfHeader(columns: readonly ColumnDescription[]): string | null {
  const header = columns.find(({ field }) => field === "expiry")?.header ?? "";
  const zone = /\(([A-Za-z][\w/+-]*)\)/.exec(header)?.[1];
  return zone !== undefined && isTimeZone(zone) ? zone : null;
}

function previewOf(reading: FileReading, rows: readonly RawRow[]): PreviewRow[] {
  const rowReading = rowReadingOf(reading);
  return rows.map((raw) => ({
    row: raw.row,
    cells: raw.cells,
    result: rowReading && interpretRow(raw, rowReading),
  }));
}

interface Findings extends ReturnType<typeof findColumns> {
  readonly header: HeaderFinding;
  readonly sample: FileSample;
  readonly data: readonly RawRow[];
  readonly preview: readonly PreviewRow[];
}

function noticesOf({ columns, header, sample, data, preview, ...found }: Findings): Notice[] {
  const { furtherNumbers, equalNumbers, dates, unknownPools, unclearProxies, extensions } = found;
  const notices: Notice[] = [];
  const number = columns.find(({ field }) => field === "realNumber");
  if (!data.some(({ cells, fault }) => fault !== undefined || cells.some((cell) => cell.trim() !== ""))) {
    notices.push({ code: "NO_ROWS" });
  } else if (!number && equalNumbers.length > 0) {
    notices.push({ code: "NUMBER_COLUMN_UNCLEAR", columns: equalNumbers });
  } else if (!number) notices.push({ code: "NUMBER_COLUMN_MISSING" });
  if (dates.length > 0) notices.push({ code: "DATE_COLUMN", columns: dates });
  if (extensions.length > 0) notices.push({ code: "SHORT_NUMBERS", columns: extensions });
  if (unclearProxies.length > 0) notices.push({ code: "PROXIES_UNCLEAR", columns: unclearProxies });
  if (unknownPools.length > 0) notices.push({ code: "POOLS_UNKNOWN", columns: unknownPools });
  if (number && number.because !== "choice" && furtherNumbers.length > 0) {
    notices.push({ code: "SEVERAL_NUMBER_COLUMNS", columns: [number.place, ...furtherNumbers] });
  }
  if (header.unsure && header.row !== null) notices.push({ code: "HEADER_UNSURE", rows: [header.row] });
  const above = sample.rows.filter(
    (raw) => raw.row < (header.row ?? 0) && raw.cells.some((cell) => cell.trim() !== ""),
  );
  if (above.length > 0) notices.push({ code: "ROWS_ABOVE_HEADER", rows: firstFew(above) });
  const twice = columns.filter(
    (one) => one.header && columns.some((other) => other !== one && other.header === one.header),
  );
  if (twice.length > 0) notices.push({ code: "DUPLICATE_HEADERS", columns: twice.map(({ place }) => place) });
  const hidden = data.filter((raw) => raw.hidden === true);
  if (hidden.length > 0) notices.push({ code: "HIDDEN_ROWS", rows: firstFew(hidden) });
  const refused = preview.filter(({ result }) => result?.ok === false && !nothingToDo.has(result.code));
  if (refused.length > 0) notices.push({ code: "ROWS_REFUSED", rows: firstFew(refused) });
  return notices;
}

/** The choice that has no effect according to a notice, as `ReadingChoices` calls it. */
export const choiceWithoutEffect: Readonly<Partial<Record<FileNotice, keyof ReadingChoices>>> = {
  HEADER_ROW_MISSING: "headerRow",
  COLUMN_MISSING: "columns",
};

/** Rows that say nothing, and need nothing. */
const nothingToDo: ReadonlySet<string> = new Set(["BLANK_ROW", "RELEASED_MAPPING"]);

function firstFew(rows: readonly { readonly row: number }[]): number[] {
  return rows.slice(0, 10).map(({ row }) => row);
}
