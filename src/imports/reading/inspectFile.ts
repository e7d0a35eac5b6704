import { interpretRow } from "../rows/row.ts";
import type { ImportField, RawRow } from "../rows/row.ts";
import { isTimeZone } from "../../values/zonedTime.ts";
import { usualWidth } from "./csv/dialect.ts";
import { sampleCsv } from "./csv/sample.ts";
import { UnfitChoiceError } from "./errors.ts";
import { readHead } from "./fileBytes.ts";
import { headBytes, kindOfFile } from "./fileKind.ts";
import { findColumns } from "./findColumns.ts";
import { findHeader } from "./findHeader.ts";
import type { HeaderFinding } from "./findHeader.ts";
import { defaultLimits } from "./limits.ts";
import type { ReadingLimits } from "./limits.ts";
import { rowReadingOf } from "./rowReading.ts";
import type { FileSample } from "./sample.ts";
import type {
  ColumnDescription,
  FileDescription,
  FileReading,
  Notice,
  PreviewRow,
  ReadingChoices,
} from "./types.ts";
import { sampleXlsx } from "./xlsx/sample.ts";

export interface InspectOptions {
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  readonly acceptUnassigned?: boolean;
  /** IANA name, for expiry without offset, unless the file names one. */
  readonly timeZone: string;
  /** How many of the first rows are shown. Default 20. */
  readonly previewRows?: number;
  readonly choices?: ReadingChoices;
  readonly limits?: Partial<ReadingLimits>;
}

/**
 * Finds out how a file is to be read, shows its first rows as they will be stored and names what is doubtful.
 * The same file with the same options gives the same answer. Rejects with `UnreadableFileError` where the file
 * cannot be read at all and `UnfitChoiceError` where a choice does not fit it.
 */
export async function inspectFile(path: string, options: InspectOptions): Promise<FileDescription> {
  const { defaultCountry, acceptUnassigned = false, choices = {} } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const numbers = { defaultCountry, acceptUnassigned };
  const { head } = await readHead(path, headBytes);
  const sample =
    kindOfFile(head) === "zip"
      ? await sampleXlsx(path, choices, limits)
      : await sampleCsv(path, head, choices, numbers, limits);

  const header: HeaderFinding =
    choices.headerRow === undefined
      ? findHeader(sample.rows, numbers)
      : { row: choices.headerRow, unsure: false };
  const headerCells = cellsOfHeader(sample, header.row);
  const data = sample.rows.filter(({ row }) => row > (header.row ?? 0));
  const width = Math.max(headerCells?.length ?? 0, widthOf(sample, data));
  checkColumns(choices.columns ?? {}, width);
  const { columns, furtherNumbers } = findColumns(headerCells, data, width, choices.columns ?? {}, numbers);

  const reading: FileReading = {
    source: sample.source,
    headerRow: header.row,
    columns,
    defaultCountry,
    acceptUnassigned,
    timeZone: zoneOfHeader(columns) ?? options.timeZone,
  };
  const preview = previewOf(reading, data.slice(0, options.previewRows ?? 20));
  return {
    ...reading,
    estimatedRows:
      sample.estimatedRows === null ? null : Math.max(0, sample.estimatedRows - (header.row ?? 0)),
    notices: [...sample.notices, ...noticesOf({ columns, furtherNumbers, header, sample, data, preview })],
    preview,
  };
}

/** The header as far as its last name; cells without name to the right of it come from borders and colours. */
function cellsOfHeader(sample: FileSample, row: number | null): readonly string[] | null {
  if (row === null) return null;
  const cells = sample.rows.find((one) => one.row === row)?.cells;
  if (!cells) throw new UnfitChoiceError("headerRow", "the row is not among the first ones of the file");
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== "") + 1);
}

/** Columns that the rows have: in CSV as most do, in a sheet, where no comma can be mistaken, as any does. */
function widthOf(sample: FileSample, data: readonly RawRow[]): number {
  const filled = data.filter(({ cells }) => cells.length > 0);
  if (sample.source.format === "csv") return usualWidth(filled);
  return filled.reduce((most, { cells }) => Math.max(most, cells.length), 0);
}

function checkColumns(choices: Readonly<Record<number, ImportField | "ignored">>, width: number): void {
  const seen = new Set<string>();
  for (const [place, field] of Object.entries(choices)) {
    if (!(Number(place) < width)) throw new UnfitChoiceError("columns", `the file has only ${width} columns`);
    if (field !== "ignored" && seen.has(field))
      throw new UnfitChoiceError("columns", `${field} is chosen twice`);
    seen.add(field);
  }
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

interface Findings {
  readonly columns: readonly ColumnDescription[];
  readonly furtherNumbers: readonly number[];
  readonly header: HeaderFinding;
  readonly sample: FileSample;
  readonly data: readonly RawRow[];
  readonly preview: readonly PreviewRow[];
}

function noticesOf({ columns, furtherNumbers, header, sample, data, preview }: Findings): Notice[] {
  const notices: Notice[] = [];
  const number = columns.find(({ field }) => field === "realNumber");
  if (!data.some(({ cells, fault }) => fault !== undefined || cells.some((cell) => cell.trim() !== ""))) {
    notices.push({ code: "NO_ROWS" });
  } else if (!number) notices.push({ code: "NUMBER_COLUMN_MISSING" });
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

/** Rows that say nothing, and need nothing. */
const nothingToDo: ReadonlySet<string> = new Set(["BLANK_ROW", "RELEASED_MAPPING"]);

function firstFew(rows: readonly { readonly row: number }[]): number[] {
  return rows.slice(0, 10).map(({ row }) => row);
}
