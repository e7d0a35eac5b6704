import { SeenNumbers } from "./seenNumbers.ts";

/** In place of a partner: there are several. */
const several = 0;

/** Remembers which number stood beside each number of a file or table, and where different ones did. Takes 20 bytes a number. */
export class Partners {
  /** Places in the list below, from 1. */
  readonly #places = new SeenNumbers();
  readonly #partners: number[] = [];

  /** Whether the number is new. */
  add(number: string, partner: string): boolean {
    const other = Number(partner);
    const place = this.#places.firstRowOf(number, this.#partners.length + 1);
    if (place === null) this.#partners.push(other);
    else if (this.#partners[place - 1] !== other) this.#partners[place - 1] = several;
    return place === null;
  }

  has(number: string): boolean {
    return this.#places.has(number);
  }

  /** Whether different numbers stood beside it. */
  hasSeveral(number: string): boolean {
    if (!this.has(number)) return false;
    const place = this.#places.firstRowOf(number, 1) ?? 0;
    return this.#partners[place - 1] === several;
  }
}
