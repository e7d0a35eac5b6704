import { expect } from "chai";
import * as fc from "fast-check";
import { median, percentile, rounded, slope } from "../../../bench/support/statistics.ts";

describe("The benchmarks' statistics", () => {
  it("take percentiles by nearest rank, whatever the order", () => {
    const values = [50, 15, 40, 20, 35];
    expect(percentile(values, 0.05)).to.equal(15);
    expect(percentile(values, 0.3)).to.equal(20);
    expect(percentile(values, 0.4)).to.equal(20);
    expect(percentile(values, 0.5)).to.equal(35);
    expect(percentile(values, 1)).to.equal(50);
  });

  it("return a measured value as percentile, with the given share at or below it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        (values, hundredths) => {
          const found = percentile(values, hundredths / 100);
          expect(values).to.include(found);
          const atOrBelow = values.filter((value) => value <= found).length;
          expect(atOrBelow * 100).to.be.at.least(hundredths * values.length);
        },
      ),
    );
  });

  it("take the mean of the middle two as the median of an even number", () => {
    expect(median([4, 1, 3])).to.equal(3);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
  });

  it("compute the slope of a line", () => {
    expect(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).to.equal(2);
  });

  it("return null without measurements", () => {
    expect(rounded(percentile([], 0.5), 2)).to.equal(null);
    expect(rounded(median([]), 2)).to.equal(null);
    expect(rounded(1.2345, 2)).to.equal(1.23);
  });
});
