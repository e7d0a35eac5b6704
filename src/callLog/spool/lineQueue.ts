/** Lines are numbered from 1, in the order in which they were appended. */
export interface QueuedLine {
  readonly number: number;
  readonly text: string;
}

/** Lines that are not written yet. A group is taken out of the queue, written, and put back if that failed. */
export class LineQueue {
  #lines: QueuedLine[] = [];
  /** Lines of the group being written that are no longer needed. */
  readonly #dropped = new Set<number>();
  #bytes = 0;
  #lastAppended = 0;

  get length(): number {
    return this.#lines.length;
  }

  /** Of all lines that are not written yet, the taken ones included. */
  get bytes(): number {
    return this.#bytes;
  }

  get lastAppended(): number {
    return this.#lastAppended;
  }

  /** All lines up to this one were taken or dropped. */
  get lastTaken(): number {
    return (this.#lines[0]?.number ?? this.#lastAppended + 1) - 1;
  }

  /** Returns the number of the line. */
  append(text: string): number {
    this.#lastAppended += 1;
    this.#lines.push({ number: this.#lastAppended, text });
    this.#bytes += text.length;
    return this.#lastAppended;
  }

  take(): readonly QueuedLine[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** The taken lines were written. */
  written(lines: readonly QueuedLine[]): void {
    for (const { text } of lines) this.#bytes -= text.length;
    this.#dropped.clear();
  }

  /** The taken lines could not be written. */
  putBack(lines: readonly QueuedLine[]): void {
    this.#lines = this.#needed([...lines, ...this.#lines]);
  }

  /** These lines need not be written. Taken ones are dropped when they are put back. */
  drop(numbers: ReadonlySet<number>): void {
    for (const number of numbers) this.#dropped.add(number);
    this.#lines = this.#needed(this.#lines);
  }

  #needed(lines: readonly QueuedLine[]): QueuedLine[] {
    return lines.filter(({ number, text }) => {
      if (!this.#dropped.delete(number)) return true;
      this.#bytes -= text.length;
      return false;
    });
  }
}
