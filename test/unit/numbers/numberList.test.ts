import { expect } from "chai";
import fc from "fast-check";
import { NumberList, packed } from "../../../src/numbers/pools/numberList.ts";
import { phoneNumber } from "../../support/api.ts";

const list = (...numbers: string[]) => NumberList.of(numbers.map(phoneNumber));
const runs = (...numbers: string[]) =>
  [...list(...numbers).runs()].map(({ first, last }) => `${first}-${last}`);

describe("A list of numbers", () => {
  it("is in ascending order without duplicates, up to fifteen digits", () => {
    const numbers = list("999999999999999", "79001112233", "8", "79001112233", "999999999999998");
    expect(numbers.size).to.equal(4);
    expect([...numbers.chunks(3)]).to.deep.equal([
      ["8", "79001112233", "999999999999998"],
      ["999999999999999"],
    ]);
    expect(list().slice(0, 1)).to.deep.equal([]);
  });

  it("groups neighbours into ranges of one length and limited size", () => {
    expect(runs("5", "3", "4", "7")).to.deep.equal(["3-5", "7-7"]);
    expect(runs("99", "100", "101")).to.deep.equal(["99-99", "100-101"]);
    const many = Array.from({ length: 2_500 }, (_, index) => String(79_001_000_000 + index));
    expect(runs(...many)).to.deep.equal([
      "79001000000-79001000999",
      "79001001000-79001001999",
      "79001002000-79001002499",
    ]);
  });

  it("is unchanged after passing through a thread", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 })), (values) => {
        const numbers = values.map((value) => phoneNumber(String(value)));
        const there = NumberList.unpacked(structuredClone(packed(numbers)));
        const expected = [...new Set(values)].sort((one, other) => one - other).map(String);
        expect(there.slice(0, there.size)).to.deep.equal(expected);
        const spelt = [...there.runs()].flatMap(({ first, last }) =>
          Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
            String(Number(first) + index),
          ),
        );
        expect(spelt).to.deep.equal(expected);
      }),
    );
  });
});
