import type { RowFault } from "../../texts/codes.ts";
import type { RawRow, RowText } from "../../rows/row.ts";
import type { ReadingLimits } from "../limits.ts";
import type { CsvDialect } from "../types.ts";

type TokenizerLimits = Pick<ReadingLimits, "rowCharacters" | "columns">;

/** A row, or the reason why there is none, yet or at all. `end` is where the next row begins. */
type Scan =
  | { readonly kind: "row"; readonly cells: string[]; readonly ends: number[]; readonly end: number }
  | { readonly kind: "incomplete" }
  | { readonly kind: "stray" };

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Splits text into rows, piece by piece; the boundaries of the pieces do not matter. Rows end with CR, LF, or CRLF. A
 * quoted cell may contain delimiters, line ends, and doubled quotes; a quote that is not at the start of a cell is an
 * ordinary character.
 *
 * Nothing stops it. If quotes are wrong, it gives up the line on which the row began and continues with the next
 * line, so that one bad quote costs one row and not the rest of the file. It keeps no more than one row of the
 * longest allowed length and the latest piece.
 */
export class CsvTokenizer {
  readonly #delimiter: string | null;
  readonly #quote: string | null;
  readonly #escape: boolean;
  /** Splits the text within the quotes of a line; null: the cells themselves are quoted. */
  readonly #inner: CsvDialect | null;
  readonly #limits: TokenizerLimits;
  readonly #keepsText: boolean;
  #lineEnd: "\r" | "\n" | "\r\n" | null = null;
  #text = "";
  /** Number of the row that begins next; 0 for a `sep=;` line, which is not returned. */
  #row: number;
  #final = false;
  /** Within a row that is too long: everything up to its end is dropped. */
  #dropping = false;
  /** The last piece ended in CR; a LF at the start of the next one belongs to it. */
  #expectsLineFeed = false;

  /** @param keepsText every row has its `source`. */
  constructor(dialect: CsvDialect, limits: TokenizerLimits, keepsText = false) {
    this.#keepsText = keepsText;
    this.#inner = dialect.wrapped === true ? innerOf(dialect) : null;
    this.#delimiter = dialect.wrapped === true ? null : dialect.delimiter;
    this.#escape = dialect.escape !== undefined;
    this.#quote = dialect.quote;
    this.#limits = limits;
    this.#row = dialect.separatorLine ? 0 : 1;
  }

  /** Of the first line; null while there is none. */
  get lineEnd(): string | null {
    return this.#lineEnd;
  }

  /** The rows that the piece completes. */
  write(piece: string): RawRow[] {
    const rows: RawRow[] = [];
    if (piece === "") return rows;
    const skip = this.#expectsLineFeed && piece.charCodeAt(0) === lineFeed ? 1 : 0;
    if (this.#expectsLineFeed) this.#lineEnd ??= skip === 1 ? "\r\n" : "\r";
    this.#expectsLineFeed = false;
    this.#text = this.#text === "" ? piece.slice(skip) : this.#text + piece.slice(skip);
    this.#readRows(rows);
    return rows;
  }

  /** The last row, if the file does not end with a line end, and the text that was waiting for a closing quote. */
  end(): RawRow[] {
    const rows: RawRow[] = [];
    this.#final = true;
    this.#readRows(rows);
    return rows;
  }

  #readRows(rows: RawRow[]): void {
    const text = this.#text;
    let at = this.#dropping ? this.#dropLine(0) : 0;
    // The next occurrence of each is searched for once, not once for each row.
    let quote = this.#find(this.#quote, at);
    let end = lineEnd(text, at, -1, -1);
    while (at < text.length) {
      if (end.at < at) end = lineEnd(text, at, end.lineFeed, end.carriageReturn);
      if (quote < at) quote = this.#find(this.#quote, at);
      const plain = quote >= end.at;
      if (plain && end.at === text.length && !this.#final && text.length - at <= this.#limits.rowCharacters) {
        break;
      }
      const next = plain ? this.#plainRow(rows, at, end.at) : this.#quotedRow(rows, at);
      if (next === -1) break;
      at = next;
    }
    this.#text = at >= text.length ? "" : text.slice(at);
  }

  /** A row without any quote. */
  #plainRow(rows: RawRow[], start: number, end: number): number {
    if (end - start > this.#limits.rowCharacters) return this.#giveUp(rows, start);
    const line = this.#text.slice(start, end);
    const cells = line === "" ? [] : this.#split(line);
    this.#push(rows, cells, this.#keepsText ? { text: line, ends: endsOf(cells), quoted: false } : undefined);
    return this.#afterLineEnd(end);
  }

  #split(line: string): string[] {
    return this.#delimiter === null ? [line] : line.split(this.#delimiter, this.#limits.columns + 1);
  }

  #quotedRow(rows: RawRow[], start: number): number {
    const scan = this.#scan(start);
    const limit = start + this.#limits.rowCharacters;
    if (scan.kind === "row" && scan.end <= limit) {
      this.#push(rows, scan.cells, this.#keepsText ? this.#textOf(start, scan) : undefined);
      return this.#afterLineEnd(scan.end);
    }
    const mayGrow = !this.#final && this.#text.length <= limit;
    if (mayGrow && (scan.kind === "incomplete" || !hasLineEnd(this.#text, start))) return -1;
    return this.#giveUp(rows, start, scan.kind === "stray" ? "STRAY_QUOTE" : "UNCLOSED_QUOTE");
  }

  #textOf(start: number, { ends, end }: { readonly ends: readonly number[]; readonly end: number }): RowText {
    const text = this.#text.slice(start, end);
    return { text, ends: ends.map((at) => at - start), quoted: text[0] === this.#quote };
  }

  /** Reads cell by cell; `end` is the position of the line end. Looks no further than the longest row allowed. */
  #scan(start: number): Scan {
    const text = this.#text;
    const limit = Math.min(text.length, start + this.#limits.rowCharacters + 1);
    const cells: string[] = [];
    const ends: number[] = [];
    let at = start;
    for (;;) {
      if (text[at] === this.#quote) {
        const cell = this.#scanQuotedCell(at + 1, limit);
        if (typeof cell === "string") return { kind: cell };
        this.#keep(cells, cell.value);
        at = cell.end;
      } else {
        const end = this.#cellEnd(at, limit);
        this.#keep(cells, text.slice(at, end));
        at = end;
      }
      if (this.#keepsText) ends.push(at);
      if (at >= limit && !(this.#final && at === text.length)) return { kind: "incomplete" };
      if (at === text.length || text[at] !== this.#delimiter) return { kind: "row", cells, ends, end: at };
      at += 1;
    }
  }

  #scanQuotedCell(start: number, limit: number): { value: string; end: number } | "incomplete" | "stray" {
    const text = this.#text;
    const quote = this.#quote ?? "";
    let value = "";
    let from = start;
    for (;;) {
      const close = text.indexOf(quote, from);
      if (close === -1 || close >= limit) return "incomplete";
      if (this.#escape && backslashesBefore(text, close, start) % 2 === 1) {
        value += text.slice(from, close - 1) + quote;
        from = close + 1;
        continue;
      }
      value += text.slice(from, close);
      if (text[close + 1] === quote) {
        value += quote;
        from = close + 2;
        continue;
      }
      let end = close + 1;
      while (end < limit && (text[end] === " " || (text[end] === "\t" && this.#delimiter !== "\t"))) end += 1;
      if (end >= limit) return this.#final && end === text.length ? { value, end } : "incomplete";
      const code = text.charCodeAt(end);
      const closes = code === lineFeed || code === carriageReturn || text[end] === this.#delimiter;
      return closes ? { value, end } : "stray";
    }
  }

  #cellEnd(start: number, limit: number): number {
    const text = this.#text;
    const delimiter = this.#delimiter?.charCodeAt(0) ?? -1;
    for (let at = start; at < limit; at += 1) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === lineFeed || code === carriageReturn) return at;
    }
    return limit;
  }

  /** One cell more than allowed shows that there were too many; further ones need no memory. */
  #keep(cells: string[], cell: string): void {
    if (cells.length <= this.#limits.columns) cells.push(cell);
  }

  #push(rows: RawRow[], cells: string[], source: RowText | undefined): void {
    const row = this.#row;
    this.#row += 1;
    if (row === 0) return;
    if (this.#inner !== null && cells.length === 1) {
      rows.push(this.#unwrapped(row, cells[0] ?? "", this.#inner, source));
      return;
    }
    const kept = source && { source };
    rows.push(
      cells.length > this.#limits.columns
        ? { row, cells: [], fault: "TOO_MANY_COLUMNS", ...kept }
        : { row, cells, ...kept },
    );
  }

  #unwrapped(row: number, line: string, inner: CsvDialect, source: RowText | undefined): RawRow {
    const tokenizer = new CsvTokenizer(inner, this.#limits, this.#keepsText);
    const [found, ...others] = [...tokenizer.write(line), ...tokenizer.end()];
    const quoted = source?.quoted ?? false;
    if (others.length > 0) {
      return { row, cells: [], fault: "STRAY_QUOTE", ...(source && { source: wholeText(line, quoted) }) };
    }
    const own = found?.source ?? wholeText("", quoted);
    return { ...(found ?? { cells: [] }), row, ...(source && { source: { ...own, quoted } }) };
  }

  /**
   * Leaves the line on which the row began. If a line end is in reach, a quote has run past it; otherwise the line is
   * too long.
   */
  #giveUp(rows: RawRow[], start: number, fault: RowFault = "ROW_TOO_LONG"): number {
    const end = lineEnd(this.#text, start, -1, -1).at;
    const tooLong = end - start > this.#limits.rowCharacters;
    const row = this.#row;
    this.#row += 1;
    const source =
      this.#keepsText && !tooLong ? { source: wholeText(this.#text.slice(start, end), false) } : undefined;
    if (row > 0) rows.push({ row, cells: [], fault: tooLong ? "ROW_TOO_LONG" : fault, ...source });
    if (end < this.#text.length) return this.#afterLineEnd(end);
    this.#dropping = !this.#final;
    return this.#text.length;
  }

  #dropLine(start: number): number {
    const end = lineEnd(this.#text, start, -1, -1).at;
    if (end === this.#text.length) return end;
    this.#dropping = false;
    return this.#afterLineEnd(end);
  }

  #afterLineEnd(end: number): number {
    const code = this.#text.charCodeAt(end);
    if (code === lineFeed) this.#lineEnd ??= "\n";
    if (code !== carriageReturn) return end + 1;
    if (end + 1 === this.#text.length) {
      this.#expectsLineFeed = true;
      return end + 1;
    }
    const hasLineFeed = this.#text.charCodeAt(end + 1) === lineFeed;
    this.#lineEnd ??= hasLineFeed ? "\r\n" : "\r";
    return hasLineFeed ? end + 2 : end + 1;
  }

  #find(character: string | null, from: number): number {
    const at = character === null ? -1 : this.#text.indexOf(character, from);
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  }
}

const wholeText = (text: string, quoted: boolean): RowText => ({ text, ends: [text.length], quoted });

/** Of cells without quotes, with one character between them. */
function endsOf(cells: readonly string[]): number[] {
  let end = -1;
  return cells.map((cell) => (end += 1 + cell.length));
}

const innerOf = ({ delimiter, quote }: CsvDialect): CsvDialect => ({
  delimiter,
  quote,
  separatorLine: false,
});

function backslashesBefore(text: string, at: number, start: number): number {
  let count = 0;
  while (at - count - 1 >= start && text[at - count - 1] === "\\") count += 1;
  return count;
}

interface LineEnd {
  readonly at: number;
  readonly lineFeed: number;
  readonly carriageReturn: number;
}

/** The next CR or LF, or the length of the text. An earlier finding that is still ahead is used again. */
function lineEnd(text: string, from: number, oldLineFeed: number, oldCarriageReturn: number): LineEnd {
  const lf = oldLineFeed >= from ? oldLineFeed : indexOrLength(text, "\n", from);
  const cr = oldCarriageReturn >= from ? oldCarriageReturn : indexOrLength(text, "\r", from);
  return { at: Math.min(lf, cr), lineFeed: lf, carriageReturn: cr };
}

function hasLineEnd(text: string, from: number): boolean {
  return lineEnd(text, from, -1, -1).at < text.length;
}

function indexOrLength(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at === -1 ? text.length : at;
}
