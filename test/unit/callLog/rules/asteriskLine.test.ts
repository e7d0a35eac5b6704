import { expect } from "chai";
import { asteriskLineOf } from "../../../../src/callLog/rules/asteriskLine.ts";
import { answerLine, beginLine, endLine, undecided, unanswered } from "../../../support/asteriskLines.ts";

const start = {
  callId: "lab-1.2",
  asterisk: "lab",
  startedAtMs: 1_763_873_000_123,
  dialled: "89001112233",
  proxyNumber: "70001000001",
  callerId: "79005556677",
  inboundTrunk: "trunk-in",
};

describe("A line of Asterisk's call file", () => {
  it("is read completely", () => {
    expect(asteriskLineOf(endLine("lab-1.2"))).to.deep.equal({
      kind: "end",
      call: {
        ...start,
        path: "odbc",
        realNumber: "79001112233",
        outboundTrunk: "trunk-out",
        shownNumber: "70001000001",
        status: null,
        reason: null,
        endedAtMs: 1_763_873_065_500,
        dialledAtMs: 1_763_873_000_200,
        answeredMs: 60_300,
        dialStatus: "ANSWER",
        cause: 16,
        sipCode: 200,
        endedBy: "caller",
        ringMs: 800,
        progressMs: null,
        limitSeconds: 7200,
        direction: "in",
      },
    });
    expect(asteriskLineOf(beginLine("lab-1.2"))).to.deep.equal({ kind: "begin", start });
    expect(asteriskLineOf(answerLine("lab-1.2", { direction: "return" }))).to.deep.equal({
      kind: "answer",
      start: {
        ...start,
        answeredAtMs: 1_763_873_005_200,
        realNumber: "79001112233",
        outboundTrunk: "trunk-out",
        direction: "return",
      },
    });
  });

  it("says which call Asterisk refused because it had too many", () => {
    const callId = "lab-1763873000.7";
    expect(asteriskLineOf(`2,over-limit,${callId},lab`)).to.deep.equal({ kind: "over-limit", callId });
    for (const torn of [`2,over-limit,${callId}`, "2,over-limit,,lab", `2,over-limit,${callId},lab,1`])
      expect(asteriskLineOf(torn), torn).to.equal(null);
  });

  it("is ignored if it is an event of something else", () => {
    for (const line of [
      answerLine("lab-1.2", { channelId: "lab-1.3" }),
      answerLine("lab-1.2", { event: "CHAN_START" }),
      answerLine("lab-1.2", { startedAt: "" }),
      answerLine("lab-1.2", { real: "Sales" }),
      "2,ANSWER,lab-1.2,lab-1.2,1763873005.200482,",
      "2,ANSWER,,1763873000.1,1763873005.200482,a user field, of another dialplan",
    ])
      expect(asteriskLineOf(line), line).to.deep.equal({ kind: "other" });
  });

  it("may come from an Asterisk without a system name", () => {
    expect(asteriskLineOf(endLine("1763873000.1", { asterisk: "" }))).to.have.nested.property(
      "call.asterisk",
      "",
    );
  });

  it("may lack everything that is unknown", () => {
    const line = asteriskLineOf(
      endLine("lab-1.2", { ...undecided, caller: "", dialled: "", proxy: "", trunkIn: "" }),
    );
    expect(line).to.have.nested.include({
      "call.callerId": "",
      "call.path": null,
      "call.realNumber": null,
      "call.answeredMs": null,
      "call.dialStatus": null,
    });
  });

  it("has no SIP code where the callee's provider gave no final answer", () => {
    for (const sipCode of ["100", "180", "183"])
      expect(asteriskLineOf(endLine("a", { ...unanswered, sipCode }))).to.have.nested.property(
        "call.sipCode",
        null,
      );
  });

  it("may have a caller that is not a number", () => {
    for (const caller of ["+79001112233", "alice.b-1_2", "8"])
      expect(asteriskLineOf(endLine("a", { caller }))).to.have.nested.property("call.callerId", caller);
  });

  for (const [what, line] of [
    ["torn", endLine("a").slice(0, 90)],
    ["torn in its last column", endLine("a").slice(0, endLine("a").lastIndexOf(","))],
    ["of another version", endLine("a", { version: "3" })],
    ["of another kind", endLine("a", { kind: "middle" })],
    ["the head of a table", "call_id,fake_phone,real_phone"],
    ["too long by a column", `${endLine("a")},`],
    ["shifted by a comma in a value", endLine("a", { caller: "7900,1" })],
    ["without a call ID", endLine("")],
    ["without a start", endLine("a", { startedAt: "" })],
    ["without an end", endLine("a", { endedAt: "" })],
    ["with an invalid time", endLine("a", { dialledAt: "soon" })],
    ["with words for a number", endLine("a", { real: "DROP" })],
    ["with a quote in the caller", endLine("a", { caller: "o'hara" })],
    ["with an unknown status", endLine("a", { status: "asked" })],
    ["with an unknown reason", endLine("a", { reason: "because" })],
    ["with an unknown dial status", endLine("a", { dialStatus: "MAYBE" })],
    ["with an unknown party", endLine("a", { endedBy: "nobody" })],
    ["with a negative length", endLine("a", { answeredMs: "-60" })],
    ["of a beginning with the columns of an end", endLine("a", { kind: "begin" })],
  ] as const)
    it(`is rejected if it is ${what}`, () => {
      expect(asteriskLineOf(line)).to.equal(null);
    });
});
