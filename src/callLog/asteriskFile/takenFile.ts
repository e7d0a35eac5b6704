import { open, rm } from "node:fs/promises";
import type { AsteriskLines } from "../lines.ts";
import { type AsteriskLine, asteriskLineOf } from "../rules/asteriskLine.ts";

const lineFeed = 0x0a;
/** At most some six hundred lines, which one statement stores. */
const chunkBytes = 64 * 1024;

interface Chunk {
  /** The lines and the text of each. */
  readonly lines: readonly (readonly [AsteriskLine, string])[];
  readonly unreadable: readonly string[];
  readonly bytes: number;
}

const nothing: Chunk = { lines: [], unreadable: [], bytes: 0 };

/** A file of lines that Asterisk no longer opens. */
export class TakenFile {
  readonly path: string;
  readonly #lines: AsteriskLines;
  readonly #reject: (texts: readonly string[]) => Promise<void>;
  /** Read once and not stored yet: usually the whole file. */
  #next: Chunk | null = null;
  #storedBytes = 0;

  /** `reject` keeps lines that will never be stored. */
  constructor(path: string, lines: AsteriskLines, reject: (texts: readonly string[]) => Promise<void>) {
    this.path = path;
    this.#lines = lines;
    this.#reject = reject;
  }

  /** Passes the lines to listeners without storing them. Rejects if the file cannot be read. */
  async tell(): Promise<void> {
    this.#next = await this.#read();
    this.#lines.tell(this.#next.lines.map(([line]) => line));
  }

  /** Resolves to the number of lines stored. Rejects if the database is unavailable; the rest is stored next time. */
  async store(): Promise<number> {
    let stored = 0;
    for (;;) {
      const chunk = this.#next ?? (await this.#read());
      this.#next = null;
      if (chunk.bytes === 0) return stored;
      stored += await this.#storeChunk(chunk);
      this.#storedBytes += chunk.bytes;
    }
  }

  /** Call when everything is stored and the file can no longer be written to. */
  async remove(): Promise<void> {
    const torn = await this.#read(true);
    if (torn.bytes > 0) await this.#storeChunk(torn);
    await rm(this.path, { force: true });
  }

  async #storeChunk({ lines, unreadable }: Chunk): Promise<number> {
    const all = lines.map(([line]) => line);
    this.#lines.tell(all);
    const refused = new Set(await this.#lines.store(all));
    const refusedTexts = lines
      .filter(([line]) => line.kind === "end" && refused.has(line.call.callId))
      .map(([, text]) => text);
    if (unreadable.length + refusedTexts.length > 0) await this.#reject([...unreadable, ...refusedTexts]);
    return lines.length - refusedTexts.length;
  }

  /** The next complete lines. The last one may lack its end only if `torn`. */
  async #read(torn = false): Promise<Chunk> {
    const file = await open(this.path, "r").catch((error: unknown) => {
      // Another instance has stored it.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    });
    if (file === null) return nothing;
    try {
      for (let length = chunkBytes; ; length *= 2) {
        const buffer = Buffer.allocUnsafe(length);
        const { bytesRead } = await file.read(buffer, 0, length, this.#storedBytes);
        const bytes = torn ? bytesRead : buffer.subarray(0, bytesRead).lastIndexOf(lineFeed) + 1;
        if (bytes > 0 || bytesRead < length) return chunkOf(buffer.toString("utf8", 0, bytes), bytes);
      }
    } finally {
      await file.close();
    }
  }
}

function chunkOf(text: string, bytes: number): Chunk {
  const lines: (readonly [AsteriskLine, string])[] = [];
  const unreadable: string[] = [];
  for (const one of text.split("\n")) {
    if (one === "") continue;
    const line = asteriskLineOf(one);
    if (line === null) unreadable.push(one);
    else lines.push([line, one]);
  }
  return { lines, unreadable, bytes };
}
