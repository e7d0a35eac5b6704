import { signal } from "@preact/signals";
import { expect } from "chai";
import { countOf, numbersOf } from "../../../web/src/pages/pools/numbersDraft.ts";
import { restOf, secondsOf } from "../../../web/src/pages/pools/rest.ts";

const named = (first: string, last: string, singles = "") =>
  numbersOf({ first: signal(first), last: signal(last), singles: signal(singles) });

describe("the forms of a pool", () => {
  it("accept a range, single numbers, or both", () => {
    expect(named("+7 495 820-00-00", " +7 495 820-00-09 ")).to.deep.equal({
      ranges: [{ first: "+7 495 820-00-00", last: "+7 495 820-00-09" }],
    });
    expect(named("", "", "74958200001\r\n\n 74958200002, 74958200003;")).to.deep.equal({
      numbers: ["74958200001", "74958200002", "74958200003"],
    });
    expect(named("74958200000", "74958200009", "74958300000")).to.deep.equal({
      ranges: [{ first: "74958200000", last: "74958200009" }],
      numbers: ["74958300000"],
    });
  });

  it("treat a range with one end as that number, and empty input as none", () => {
    expect(named("74958200000", "")).to.deep.equal({ numbers: ["74958200000"] });
    expect(named("", " ", " \n ")).to.equal(null);
  });

  it("count the numbers of both, and none while the range is incomplete", () => {
    expect(countOf(named("+7 495 820-00-00", "7 (495) 829-99-99", "74958300000") ?? {})).to.equal(100_001);
    expect(countOf(named("74958200000", "7495820") ?? {})).to.equal(null);
    expect(countOf(named("74958200009", "74958200000") ?? {})).to.equal(null);
  });

  it("show the quarantine in the largest exact unit, and never shorten it", () => {
    expect(restOf(2_592_000)).to.deep.equal({ amount: 30, unit: "days" });
    expect(restOf(5400)).to.deep.equal({ amount: 90, unit: "minutes" });
    expect(restOf(7200)).to.deep.equal({ amount: 2, unit: "hours" });
    expect(restOf(90)).to.deep.equal({ amount: 2, unit: "minutes" });
    expect(restOf(0)).to.deep.equal({ amount: 0, unit: "days" });
  });

  it("accept half days, with comma or point, and reject invalid amounts", () => {
    expect(secondsOf("1,5", "days")).to.equal(129_600);
    expect(secondsOf("0", "hours")).to.equal(0);
    for (const none of ["", "-1", "soon"]) expect(secondsOf(none, "days"), none).to.equal(null);
  });
});
