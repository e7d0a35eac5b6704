import { expect } from "chai";
import { type LegSeen, newLeg } from "../../../lab/parties/journal.ts";
import { type CallSeen, judgeRun, type Limits, type RecordSeen } from "../../../lab/parties/verdict.ts";

const limits: Limits = {
  silenceMs: 3_000,
  releaseMs: 1_000,
  talkSeconds: 1,
  asteriskAway: [],
  linesAway: [],
};

const leg = (side: LegSeen["side"], seen: Partial<LegSeen> = {}): LegSeen => ({
  ...newLeg(side, side === "caller" ? "79160000001" : "74950000001", "74950000001", 1_000),
  ...seen,
});

/** Answered after a second, ended by the caller after ten more. */
const conversation = (caller: Partial<LegSeen> = {}, callee: Partial<LegSeen> = {}): CallSeen => ({
  caller: leg("caller", {
    soundAtMs: 1_100,
    finalCode: 200,
    finalAtMs: 2_000,
    answeredAtMs: 2_000,
    endedBy: "self",
    endedAtMs: 12_000,
    ...caller,
  }),
  callees: [
    leg("callee", {
      soundAtMs: 1_050,
      finalCode: 200,
      finalAtMs: 1_990,
      answeredAtMs: 1_990,
      endedBy: "other",
      endedAtMs: 12_010,
      ...callee,
    }),
  ],
});

const record = (different: Partial<RecordSeen> = {}): RecordSeen => ({
  callId: "a.1",
  proxyNumber: "74950000001",
  caller: "79160000001",
  status: "answered",
  reason: "caller_hung_up",
  endedBy: "caller",
  talkSeconds: 10,
  startedAtMs: 1_000,
  ...different,
});

const kinds = (calls: readonly CallSeen[], records: readonly RecordSeen[], more: Partial<Limits> = {}) =>
  judgeRun(calls, records, { ...limits, ...more }).findings.map(({ kind }) => kind);

describe("the comparison of call records with what the parties saw", () => {
  it("finds nothing wrong with a true record, and measures", () => {
    const verdict = judgeRun([conversation()], [record()], limits);
    expect(verdict).to.deep.equal({
      calls: 1,
      answered: 1,
      records: 1,
      findings: [],
      unclear: 0,
      longestSilenceMs: 100,
      longestReleaseMs: 10,
      largestTalkErrorSeconds: 0,
    });
  });

  it("finds a call without a record, and one with two", () => {
    expect(kinds([conversation()], [])).to.deep.equal(["lost"]);
    expect(kinds([conversation()], [record(), record({ callId: "a.2" })])).to.deep.equal(["duplicated"]);
  });

  it("finds a record that begins long before or after its call", () => {
    for (const startedAtMs of [-3_599_000, 3_601_000])
      expect(kinds([conversation()], [record({ startedAtMs })])).to.deep.equal(["wrong"]);
    expect(kinds([conversation()], [record({ startedAtMs: 11_000 })])).to.deep.equal([]);
  });

  it("counts callers apart who heard nothing and left before Asterisk may have taken a step", () => {
    const gaveUp = (cancelledAtMs: number) => ({
      caller: leg("caller", {
        takenAtMs: 1_010,
        cancelledAtMs,
        soundAtMs: 4_000,
        finalCode: 487,
        finalAtMs: 4_000,
      }),
      callees: [],
    });
    expect(judgeRun([gaveUp(1_300)], [], limits)).to.deep.include({ findings: [], unclear: 1 });
    expect(kinds([gaveUp(3_000)], [])).to.deep.equal(["lost"]);
    const whileAway = (fromMs: number) =>
      judgeRun([gaveUp(1_300)], [], { ...limits, asteriskAway: [{ fromMs, untilMs: fromMs + 5_000 }] });
    expect(whileAway(900)).to.deep.include({ findings: [], unclear: 0 });
    expect(whileAway(5_000)).to.deep.include({ findings: [], unclear: 1 });
  });

  it("finds a status that does not fit the final response", () => {
    expect(kinds([conversation()], [record({ status: "busy", talkSeconds: 0 })])).to.deep.equal(["wrong"]);
    const busy = {
      caller: leg("caller", { soundAtMs: 1_200, finalCode: 486, finalAtMs: 1_200 }),
      callees: [],
    };
    expect(kinds([busy], [record({ status: "busy", talkSeconds: 0 })])).to.deep.equal([]);
    expect(kinds([busy], [record()])).to.deep.equal(["wrong"]);
    expect(kinds([busy], [record({ status: "busy", talkSeconds: 3 })])).to.deep.equal(["wrong"]);
  });

  it("finds a talk time that is off by more than a second", () => {
    expect(kinds([conversation()], [record({ talkSeconds: 11 })])).to.deep.equal([]);
    expect(kinds([conversation()], [record({ talkSeconds: 12 })])).to.deep.equal(["wrong"]);
    expect(kinds([conversation()], [record({ talkSeconds: 8 })])).to.deep.equal(["wrong"]);
  });

  it("finds a record that names the wrong party as the one that hung up", () => {
    const byCallee = conversation({ endedBy: "other" }, { endedBy: "self", endedAtMs: 11_990 });
    const bySystem = conversation({ endedBy: "other" });
    const hungUpBy = (endedBy: string | null, reason: string | null = null) => [record({ endedBy, reason })];
    expect(kinds([conversation()], hungUpBy("callee", "callee_hung_up"))).to.deep.equal(["wrong"]);
    expect(kinds([byCallee], hungUpBy("callee", "callee_hung_up"))).to.deep.equal([]);
    expect(kinds([byCallee], hungUpBy("caller", "caller_hung_up"))).to.deep.equal(["wrong"]);
    expect(kinds([bySystem], hungUpBy("system", "max_length"))).to.deep.equal([]);
    expect(kinds([bySystem], hungUpBy("caller", "caller_hung_up"))).to.deep.equal(["wrong"]);
    // Both hung up before either heard of the other.
    const byBoth = conversation({}, { endedBy: "self" });
    for (const endedBy of ["caller", "callee"])
      expect(kinds([byBoth], hungUpBy(endedBy)), endedBy).to.deep.equal([]);
  });

  it("accepts that the end is unknown only while Asterisk could not write its line", () => {
    const interrupted = [record({ endedBy: null, reason: "interrupted" })];
    expect(kinds([conversation()], interrupted)).to.deep.equal(["wrong"]);
    const during = { linesAway: [{ fromMs: 11_000, untilMs: 13_000 }] };
    expect(kinds([conversation()], interrupted, during)).to.deep.equal([]);
    expect(kinds([conversation()], [record({ endedBy: "callee" })], during)).to.deep.equal(["wrong"]);
    const before = { linesAway: [{ fromMs: 5_000, untilMs: 11_000 }] };
    expect(kinds([conversation()], interrupted, before)).to.deep.equal(["wrong"]);
  });

  it("finds a party that is released late or never", () => {
    expect(kinds([conversation({}, { endedAtMs: 14_000 })], [record()])).to.deep.equal(["stranded"]);
    expect(kinds([conversation({}, { endedAtMs: null, endedBy: null })], [record()])).to.deep.equal([
      "stranded",
    ]);
  });

  it("finds a callee that rings on after the caller gave up", () => {
    const givenUp = (cancelledAtMs: number | null): CallSeen => ({
      caller: leg("caller", { soundAtMs: 1_100, cancelledAtMs: 3_000, finalCode: 487, finalAtMs: 3_010 }),
      callees: [leg("callee", { soundAtMs: 1_050, cancelledAtMs })],
    });
    const cancelled = record({ status: "cancelled", talkSeconds: 0 });
    expect(kinds([givenUp(3_050)], [cancelled])).to.deep.equal([]);
    expect(kinds([givenUp(9_000)], [cancelled])).to.deep.equal(["stranded"]);
    expect(kinds([givenUp(null)], [cancelled])).to.deep.equal(["stranded"]);
  });

  it("finds a caller who hears nothing for too long", () => {
    expect(kinds([conversation({ soundAtMs: 4_500 })], [record()])).to.deep.equal(["silent"]);
  });

  it("finds a callee who is called twice", () => {
    const call = conversation();
    expect(kinds([{ ...call, callees: [...call.callees, ...call.callees] }], [record()])).to.deep.equal([
      "rungTwice",
    ]);
  });

  describe("when Asterisk was killed", () => {
    const died = conversation(
      { endedBy: null, endedAtMs: null, abandoned: true },
      { endedBy: null, endedAtMs: null, abandoned: true },
    );
    const killed = { asteriskAway: [{ fromMs: 22_000, untilMs: 25_000 }] };

    it("accepts talk up to the last sign of life", () => {
      for (const talkSeconds of [15, 18, 20])
        expect(kinds([died], [record({ talkSeconds, reason: "asterisk_lost" })], killed)).to.deep.equal([]);
    });

    it("finds a talk time that ends long before or after", () => {
      for (const talkSeconds of [10, 25])
        expect(kinds([died], [record({ talkSeconds })], killed)).to.deep.equal(["wrong"]);
    });

    it("expects no record of an INVITE that it never took up", () => {
      const unheard: CallSeen = {
        caller: leg("caller", { invitedAtMs: 23_000, abandoned: true }),
        callees: [],
      };
      expect(kinds([unheard], [], killed)).to.deep.equal([]);
    });
  });
});
