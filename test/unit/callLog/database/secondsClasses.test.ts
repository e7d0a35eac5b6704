import { expect } from "chai";
import { classOf, percentileOf, ringBounds } from "../../../../src/callLog/database/secondsClasses.ts";

const counted = (...seconds: number[]): number[] => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const one of seconds) counts[classOf(one, ringBounds)] = (counts[classOf(one, ringBounds)] ?? 0) + 1;
  return counts;
};

describe("Classes of seconds", () => {
  it("include each upper bound, and put everything beyond into the last class", () => {
    expect([0, 2, 3, 5, 90, 91, 100_000].map((seconds) => classOf(seconds, ringBounds))).to.deep.equal([
      0, 0, 1, 1, 8, 9, 9,
    ]);
  });

  it("give percentiles within the class of the right call", () => {
    const counts = counted(1, 1, 4, 4, 4, 8, 8, 25, 25, 200);
    expect(percentileOf(counts, ringBounds, 0.5)).to.equal(5);
    expect(percentileOf(counts, ringBounds, 0.2)).to.equal(2);
    expect(percentileOf(counts, ringBounds, 0.9)).to.be.within(20, 30);
    expect(percentileOf(counts, ringBounds, 1)).to.equal(90);
  });

  it("agree with the average: calls answered at once have no median of a second", () => {
    const counts = counted(0, 0, 0, 0);
    expect(percentileOf(counts, ringBounds, 0.5, 0)).to.equal(0);
    expect(percentileOf(counts, ringBounds, 0.95, 0)).to.equal(0);
    expect(percentileOf(counted(0, 0, 0, 2), ringBounds, 0.5, 0.5)).to.equal(1);
    expect(percentileOf(counted(4, 4, 4, 4), ringBounds, 0.5, 4)).to.equal(3.5);
  });

  it("give no percentiles without calls", () => {
    expect(percentileOf(counted(), ringBounds, 0.5)).to.equal(null);
  });
});
