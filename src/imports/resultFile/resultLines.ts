import { kindOf } from "../job/counts.ts";
import type { FileReading } from "../job/reading.ts";
import type { ResultRow } from "../job/types.ts";
import { resultHeaders, resultPlaceOf } from "../reading/resultHeaders.ts";
import type { ImportField, RawRow } from "../rows/row.ts";

/** A row of the uploaded file, and the cells appended to it; null: none. */
interface ResultLine {
  readonly raw: RawRow;
  readonly added: readonly string[] | null;
}

export interface ResultFileOptions {
  readonly results: AsyncIterable<readonly ResultRow[]>;
  /** Only the header, and the rows that are not imported. */
  readonly problems: boolean;
  /** The cells below `resultHeaders`. */
  readonly cellsOf: (result: ResultRow) => readonly string[];
}

interface ResultLinesOptions extends ResultFileOptions {
  /** The rows of the file from the first one on. */
  readonly rows: AsyncIterable<readonly RawRow[]>;
  readonly headerRow: number | null;
}

/** The rows of the file beside their results, as far as there are results. */
export async function* resultLines(options: ResultLinesOptions): AsyncGenerator<readonly ResultLine[]> {
  const { rows, headerRow, problems } = options;
  const results = inTurn(options.results);
  let result = await results.next();
  for await (const batch of rows) {
    const lines: ResultLine[] = [];
    for (const raw of batch) {
      const { row } = raw;
      if (headerRow !== null && row <= headerRow) {
        if (row === headerRow) lines.push({ raw, added: resultHeaders });
        else if (!problems) lines.push({ raw, added: null });
        continue;
      }
      while (result.done !== true && result.value.row < row) result = await results.next();
      if (result.done === true) {
        yield lines;
        return;
      }
      const { code } = result.value;
      if (problems ? kindOf(code) !== "rejected" : code === "BLANK_ROW") {
        if (!problems) lines.push({ raw, added: null });
      } else lines.push({ raw, added: options.cellsOf(result.value) });
    }
    yield lines;
  }
}

async function* inTurn<Item>(pieces: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const piece of pieces) yield* piece;
}

/** Where the added cells begin. */
interface ResultLayout {
  /** Cells of the uploaded file, those of an earlier result not counted. */
  readonly width: number;
  /** Each row is cut there, because the cells of an earlier result follow. */
  readonly isCut: boolean;
}

export function layoutOf(header: readonly string[] | null, { columns }: FileReading): ResultLayout {
  const place = header && resultPlaceOf(header);
  return place === null
    ? { width: Math.max(1, columns.length, header?.length ?? 0), isCut: false }
    : { width: place, isCut: true };
}

const names: Readonly<Record<ImportField, string>> = {
  realNumber: "real_number",
  label: "label",
  reference: "reference",
  expiry: "expires_at",
  pool: "pool",
  callerIdPolicy: "caller_id",
  countryCode: "country_code",
  areaCode: "area_code",
  extension: "extension",
  proxyNumber: "proxy_number",
};

/** For a file without a header: names by which its columns are read again as they were read. */
export const madeHeader = ({ columns }: FileReading): readonly string[] =>
  columns.map(({ field, place }) => (field === "ignored" ? `column_${place + 1}` : names[field]));
