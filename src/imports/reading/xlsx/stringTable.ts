const chunkBytes = 2 ** 20;
const entryBytes = 4;

/**
 * Many short texts in little memory: their bytes in large chunks and two numbers for each, a fifth of the memory of
 * as many strings.
 */
export class StringTable {
  readonly #chunks: Buffer[] = [];
  /** Place over all chunks, and length in bytes. */
  #starts = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  #count = 0;
  #end = 0;

  get size(): number {
    return this.#count;
  }

  /** Memory in use, bytes. */
  get bytes(): number {
    return this.#chunks.length * chunkBytes + this.#starts.byteLength + this.#lengths.byteLength;
  }

  /** At most 4 GB in all, and less than a chunk for one text. */
  add(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length > chunkBytes) throw new RangeError("A text is longer than a chunk.");
    const room = this.#chunks.length * chunkBytes - this.#end;
    if (bytes.length > room) {
      this.#end = this.#chunks.length * chunkBytes;
      this.#chunks.push(Buffer.allocUnsafe(chunkBytes));
    }
    this.#grow();
    this.#starts[this.#count] = this.#end;
    this.#lengths[this.#count] = bytes.length;
    this.#count += 1;
    this.#chunks.at(-1)?.set(bytes, this.#end % chunkBytes);
    this.#end += bytes.length;
  }

  /** undefined where there is none. */
  at(index: number): string | undefined {
    const start = this.#starts[index];
    const length = this.#lengths[index];
    if (index >= this.#count || start === undefined || length === undefined) return undefined;
    if (length === 0) return "";
    const from = start % chunkBytes;
    return this.#chunks[Math.floor(start / chunkBytes)]?.toString("utf8", from, from + length);
  }

  #grow(): void {
    if (this.#count < this.#starts.length) return;
    this.#starts = doubled(this.#starts);
    this.#lengths = doubled(this.#lengths);
  }
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(new ArrayBuffer(numbers.length * 2 * entryBytes));
  larger.set(numbers);
  return larger;
}
