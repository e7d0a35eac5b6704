import { expect } from "chai";
import { readResponseTimes, readStatistics } from "../../../bench/calls/sippFiles.ts";

describe("SIPp's statistics file", () => {
  const head = "StartTime;ElapsedTime(P);ElapsedTime(C);SuccessfulCall(P);SuccessfulCall(C);FailedCall(C);\n";

  it("returns the cumulative values of its last line", () => {
    const text = `${head}x;00:00:01;00:00:01:000000;3;3;0;\nx;00:00:01;00:01:02:500000;57;60;2;\n`;
    expect(readStatistics(text)).to.deep.equal({ successful: 60, failed: 2, seconds: 62.5 });
  });

  it("returns nothing if SIPp wrote no line", () => {
    expect(readStatistics(head)).to.equal(null);
    expect(readStatistics("")).to.equal(null);
  });

  it("is rejected without a required column, instead of counting no failures", () => {
    expect(() => readStatistics("StartTime;SuccessfulCall(C);\nx;3;\n")).to.throw("FailedCall(C)");
  });
});

describe("SIPp's response times", () => {
  it("are the second column of the lines of a timer", () => {
    const text = "Date_ms;response_time_ms;rtd_no\n1795.1;4.125;1\n1795.2;9.5;2\n1795.3;17.5;1\n";
    expect(readResponseTimes(text, 1)).to.deep.equal([4.125, 17.5]);
    expect(readResponseTimes(text, 2)).to.deep.equal([9.5]);
  });

  it("are empty if no call was answered", () => {
    expect(readResponseTimes("Date_ms;response_time_ms;rtd_no\n", 1)).to.deep.equal([]);
    expect(readResponseTimes("", 1)).to.deep.equal([]);
  });
});
