import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { Writable } from "node:stream";
import { Utf8Counter } from "../../imports/reading/utf8Counter.ts";
import type { Utf8Counts } from "../../imports/reading/utf8Counter.ts";

const zip = Buffer.from("PK\u0003\u0004");

/** Stores a file while it arrives, and counts how much of it is UTF-8, so that it need not be read again for that. */
export class CountedFile extends Writable {
  readonly #file: WriteStream;
  /** null: a workbook, which is not text. */
  #counter: Utf8Counter | null = new Utf8Counter();
  #isFirst = true;

  constructor(path: string) {
    super();
    this.#file = createWriteStream(path, { mode: 0o600 });
    this.#file.once("error", (error) => this.destroy(error));
  }

  /** Once it has arrived. */
  get utf8(): Utf8Counts | null {
    return this.#counter?.end() ?? null;
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#isFirst && bytes.subarray(0, zip.length).equals(zip)) this.#counter = null;
    this.#isFirst = false;
    this.#counter?.add(bytes);
    this.#file.write(bytes, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#file.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#file.destroy();
    done(error);
  }
}
