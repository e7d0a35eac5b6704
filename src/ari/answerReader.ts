/** An answer that is not a list is parsed in one go, which takes about 15 ms at this size. */
const textLimitBytes = 4 * 1024 * 1024;
/** A list is parsed item by item while it arrives. The channels of 100,000 calls are about 90 MB. */
const listLimitBytes = 128 * 1024 * 1024;

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const isBlank = (byte: number | undefined): boolean =>
  byte === space || byte === lineFeed || byte === carriageReturn || byte === tab;

export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";

  constructor(limitBytes: number) {
    super(`the answer is larger than ${limitBytes / 1024 / 1024} MiB`);
  }
}

/**
 * Reads the body of an HTTP answer as it arrives. List items are parsed one by one: the channels of 10,000 calls
 * are 9 MB, and one `JSON.parse` of it would block every call for 50 ms.
 */
export class AnswerReader {
  readonly #textLimitBytes: number;
  readonly #listLimitBytes: number;
  #bytes = 0;
  #kind: "unknown" | "text" | "list" = "unknown";
  #pieces: Buffer[] = [];
  readonly #items: unknown[] = [];
  /** 1 between list items. */
  #depth = 0;
  #closed = false;
  #inString = false;
  #escaped = false;

  constructor(limits: { readonly textBytes?: number; readonly listBytes?: number } = {}) {
    this.#textLimitBytes = limits.textBytes ?? textLimitBytes;
    this.#listLimitBytes = limits.listBytes ?? listLimitBytes;
  }

  /** Throws an `AnswerTooLargeError`, or a `SyntaxError` if an item is not JSON. */
  push(chunk: Buffer): void {
    let start = 0;
    if (this.#kind === "unknown") {
      while (start < chunk.length && isBlank(chunk[start])) start += 1;
      if (start === chunk.length) return;
      this.#kind = chunk[start] === openBracket ? "list" : "text";
    }
    this.#bytes += chunk.length;
    const limitBytes = this.#kind === "list" ? this.#listLimitBytes : this.#textLimitBytes;
    if (this.#bytes > limitBytes) throw new AnswerTooLargeError(limitBytes);
    if (this.#kind === "text") this.#pieces.push(chunk);
    else this.#scan(chunk, start);
  }

  /** The list's items, or the text. Throws a `SyntaxError` for an incomplete list. */
  end(): readonly unknown[] | string {
    if (this.#kind !== "list") return this.#takePieces();
    if (!this.#closed) throw new SyntaxError("the list is incomplete");
    return this.#items;
  }

  #scan(chunk: Buffer, from: number): void {
    let start = from;
    for (let index = from; index < chunk.length; index++) {
      const byte = chunk[index];
      if (this.#closed) {
        if (!isBlank(byte)) throw new SyntaxError("unexpected data after the list");
        continue;
      }
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
        continue;
      }
      switch (byte) {
        case quote:
          this.#inString = true;
          break;
        case openBracket:
        case openBrace:
          this.#depth += 1;
          if (this.#depth === 1) start = index + 1;
          break;
        case comma:
          if (this.#depth !== 1) break;
          this.#item(chunk.subarray(start, index), false);
          start = index + 1;
          break;
        case closeBracket:
        case closeBrace:
          this.#depth -= 1;
          if (this.#depth !== 0) break;
          if (byte !== closeBracket) throw new SyntaxError("the list ends with the wrong bracket");
          this.#item(chunk.subarray(start, index), this.#items.length === 0);
          this.#closed = true;
          break;
        default:
      }
    }
    if (!this.#closed) this.#pieces.push(chunk.subarray(start));
  }

  #item(last: Buffer, mayBeEmpty: boolean): void {
    this.#pieces.push(last);
    const text = this.#takePieces();
    if (mayBeEmpty && text.trim() === "") return;
    this.#items.push(JSON.parse(text));
  }

  #takePieces(): string {
    const text =
      this.#pieces.length === 1
        ? (this.#pieces[0]?.toString("utf8") ?? "")
        : Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    return text;
  }
}
