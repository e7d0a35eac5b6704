import { setImmediate as breathe } from "node:timers/promises";
import type { FileReading } from "../job/reading.ts";
import { CsvTokenizer } from "../reading/csv/tokenizer.ts";
import { decodeFile } from "../reading/decodeFile.ts";
import { encodeText, withKnownSigns } from "../reading/encodeText.ts";
import { defaultLimits } from "../reading/limits.ts";
import { resultHeaders } from "../reading/resultHeaders.ts";
import type { CsvSource } from "../reading/types.ts";
import { guarded } from "../rows/formulaGuard.ts";
import type { RawRow } from "../rows/row.ts";
import { cellText, csvLine, delimiterOf, isQuoted } from "./csvLine.ts";
import type { LineStyle } from "./csvLine.ts";
import { layoutOf, madeHeader, resultLines } from "./resultLines.ts";
import type { ResultFileOptions } from "./resultLines.ts";

/** The uploaded CSV file with columns appended, in its own encoding, delimiter, and quotes. */
export async function* csvResultFile(
  path: string,
  reading: FileReading,
  source: CsvSource,
  options: ResultFileOptions,
): AsyncGenerator<Buffer> {
  const { encoding } = source;
  const { headerRow } = reading;
  const tokenizer = new CsvTokenizer(source, defaultLimits, true);
  const file = new TextRows(tokenizer, path, source);
  const cellsOf: typeof options.cellsOf = (result) =>
    options
      .cellsOf(result)
      .map((cell) => (phone.test(cell) ? cell : guarded(withKnownSigns(cell, encoding))));
  let begun = false;
  let layout = layoutOf(null, reading);
  for await (const lines of resultLines({ ...options, rows: file.read(), headerRow, cellsOf })) {
    const style: LineStyle = { dialect: source, quotesAll: file.quotesAll };
    const end = tokenizer.lineEnd ?? "\r\n";
    let text = begun ? "" : beginning(reading, source, style, end);
    begun = true;
    for (const { raw, added } of lines) {
      if (raw.row === headerRow) layout = layoutOf(raw.cells, reading);
      text += csvLine(raw, added, layout, style) + end;
    }
    if (text !== "") yield encodeText(text, encoding);
    await breathe();
  }
}

const phone = /^\+\d+$/;

/** The header above the rows. */
function beginning(reading: FileReading, source: CsvSource, style: LineStyle, end: string): string {
  const mark = source.byteOrderMark && source.encoding.startsWith("utf-") ? "\ufeff" : "";
  const separator = source.separatorLine ? `sep=${delimiterOf(source)}${end}` : "";
  if (reading.headerRow !== null) return mark + separator;
  const header = [...madeHeader(reading), ...resultHeaders].map((cell) => cellText(cell, style));
  return mark + separator + header.join(delimiterOf(source)) + end;
}

/** The rows of the file with their texts. */
class TextRows {
  readonly #tokenizer: CsvTokenizer;
  readonly #path: string;
  readonly #source: CsvSource;
  #quotesAll: boolean | null = null;

  constructor(tokenizer: CsvTokenizer, path: string, source: CsvSource) {
    this.#tokenizer = tokenizer;
    this.#path = path;
    this.#source = source;
  }

  /** As the first row that has cells says. */
  get quotesAll(): boolean {
    return this.#quotesAll ?? false;
  }

  async *read(): AsyncGenerator<readonly RawRow[]> {
    for await (const { text } of decodeFile(this.#path, this.#source.encoding)) {
      yield this.#seen(this.#tokenizer.write(text));
    }
    yield this.#seen(this.#tokenizer.end());
  }

  #seen(rows: readonly RawRow[]): readonly RawRow[] {
    if (this.#quotesAll === null) {
      const filled = rows.find(({ cells }) => cells.some((cell) => cell.trim() !== ""));
      if (filled?.source !== undefined) this.#quotesAll = isQuoted(filled.source, this.#source);
    }
    return rows;
  }
}
