import { expect } from "chai";
import fc from "fast-check";
import { isPhoneNumber } from "../../../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import { SeenNumbers } from "../../../../src/imports/reading/seenNumbers.ts";

function number(digits: string): PhoneNumber {
  if (!isPhoneNumber(digits)) throw new Error("Not a number.");
  return digits;
}

describe("The numbers seen in a file", () => {
  it("return the row in which each occurred first", () => {
    const seen = new SeenNumbers();
    expect(seen.firstRowOf(number("79001112233"), 2)).to.equal(null);
    expect(seen.firstRowOf(number("79001112234"), 3)).to.equal(null);
    expect(seen.firstRowOf(number("79001112233"), 4)).to.equal(2);
    expect(seen.firstRowOf(number("79001112233"), 5)).to.equal(2);
    expect(seen.size).to.equal(2);
  });

  it("distinguish numbers of maximum length that differ in the last digit", () => {
    const seen = new SeenNumbers();
    expect(seen.firstRowOf(number("999999999999999"), 1)).to.equal(null);
    expect(seen.firstRowOf(number("999999999999998"), 2)).to.equal(null);
    expect(seen.firstRowOf(number("9"), 4_294_967_295)).to.equal(null);
    expect(seen.firstRowOf(number("9"), 7)).to.equal(4_294_967_295);
  });

  it("behave like a Map while they grow", () => {
    const digits = fc.integer({ min: 1, max: 3000 }).map((value) => number(String(value * 333_333_333)));
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 6000, size: "max" }), fc.integer(), (numbers, seed) => {
        const seen = new SeenNumbers(0, seed);
        const map = new Map<string, number>();
        for (const [at, one] of numbers.entries()) {
          expect(seen.firstRowOf(one, at + 1)).to.equal(map.get(one) ?? null);
          if (!map.has(one)) map.set(one, at + 1);
        }
        expect(seen.size).to.equal(map.size);
      }),
      { numRuns: 20 },
    );
  });

  it("use 12 bytes per slot, and two million slots for a million numbers", () => {
    const before = process.memoryUsage().arrayBuffers;
    const seen = new SeenNumbers(1_000_000, 1);
    expect(process.memoryUsage().arrayBuffers - before).to.be.at.most(2 ** 21 * 12);
    expect(seen.size).to.equal(0);
  });
});
