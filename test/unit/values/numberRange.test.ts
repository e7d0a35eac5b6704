import { expect } from "chai";
import fc from "fast-check";
import { numbersInOrder } from "../../../src/numbers/pools/rules/numbersInOrder.ts";
import { rangeHolds, rangeProblem, rangesOverlap, rangeSize } from "../../../src/values/numberRange.ts";
import type { NumberRange } from "../../../src/values/numberRange.ts";
import {
  maxPermutationSize,
  permutation,
  permutationKeyLength,
} from "../../../src/numbers/pools/rules/permutation.ts";
import { isPhoneNumber } from "../../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../../src/values/phoneNumber.ts";

const key = fc.stringMatching(new RegExp(`^[0-9a-f]{${permutationKeyLength}}$`));
const someKey = "0123456789abcdef".repeat(permutationKeyLength / 16);

const number = (digits: string): PhoneNumber => {
  if (!isPhoneNumber(digits)) throw new Error("no number");
  return digits;
};
const range = (first: string, last: string): NumberRange => ({ first: number(first), last: number(last) });

describe("The permutation of a range", () => {
  it("maps to every position exactly once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), key, (size, key) => {
        const permute = permutation(size, key);
        const places = Array.from({ length: size }, (_, index) => permute(index)).sort((a, b) => a - b);
        expect(places).to.deep.equal(Array.from({ length: size }, (_, index) => index));
      }),
      { numRuns: 200 },
    );
  });

  it("has no collisions in samples of ranges of any size", () => {
    const sizes = fc.oneof(
      fc.constant(maxPermutationSize),
      fc.maxSafeInteger().filter((n) => n > 5000 && n <= maxPermutationSize),
    );
    fc.assert(
      fc.property(sizes, key, fc.double({ min: 0, max: 1, noNaN: true }), (size, key, where) => {
        const permute = permutation(size, key);
        const from = Math.floor(where * (size - 1000));
        const places = Array.from({ length: 1000 }, (_, index) => permute(from + index));
        expect(new Set(places).size).to.equal(1000);
        expect(places.every((place) => Number.isSafeInteger(place) && place >= 0 && place < size)).to.equal(
          true,
        );
      }),
      { numRuns: 50 },
    );
  });

  it("depends on the key as a whole and on nothing else", () => {
    const order = (key: string): string => {
      const permute = permutation(100_000, key);
      return Array.from({ length: 20 }, (_, index) => permute(index)).join();
    };
    const seen = new Set([order(someKey)]);
    expect(order(someKey)).to.equal([...seen][0]);
    for (let position = 0; position < permutationKeyLength; position += 1) {
      const other = someKey[position] === "0" ? "1" : "0";
      seen.add(order(someKey.slice(0, position) + other + someKey.slice(position + 1)));
    }
    expect(seen.size).to.equal(permutationKeyLength + 1);
  });

  it("spreads neighbours across the whole range", () => {
    const size = 1_000_000;
    const permute = permutation(size, someKey);
    const buckets = Array.from({ length: 100 }, () => 0);
    for (let index = 0; index < 100_000; index += 1) {
      const bucket = Math.floor((permute(index) / size) * 100);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // Chi-squared with 99 degrees of freedom exceeds 149 in one of a thousand random orders, but the key is fixed.
    const chiSquared = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).to.be.below(149);
    let ascents = 0;
    for (let index = 0; index < 10_000; index += 1) if (permute(index + 1) > permute(index)) ascents += 1;
    expect(ascents).to.be.within(4800, 5200);
  });

  it("rejects invalid parameters", () => {
    expect(() => permutation(0, someKey)).to.throw(RangeError);
    expect(() => permutation(1.5, someKey)).to.throw(RangeError);
    expect(() => permutation(maxPermutationSize + 1, someKey)).to.throw(RangeError);
    expect(() => permutation(10, "short")).to.throw(RangeError);
    expect(() => permutation(10, someKey)(10)).to.throw(RangeError);
    expect(() => permutation(10, someKey)(-1)).to.throw(RangeError);
  });
});

describe("A range of numbers", () => {
  it("allocates each of its numbers once", () => {
    const tenThousand = range("79580000000", "79580009999");
    const inOrder = numbersInOrder(tenThousand, someKey);
    const given = Array.from({ length: rangeSize(tenThousand) }, (_, place) => inOrder(place));
    expect(new Set(given).size).to.equal(10_000);
    expect(given.every((one) => rangeHolds(tenThousand, one))).to.equal(true);
  });

  it("may be a single number, or all numbers of a length", () => {
    expect(numbersInOrder(range("79580000000", "79580000000"), someKey)(0)).to.equal("79580000000");
    const all = range("100000000000000", "999999999999999");
    expect(numbersInOrder(all, someKey)(rangeSize(all) - 1)).to.match(/^\d{15}$/);
  });

  it("overlaps ranges that share a number with it", () => {
    const middle = range("200", "300");
    for (const [first, last] of [
      ["100", "200"],
      ["300", "400"],
      ["250", "250"],
      ["100", "900"],
      ["200", "300"],
    ] as const) {
      expect(rangesOverlap(middle, range(first, last)), `${first}-${last}`).to.equal(true);
      expect(rangesOverlap(range(first, last), middle), `${first}-${last}`).to.equal(true);
    }
    for (const [first, last] of [
      ["100", "199"],
      ["301", "999"],
      ["2000", "3000"],
      ["20", "30"],
    ] as const) {
      expect(rangesOverlap(middle, range(first, last)), `${first}-${last}`).to.equal(false);
    }
    expect(rangeHolds(middle, number("2500"))).to.equal(false);
  });

  it("explains why it is invalid", () => {
    expect(rangeProblem(range("200", "300"))).to.equal(null);
    expect(rangeProblem(range("300", "200"))).to.be.a("string");
    expect(rangeProblem(range("99", "100"))).to.be.a("string");
  });
});
