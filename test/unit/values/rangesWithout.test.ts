import { expect } from "chai";
import * as fc from "fast-check";
import { rangeHolds, rangeSize, rangeWithout, sharedRange } from "../../../src/values/numberRange.ts";
import type { NumberRange } from "../../../src/values/numberRange.ts";
import { phone, range } from "../../support/numbers.ts";

const hundred = range("79580000100", "79580000199");
const within: fc.Arbitrary<NumberRange> = fc
  .tuple(fc.integer({ min: 79_580_000_080, max: 79_580_000_220 }), fc.integer({ min: 0, max: 40 }))
  .map(([first, more]) => range(String(first), String(first + more)));

describe("A range without some numbers", () => {
  it("is split where they were", () => {
    expect(rangeWithout(hundred, [])).to.deep.equal([hundred]);
    expect(rangeWithout(hundred, [hundred])).to.deep.equal([]);
    expect(rangeWithout(hundred, [range("79580000110", "79580000119")])).to.deep.equal([
      range("79580000100", "79580000109"),
      range("79580000120", "79580000199"),
    ]);
    expect(rangeWithout(hundred, [range("7958000010", "7958000019")])).to.deep.equal([hundred]);
  });

  it("contains every other number of the range once, in order", () => {
    fc.assert(
      fc.property(fc.array(within, { maxLength: 8 }), (holes) => {
        const pieces = rangeWithout(hundred, holes);
        const kept = Array.from({ length: 100 }, (_, index) => phone(String(79_580_000_100 + index))).filter(
          (number) => !holes.some((hole) => rangeHolds(hole, number)),
        );
        const given = pieces.flatMap((piece) =>
          Array.from({ length: rangeSize(piece) }, (_, index) => String(Number(piece.first) + index)),
        );
        expect(given).to.deep.equal(kept);
      }),
    );
  });

  it("shares the common part with another range", () => {
    expect(sharedRange(hundred, range("79580000150", "79580000300"))).to.deep.equal(
      range("79580000150", "79580000199"),
    );
    expect(sharedRange(hundred, range("79580000200", "79580000300"))).to.equal(null);
  });
});
