import { expect } from "chai";
import { recordOf } from "../../../../../src/calls/record/toRecord.ts";
import type { CallCommand } from "../../../../../src/calls/dial/machine/call.ts";
import { readConnect } from "../../../../../src/calls/decision/extension.ts";
import { silent, anIncomingCall, aPolicy, found, startedAtMs } from "../../../../support/calls.ts";
import { aLeg, aSighting, DialStory } from "../../../../support/dialStory.ts";

const typesOf = (commands: readonly CallCommand[]): string[] => commands.map(({ type }) => type);
const twoTrunks = aPolicy({
  trunks: [
    { name: "one", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "proxy" } },
    { name: "two", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "caller" } },
  ],
});
const failed = {
  type: "failed",
  status: null,
  reason: null,
  trunk: null,
  dialStatus: "CHANUNAVAIL",
  cause: null,
  sipCode: null,
} as const;
const gaveUp = { type: "legLeft", cause: 127, sipCode: 500, ...aLeg() } as const;
const silence = { type: "timerFired", timer: "silence" } as const;
const extension = "79001112233*79580000001**1-d";

describe("A call that Asterisk connects", () => {
  it("is recorded with the last trunk, although the end of its leg is reported after that of the call", () => {
    const story = new DialStory(twoTrunks).found();
    story.tell({ type: "legLeft", ...aLeg(1, "one"), cause: 19, sipCode: 480 });
    story.tell({ ...failed, trunk: "two", dialStatus: "NOANSWER", cause: 19, sipCode: 480 });
    story.tell({ type: "legLeft", ...aLeg(2, "two"), cause: 19, sipCode: 480 });
    expect(story.call).to.include({ outboundTrunk: "two", presentedNumber: "79995550000" });
  });

  it("is followed when the dialplan has connected it before the decision, and is not decided any more", () => {
    const story = new DialStory(twoTrunks);
    expect(typesOf(story.tell({ type: "legRang", ...aLeg(1, "one") }))).to.deep.equal([
      "clearTimer",
      "query",
    ]);
    expect(story.call.state).to.equal("ringing");
    const commands = story.tell({ type: "legAnswered", ...aLeg(1, "one") });
    expect(typesOf(commands)).to.deep.equal(["clearTimer", "keepOpen", "query"]);
    expect(typesOf(story.found().commands)).to.not.include("proceed");
    story.tell({ type: "seen", at: aSighting({ connecting: readConnect(extension), up: true }) });
    expect(story.call).to.include({ state: "talking", realNumber: "79001112233", outboundTrunk: "one" });
  });

  it("is decided once, and Asterisk is told everything in one extension", () => {
    const story = new DialStory(twoTrunks);
    expect(typesOf(story.commands)).to.deep.equal(["lookUp", "setTimer"]);
    const commands = story.after(12).tell({
      type: "lookedUp",
      known: found(),
      ways: [3, null],
    });
    expect(commands).to.deep.equal([
      { type: "proceed", context: "connect", extension: "79001112233*79580000001**13d2-c" },
      { type: "keepOpen" },
      { type: "setTimer", timer: "silence", afterMs: 700 },
    ]);
    expect(story.call).to.include({ state: "dialling", outboundTrunk: "one", dialledAtMs: startedAtMs + 12 });
  });

  it("rings, is answered, and ends when the caller hangs up", () => {
    const story = new DialStory();
    story.after(10).found();
    story.after(500).tell({ type: "legRang", ...aLeg() });
    expect(story.call.state).to.equal("ringing");
    expect(typesOf(story.after(4_000).tell({ type: "legAnswered", ...aLeg() }))).to.deep.equal([
      "clearTimer",
      "keepOpen",
    ]);
    story.after(64_000).tell({ type: "legLeft", cause: 16, sipCode: null, ...aLeg() });
    expect(story.call.state).to.equal("ended");
    expect(recordOf(story.call, "node-1")).to.include({
      status: "answered",
      statusReason: "caller_hung_up",
      ringSeconds: 4,
      talkSeconds: 60,
      answeredAtMs: startedAtMs + 4_000,
      endedBy: "caller",
      outboundTrunk: "trunk-out",
      shownNumber: "79580000001",
    });
    expect(story.records()).to.equal(1);
  });

  for (const [words, before, cause, reason] of [
    ["the callee", { type: "legHungUp", ...aLeg() }, 16, "callee_hung_up"],
    ["a supervisor", { type: "hangUpRequested" }, 8, "supervisor"],
    ["Asterisk, which hears nothing from either party,", null, 44, "media_timeout"],
  ] as const)
    it(`ends when ${words} ends the conversation`, () => {
      const story = new DialStory().answered();
      if (before !== null) story.tell(before);
      story.after(9_000).tell({ type: "legLeft", cause, sipCode: null, ...aLeg() });
      expect(story.call.ending).to.include({ status: "answered", reason, cause });
    });

  it("ends at its maximum length", () => {
    const story = new DialStory(aPolicy({ maxLengthMs: 5_000 })).answered();
    story.after(5_010).tell({ type: "legLeft", cause: 16, sipCode: null, ...aLeg() });
    expect(story.call.ending).to.include({ reason: "max_length" });
  });

  it("hangs up by a channel's name, and is over as soon as Asterisk says so", () => {
    const story = new DialStory().rang();
    expect(typesOf(story.tell({ type: "hangUpRequested" }))).to.deep.equal(["hangUp", "setTimer"]);
    expect(story.call.state).to.equal("ringing");
    story.tell(gaveUp);
    story.tell(silence);
    story.tell({ type: "gone" });
    expect(story.call.ending).to.include({ status: "cancelled", reason: "supervisor" });
  });

  describe("that is not answered", () => {
    it("asks Asterisk where the caller is if it hears nothing after the decision", () => {
      const story = new DialStory().found();
      expect(typesOf(story.after(710).tell(silence))).to.deep.equal(["query"]);
      story.tell({ type: "seen", at: aSighting() });
      expect(story.call.state).to.equal("dialling");
      story.after(800).tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "cancelled", reason: "caller_hung_up" });
    });

    it("learns from the query that the callee has answered, if the event was missed", () => {
      const story = new DialStory().found();
      story.after(710).tell({ type: "seen", at: aSighting({ up: true }) });
      expect(story.call).to.include({ state: "talking", answeredAtMs: startedAtMs + 710 });
      story.tell({ type: "legLeft", cause: 16, sipCode: null, ...aLeg() });
      expect(story.call.ending).to.include({ status: "answered" });
    });

    it("ends when the caller gives up while it rings", () => {
      const story = new DialStory().rang();
      expect(story.after(3_000).tell(gaveUp)).to.deep.equal([
        { type: "setTimer", timer: "silence", afterMs: 150 },
      ]);
      expect(typesOf(story.tell(silence))).to.deep.equal(["query"]);
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "cancelled", reason: "caller_hung_up", sipCode: null });
    });

    for (const [leg, report, outcome] of [
      [
        { cause: 17, sipCode: 486 },
        { dialStatus: "BUSY", cause: 17, sipCode: 486 },
        { status: "busy", sipCode: 486, cause: 17 },
      ],
      [
        { cause: null, sipCode: null },
        { dialStatus: "NOANSWER" },
        { status: "no_answer", reason: "ring_timeout", sipCode: null },
      ],
      [
        { cause: 23, sipCode: 302 },
        { status: "rejected", reason: "redirect_refused", dialStatus: "BUSY", sipCode: 302 },
        { status: "rejected", reason: "redirect_refused", sipCode: 302 },
      ],
      [
        { cause: 34, sipCode: 503 },
        { dialStatus: "CONGESTION", cause: 34, sipCode: 503 },
        { status: "congestion", sipCode: 503 },
      ],
    ] as const)
      it(`is ${outcome.status} when the dialplan reports ${report.dialStatus}, before or after its leg`, () => {
        const left = { type: "legLeft", ...leg, ...aLeg() } as const;
        const told = { ...failed, ...report };
        for (const facts of [
          [left, told],
          [told, left],
        ]) {
          const story = new DialStory().rang();
          for (const fact of facts) story.tell(fact);
          expect(story.call.ending).to.include(outcome);
          expect(story.records()).to.equal(1);
        }
      });

    it("is congestion if no trunk could be dialled at all", () => {
      const story = new DialStory().found();
      story.tell(failed);
      expect(story.call.ending).to.include({ status: "congestion", reason: "trunk_unavailable" });
    });

    it("keeps the callee's answer if the dialplan's report was lost", () => {
      const story = new DialStory().rang();
      story.tell({ type: "legLeft", cause: 17, sipCode: 486, ...aLeg() });
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "busy", sipCode: 486 });
    });
  });

  it("is followed over two trunks in turn", () => {
    const story = new DialStory(twoTrunks).found();
    story.tell({ type: "legLeft", cause: 34, sipCode: 503, ...aLeg(1, "one") });
    expect(story.call.state).to.equal("dialling");
    story.tell({ type: "legRang", ...aLeg(2, "two") });
    expect(story.call).to.include({
      state: "ringing",
      outboundTrunk: "two",
      trunkIndex: 1,
      presentedNumber: "79995550000",
    });
    story.tell({ type: "legAnswered", ...aLeg(2, "two") });
    // The end of the first leg may be reported late.
    story.tell({ type: "legLeft", cause: 34, sipCode: 503, ...aLeg(1, "one") });
    expect(story.call.state).to.equal("talking");
  });

  it("was never answered if the answer and the caller's CANCEL crossed", () => {
    const story = new DialStory().found();
    story.after(500).tell({ type: "legRang", ...aLeg() });
    story.after(1_000).tell({ type: "legAnswered", ...aLeg() });
    story.after(1_010).tell({ type: "legLeft", cause: 127, sipCode: 500, ...aLeg() });
    expect(recordOf(story.call, "node-1")).to.include({
      status: "cancelled",
      statusReason: "caller_hung_up",
      answeredAtMs: null,
      talkSeconds: 0,
    });
  });

  describe("while it is being decided", () => {
    it("refuses a number whose lookup fails", () => {
      const story = new DialStory();
      expect(story.tell({ type: "lookedUp", known: { kind: "unavailable" }, ways: [] })[0]).to.deep.equal({
        type: "proceed",
        context: "refuse",
        extension: "failed*lookup_unavailable*34*failed**",
      });
      expect(story.call.ending).to.include({ status: "failed", reason: "lookup_unavailable" });
    });

    for (const fact of [
      { type: "lookedUp", known: { kind: "late" }, ways: [] },
      { type: "timerFired", timer: "lookUp" },
    ] as const)
      it(`leaves a number to the dialplan if its lookup takes too long (${fact.type}), and follows the call`, () => {
        const story = new DialStory();
        expect(story.tell(fact)[0]).to.deep.equal({ type: "proceed", context: "fallback", extension: "s" });
        expect(story.call.ending).to.equal(null);
        // The answer comes too late.
        expect(typesOf(story.found().commands).filter((type) => type === "proceed")).to.have.length(1);
        expect(typesOf(story.tell(silence))).to.deep.equal(["query"]);
        story.tell({ type: "seen", at: aSighting({ place: "fallback" }) });
        story.tell({ type: "legRang", ...aLeg(1, "trunk-out") });
        expect(story.call.state).to.equal("ringing");
      });

    it("refuses at once if no lookup is needed", () => {
      const story = new DialStory(aPolicy(), anIncomingCall({ dialled: "5", proxyNumber: null }));
      expect(typesOf(story.commands)).to.deep.equal(["proceed", "writeRecord", "setTimer"]);
      expect(story.call.ending).to.include({ status: "unknown_number", reason: "invalid_number" });
    });

    it("asks Asterisk in a moment when the caller hangs up, and decides nothing any more", () => {
      const story = new DialStory();
      expect(typesOf(story.after(300).tell({ type: "callerHungUp" }))).to.deep.equal(["setTimer"]);
      expect(typesOf(story.tell(silence))).to.deep.equal(["query"]);
      expect(typesOf(story.found().commands)).not.to.include("proceed");
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "cancelled", reason: "caller_hung_up" });
    });

    it("keeps the call on the board if the decision took too long and the fallback connects it", () => {
      const story = new DialStory().found();
      story.after(1_500).tell({ type: "commandFailed", command: "proceed", failure: "gone" });
      story.tell(silence);
      story.tell({ type: "seen", at: aSighting({ place: "fallback" }) });
      story.tell(silence);
      story.tell({ type: "seen", at: aSighting({ connecting: readConnect(extension) }) });
      expect(story.call).to.include({
        state: "dialling",
        realNumber: "79001112233",
        outboundTrunk: "trunk-out",
        presentedNumber: "79580000001",
      });
    });

    it("waits a moment before it asks again if Asterisk did not take the decision", () => {
      const story = new DialStory().found();
      const commands = story.tell({ type: "commandFailed", command: "proceed", failure: "gone" });
      expect(commands).to.deep.equal([{ type: "setTimer", timer: "silence", afterMs: 150 }]);
      expect(typesOf(story.tell(silence))).to.deep.equal(["query"]);
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "cancelled" });
    });

    it("decides again if the decision never reached Asterisk", () => {
      const story = new DialStory().found();
      const commands = story.tell({ type: "seen", at: aSighting({ place: "waiting" }) });
      expect(typesOf(commands)).to.deep.equal(["lookUp", "setTimer"]);
      expect(story.found().commands.filter(({ type }) => type === "proceed")).to.have.length(2);
    });
  });

  describe("that is refused with an announcement", () => {
    const announcing = aPolicy({
      announcements: { ...silent, unknown: "sound:x" },
    });
    const refused = (): DialStory => {
      const story = new DialStory(announcing);
      story.tell({ type: "lookedUp", known: { kind: "unknown" }, ways: [] });
      return story;
    };

    it("is over when the dialplan says that it was played", () => {
      const story = refused();
      expect(story.call.state).to.equal("announcing");
      expect(story.records()).to.equal(0);
      story.after(4_000).tell({ ...failed, status: "unknown_number", dialStatus: null });
      expect(story.call.ending).to.deep.include({ atMs: startedAtMs + 4_000, status: "unknown_number" });
      expect(story.records()).to.equal(1);
    });

    it("is over when the caller does not want to hear it", () => {
      const story = refused();
      expect(typesOf(story.after(3_000).tell(silence))).to.deep.equal(["query"]);
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "unknown_number", cause: 1 });
    });

    it("is cancelled when the caller has left before it could be played", () => {
      const story = refused();
      story.tell({ type: "commandFailed", command: "proceed", failure: "gone" });
      story.tell({ type: "gone" });
      expect(story.call.ending).to.include({ status: "cancelled", reason: "caller_hung_up" });
      expect(story.records()).to.equal(1);
    });
  });

  describe("and Asterisk's own account of its end", () => {
    const account = {
      type: "line",
      answeredAtMs: null,
      ending: {
        atMs: startedAtMs + 5_000,
        status: "cancelled",
        reason: "caller_hung_up",
        sipCode: null,
        cause: 127,
      },
    } as const;

    it("ends a call whose end was not seen", () => {
      const story = new DialStory().rang();
      expect(typesOf(story.tell(account))).to.deep.equal(["writeRecord", "forget"]);
      expect(story.call.ending).to.deep.equal(account.ending);
    });

    it("corrects the account of the events, without a second record", () => {
      // The callee's answer and the caller's CANCEL have crossed.
      const story = new DialStory().answered();
      story.after(5_000).tell({ type: "legLeft", cause: 16, sipCode: null, ...aLeg() });
      expect(typesOf(story.tell(account))).to.deep.equal(["forget"]);
      expect(story.call.ending).to.include({ status: "cancelled" });
      expect(story.records()).to.equal(1);
    });

    it("is waited for when Asterisk has lost the call", () => {
      const lost = new DialStory().answered();
      expect(typesOf(lost.after(60_000).tell({ type: "missing", restarted: true }))).to.deep.equal([
        "setTimer",
      ]);
      expect(lost.call.ending).to.include({ status: "answered", reason: "asterisk_lost" });
      expect(typesOf(lost.tell({ type: "timerFired", timer: "line" }))).to.deep.equal([
        "writeRecord",
        "forget",
      ]);
      const ended = new DialStory().rang();
      ended.tell({ type: "missing", restarted: true });
      ended.tell(account);
      expect(ended.call.ending).to.include({ status: "cancelled", reason: "caller_hung_up" });
      expect(ended.records()).to.equal(1);
    });
  });
});
