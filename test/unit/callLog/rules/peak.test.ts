import { expect } from "chai";
import { peakOf } from "../../../../src/callLog/rules/peak.ts";

const call = (startedAtMs: number, endedAtMs: number) => ({ startedAtMs, endedAtMs });

describe("The peak of concurrent calls", () => {
  it("is the most at once, not the number of calls", () => {
    expect(peakOf([call(0, 10), call(5, 20), call(8, 9), call(30, 40)], 0, 100)).to.equal(3);
    expect(peakOf([], 0, 100)).to.equal(0);
  });

  it("counts a call that ends as another one starts only once", () => {
    expect(peakOf([call(0, 10), call(10, 20), call(20, 30)], 0, 100)).to.equal(1);
  });

  it("counts calls that began before, and none that were over or had not begun", () => {
    expect(peakOf([call(0, 60), call(0, 40), call(120, 130)], 50, 100)).to.equal(1);
  });

  it("counts a call without length", () => {
    expect(peakOf([call(10, 10), call(10, 10)], 0, 100)).to.equal(1);
    expect(peakOf([call(10, 10)], 0, 100)).to.equal(1);
  });
});
