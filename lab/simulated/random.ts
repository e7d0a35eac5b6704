/** Inclusive bounds, or a fixed value. */
export type Range = number | readonly [from: number, to: number];

/** Random numbers that are the same for the same seed, so that a failure can be repeated (mulberry32). */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** True with the given probability. */
  chance(share: number): boolean {
    return share > 0 && this.next() < share;
  }

  /** A whole number from the range. */
  from(range: Range): number {
    if (typeof range === "number") return range;
    const [low, high] = range;
    return low === high ? low : low + Math.floor(this.next() * (high - low + 1));
  }

  shuffle<T>(items: T[]): T[] {
    for (let index = items.length - 1; index > 0; index--) {
      const other = Math.floor(this.next() * (index + 1));
      const item = items[index] as T;
      items[index] = items[other] as T;
      items[other] = item;
    }
    return items;
  }
}
