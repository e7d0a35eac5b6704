import { expect } from "chai";
import { asteriskLineOf } from "../../../../src/callLog/rules/asteriskLine.ts";
import { recordOfLine } from "../../../../src/callLog/rules/recordOfLine.ts";
import type { CallRecord } from "../../../../src/values/callRecord.ts";
import { endLine, unanswered, undecided } from "../../../support/asteriskLines.ts";
import { callRecord } from "../../../support/callRecords.ts";

type Different = Parameters<typeof endLine>[1];

function recordOf(different: Different): CallRecord {
  const line = asteriskLineOf(endLine("lab-1.2", different));
  if (line?.kind !== "end") throw new Error("This is no line about an end.");
  return recordOfLine(line.call);
}

describe("The record of Asterisk's line", () => {
  it("has Asterisk's own talk time, and the time of the answer that follows from it", () => {
    expect(recordOf({})).to.deep.equal(
      callRecord("lab-1.2", {
        source: 2,
        startedAtMs: 1_763_873_000_123,
        answeredAtMs: 1_763_873_005_200,
        endedAtMs: 1_763_873_065_500,
        ringSeconds: 5,
        talkSeconds: 60,
        asterisk: "lab",
        node: "",
      }),
    );
  });

  it("keeps what was dialled if it is not a number", () => {
    expect(recordOf({ proxy: "" }).proxyNumber).to.equal("89001112233");
  });

  it("never ends before it began, whatever the clock did", () => {
    expect(recordOf({ endedAt: "1763872000.000" })).to.include({
      endedAtMs: 1_763_873_000_123,
      answeredAtMs: 1_763_873_000_123,
      talkSeconds: 60,
    });
  });

  const expected: readonly (readonly [what: string, line: NonNullable<Different>, ...outcome: unknown[]])[] =
    [
      ["the callee hung up", { endedBy: "callee" }, "answered", "callee_hung_up", "callee"],
      ["answered for less than half a second", { answeredMs: "0" }, "answered", "caller_hung_up", "caller"],
      [
        "the longest time was over",
        { endedBy: "system", answeredMs: "7200003" },
        "answered",
        "max_length",
        "system",
      ],
      ["no audio arrived", { endedBy: "system", cause: "44" }, "answered", "media_timeout", "system"],
      ["a party hung up, with the same cause", { cause: "44" }, "answered", "caller_hung_up", "caller"],
      ["a supervisor", { endedBy: "system", cause: "8" }, "answered", "supervisor", "system"],
      ["an operator, in Asterisk's CLI", { endedBy: "system", cause: "16" }, "answered", null, "system"],
      [
        "ended by Asterisk for an unknown reason",
        { endedBy: "system", cause: "38" },
        "answered",
        null,
        "system",
      ],
      [
        "ended by Asterisk while it rang",
        { ...unanswered, dialStatus: "CANCEL", endedBy: "system", cause: "16" },
        "cancelled",
        null,
        "system",
      ],
      [
        "answered, whatever status a decision had",
        { status: "rejected" },
        "answered",
        "caller_hung_up",
        "caller",
      ],
      [
        "the caller gave up while it rang",
        { ...unanswered, dialStatus: "CANCEL", cause: "127" },
        "cancelled",
        "caller_hung_up",
        "caller",
      ],
      [
        "the caller gave up in the moment of the answer",
        { ...unanswered, dialStatus: "ANSWER" },
        "cancelled",
        "caller_hung_up",
        "caller",
      ],
      [
        "the callee answered and hung up before the caller was answered",
        { ...unanswered, dialStatus: "ANSWER", endedBy: "callee" },
        "no_answer",
        null,
        "system",
      ],
      [
        "a supervisor, while it rang",
        { ...unanswered, dialStatus: "CANCEL", endedBy: "system", cause: "8" },
        "cancelled",
        "supervisor",
        "system",
      ],
      ["busy", { ...unanswered, dialStatus: "BUSY", cause: "17", sipCode: "486" }, "busy", null, "callee"],
      [
        "rejected",
        { ...unanswered, dialStatus: "BUSY", cause: "21", sipCode: "603" },
        "rejected",
        null,
        "callee",
      ],
      [
        "a redirect, named by the dialplan",
        { ...unanswered, dialStatus: "BUSY", status: "rejected", reason: "redirect_refused" },
        "rejected",
        "redirect_refused",
        "callee",
      ],
      [
        "a redirect",
        { ...unanswered, dialStatus: "BUSY", cause: "16" },
        "rejected",
        "redirect_refused",
        "callee",
      ],
      [
        "the ring time was over",
        { ...unanswered, dialStatus: "NOANSWER", endedBy: "system" },
        "no_answer",
        "ring_timeout",
        "system",
      ],
      [
        "the ring time was over, and the callee confirmed it",
        { ...unanswered, dialStatus: "NOANSWER", sipCode: "487" },
        "no_answer",
        "ring_timeout",
        "system",
      ],
      [
        "not available",
        { ...unanswered, dialStatus: "NOANSWER", cause: "19", sipCode: "480" },
        "no_answer",
        null,
        "system",
      ],
      [
        "unallocated",
        { ...unanswered, dialStatus: "CHANUNAVAIL", cause: "1", sipCode: "404" },
        "unallocated",
        null,
        "system",
      ],
      [
        "the trunk is down",
        { ...unanswered, dialStatus: "CHANUNAVAIL", cause: "20" },
        "congestion",
        "trunk_unavailable",
        "system",
      ],
      [
        "the trunk is full",
        { ...unanswered, dialStatus: "CONGESTION", cause: "34", sipCode: "503" },
        "congestion",
        null,
        "system",
      ],
      [
        "refused before dialling",
        { ...unanswered, status: "unknown_number" },
        "unknown_number",
        null,
        "system",
      ],
      [
        "refused for a reason",
        { ...unanswered, status: "loop", reason: "came_back" },
        "loop",
        "came_back",
        "system",
      ],
      [
        "refused, and the caller hung up during the announcement",
        { ...unanswered, status: "expired", endedBy: "caller" },
        "expired",
        null,
        "system",
      ],
      ["the caller left before a decision", undecided, "cancelled", "caller_hung_up", "caller"],
      ["ended by Asterisk before a decision", { ...undecided, endedBy: "system" }, "failed", null, "system"],
    ];
  for (const [what, line, status, statusReason, endedBy] of expected)
    it(`says how it ended: ${what}`, () => {
      expect(recordOf(line)).to.deep.include({ status, statusReason, endedBy });
    });

  it("is a guess without a decision and without a dialled leg", () => {
    expect(recordOf(undecided).source).to.equal(0);
    expect(recordOf({ ...undecided, status: "unknown_number", reason: "invalid_number" }).source).to.equal(2);
    expect(recordOf({ ...undecided, path: "controller" }).source).to.equal(2);
  });

  it("has no talk time if nothing answered, and rang until the end", () => {
    expect(
      recordOf({ ...unanswered, dialStatus: "BUSY", sipCode: "486", dialledAt: "1763873060.500" }),
    ).to.include({
      answeredAtMs: null,
      talkSeconds: 0,
      ringSeconds: 5,
    });
  });
});
