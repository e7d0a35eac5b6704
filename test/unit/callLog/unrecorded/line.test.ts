import { expect } from "chai";
import { unrecordedCallOf } from "../../../../src/callLog/unrecorded/line.ts";

const answered =
  "lab-1.2,70001000001,79001112233,79005556677,2026-11-23T03:00:00.123Z,2026-11-23T03:01:10.500Z,60,answered,,16,trunk-in,trunk-out";

describe("A call in the dialplan's file", () => {
  it("is parsed completely, with the answer time derived from the end", () => {
    expect(unrecordedCallOf(answered)).to.deep.equal({
      callId: "lab-1.2",
      source: 2,
      proxyNumber: "70001000001",
      realNumber: "79001112233",
      shownNumber: null,
      callerId: "79005556677",
      startedAtMs: Date.parse("2026-11-23T03:00:00.123Z"),
      answeredAtMs: Date.parse("2026-11-23T03:00:10.500Z"),
      endedAtMs: Date.parse("2026-11-23T03:01:10.500Z"),
      ringSeconds: 10,
      talkSeconds: 60,
      status: "answered",
      statusReason: null,
      endedBy: null,
      sipCode: null,
      cause: 16,
      inboundTrunk: "trunk-in",
      outboundTrunk: "trunk-out",
      asterisk: "",
      node: "",
      timeline: null,
    });
  });

  it("may have neither a callee nor a caller ID", () => {
    const line =
      "lab-1.3,70001000001,,,2026-11-23T03:00:00.123Z,2026-11-23T03:00:04.000Z,0,failed,lookup_unavailable,34,trunk-in,";
    expect(unrecordedCallOf(line)).to.include({
      realNumber: null,
      callerId: "",
      answeredAtMs: null,
      ringSeconds: 4,
      status: "failed",
      statusReason: "lookup_unavailable",
      outboundTrunk: null,
    });
  });

  for (const [what, line] of [
    ["torn", answered.slice(0, 70)],
    ["of another kind", "call_id,fake_phone,real_phone"],
    ["without a call id", answered.replace("lab-1.2", "")],
    ["without a time", answered.replace("2026-11-23T03:00:00.123Z", "soon")],
    ["with a status that is none", answered.replace("answered", "asked")],
    ["with words for a number", answered.replace("79001112233", "DROP")],
    ["with a negative length", answered.replace(",60,", ",-60,")],
  ] as const)
    it(`is not parsed from a line that is ${what}`, () => {
      expect(unrecordedCallOf(line)).to.equal(null);
    });
});
