import type { NumberRange } from "../../values/numberRange.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/** Keeps the work per range short. */
const longestRun = 1000;

/**
 * Distinct numbers in ascending order, eight bytes each: half a million of them pass between threads without being
 * copied, and are formatted in chunks. Fifteen digits fit exactly into a double.
 */
export class NumberList {
  readonly #values: Float64Array;

  private constructor(values: Float64Array) {
    this.#values = values;
  }

  static of(numbers: readonly PhoneNumber[]): NumberList {
    return new NumberList(packed(numbers));
  }

  /** From the result of `packed`. */
  static unpacked(values: Float64Array): NumberList {
    return new NumberList(values);
  }

  get size(): number {
    return this.#values.length;
  }

  /** `count` numbers from position `start`, fewer at the end. */
  slice(start: number, count: number): PhoneNumber[] {
    return Array.from(this.#values.subarray(start, start + count), numberOf);
  }

  *chunks(size: number): Generator<PhoneNumber[]> {
    for (let start = 0; start < this.size; start += size) yield this.slice(start, size);
  }

  /** Neighbours as ranges of limited length. */
  *runs(): Generator<NumberRange> {
    for (let start = 0; start < this.size;) {
      const first = this.#at(start);
      let end = start + 1;
      while (
        end < this.size &&
        end - start < longestRun &&
        this.#at(end) === first + (end - start) &&
        String(this.#at(end)).length === String(first).length
      )
        end += 1;
      yield { first: numberOf(first), last: numberOf(this.#at(end - 1)) };
      start = end;
    }
  }

  #at(index: number): number {
    const value = this.#values[index];
    if (value === undefined) throw new RangeError("The list has no such position.");
    return value;
  }
}

export function packed(numbers: readonly PhoneNumber[]): Float64Array<ArrayBuffer> {
  const values = Float64Array.from(numbers, Number).sort();
  let length = 0;
  for (const value of values) {
    if (length === 0 || values[length - 1] !== value) values[length++] = value;
  }
  return values.slice(0, length);
}

function numberOf(value: number): PhoneNumber {
  const text = String(value);
  if (!isPhoneNumber(text)) throw new Error("A list contains an invalid number.");
  return text;
}
