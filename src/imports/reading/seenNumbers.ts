import { randomBytes } from "node:crypto";

const fewestSlots = 1024;
/** Of the slots at most this part is used; beyond it searches would get long. */
const maxFill = 0.75;

/**
 * Remembers in which row of a file each number stood first. Takes 12 bytes a slot: 25 MB for a million numbers,
 * where a `Map` takes 100 MB. A number of E.164 has at most 15 digits and so is exact as a float.
 */
export class SeenNumbers {
  /** 0 is an empty slot, as no number begins with 0. */
  #numbers: Float64Array;
  #rows: Uint32Array;
  #count = 0;
  /** Not known outside, so that no file can be made whose numbers all fall into one slot. */
  readonly #seed: number;

  /** `expected` numbers fit without growing, which for a moment takes half as much again. */
  constructor(expected = 0, seed = randomBytes(4).readUInt32LE()) {
    let slots = fewestSlots;
    while (slots * maxFill < expected) slots *= 2;
    this.#numbers = new Float64Array(slots);
    this.#rows = new Uint32Array(slots);
    this.#seed = seed;
  }

  /** How many different numbers were seen. */
  get size(): number {
    return this.#count;
  }

  /**
   * The row in which the number stood first, null if that is now. `row` is 1 to 4 294 967 295.
   */
  firstRowOf(number: string, row: number): number | null {
    const value = Number(number);
    const slot = this.#slotOf(value);
    if (this.#numbers[slot] === value) return this.#rows[slot] ?? null;
    this.#numbers[slot] = value;
    this.#rows[slot] = row;
    this.#count += 1;
    if (this.#count > this.#numbers.length * maxFill) this.#grow();
    return null;
  }

  has(number: string): boolean {
    const value = Number(number);
    return this.#numbers[this.#slotOf(value)] === value;
  }

  /** The slot that holds the number, or the empty one where it belongs. */
  #slotOf(value: number): number {
    const mask = this.#numbers.length - 1;
    let slot = this.#hash(value) & mask;
    for (;;) {
      const held = this.#numbers[slot];
      if (held === value || held === 0) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** Neighbouring numbers, as files have them, must spread: the mixing of MurmurHash3 over both halves. */
  #hash(value: number): number {
    const high = Math.floor(value / 2 ** 32);
    let hash = Math.imul((value >>> 0) ^ this.#seed, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash ^ high, 0xc2b2ae35);
    hash ^= hash >>> 16;
    hash = Math.imul(hash, 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }

  #grow(): void {
    const numbers = this.#numbers;
    const rows = this.#rows;
    this.#numbers = new Float64Array(numbers.length * 2);
    this.#rows = new Uint32Array(numbers.length * 2);
    for (let old = 0; old < numbers.length; old += 1) {
      const value = numbers[old] ?? 0;
      if (value === 0) continue;
      const slot = this.#slotOf(value);
      this.#numbers[slot] = value;
      this.#rows[slot] = rows[old] ?? 0;
    }
  }
}
