import { expect } from "chai";
import { decide, refusalAtOnce } from "../../../../src/calls/decision/decide.ts";
import {
  connectExtension,
  connecting,
  readConnect,
  readRefuse,
  refuseExtension,
} from "../../../../src/calls/decision/extension.ts";
import { incomingOf } from "../../../../src/calls/decision/incoming.ts";
import type { OutboundTrunk } from "../../../../src/calls/decision/policy.ts";
import type { CallerIdPolicy, Mapping } from "../../../../src/values/mapping.ts";
import { aMapping, anIncomingCall, number, startedAtMs } from "../../../support/calls.ts";

const trunk = (name: string, callerIdPolicy: CallerIdPolicy = { kind: "proxy" }): OutboundTrunk => ({
  name,
  dialPrefix: "",
  callerIdPrefix: "",
  callerIdPolicy,
});
const trunks = [trunk("trunk-out")];
const fixed = (digits: string): CallerIdPolicy => ({ kind: "fixed", number: number(digits) });

const found = (changes: Partial<Mapping> = {}, on: readonly OutboundTrunk[] = trunks) =>
  decide({ kind: "found", mapping: aMapping(changes) }, on, startedAtMs);
const extensionFor = (changes: Partial<Mapping>, on: readonly OutboundTrunk[], way: number | null = null) => {
  const decision = found(changes, on);
  if (decision.kind !== "connect") throw new Error("The call is refused.");
  return connectExtension(connecting(decision, () => way));
};

describe("The decision about a call", () => {
  it("connects an active mapping over all trunks in turn", () => {
    expect(found({}, [trunk("one"), trunk("two")])).to.deep.include({
      kind: "connect",
      realNumber: "79001112233",
      proxyNumber: "79580000001",
      turns: [
        { index: 0, policy: { kind: "proxy" } },
        { index: 1, policy: { kind: "proxy" } },
      ],
    });
  });

  for (const [words, changes, status, cause, announcement] of [
    ["a disabled mapping", { state: "disabled" }, "disabled", 21, "disabled"],
    ["a released number in quarantine", { state: "quarantined" }, "quarantined", 22, "expired"],
    ["an expired mapping", { state: "expired" }, "expired", 22, "expired"],
    ["a mapping whose time is over", { expiresAtMs: startedAtMs }, "expired", 22, "expired"],
    ["a real number that is a proxy number", { realNumberIsProxy: true }, "loop", 25, null],
    ["a number mapped to itself", { realNumber: number("79580000001") }, "loop", 25, null],
  ] as const)
    it(`refuses ${words}`, () => {
      expect(found(changes)).to.include({ kind: "refuse", status, cause, announcement });
    });

  it("refuses an unknown number, and one that cannot be looked up", () => {
    expect(decide({ kind: "unknown" }, trunks, 0)).to.include({ status: "unknown_number", cause: 1 });
    expect(decide({ kind: "unavailable" }, trunks, 0)).to.include({
      status: "failed",
      reason: "lookup_unavailable",
      announcement: "failed",
    });
  });

  it("needs no lookup for an invalid number or a call that came back to us", () => {
    expect(refusalAtOnce(anIncomingCall())).to.equal(null);
    expect(refusalAtOnce(anIncomingCall({ proxyNumber: null }))).to.include({
      status: "unknown_number",
      reason: "invalid_number",
      cause: 28,
    });
    for (const changes of [{ cameBack: true }, { callerNumber: "79580000001" }])
      expect(refusalAtOnce(anIncomingCall(changes))).to.include({ status: "loop", reason: "came_back" });
  });
});

describe("The arguments of an incoming call", () => {
  const args = ["in", "84957000001", "74957000001", "84957000001", "trunk-in", "", "79161234567", ""];

  it("are what the dialplan read", () => {
    expect(incomingOf(args)).to.deep.equal({
      inboundTrunk: "trunk-in",
      dialled: "84957000001",
      proxyNumber: "74957000001",
      secondReading: "84957000001",
      callerNumber: "79161234567",
      cameBack: false,
    });
    expect(incomingOf(["end", "busy"])).to.equal(null);
  });

  it("say that the call came back by our mark, or by what Asterisk counted", () => {
    expect(incomingOf(args.with(5, "1"))).to.include({ cameBack: true });
    expect(incomingOf(args.with(7, "1"))).to.include({ cameBack: true });
  });

  it("leave out a withheld caller and an invalid proxy number", () => {
    expect(incomingOf(args.with(6, "").with(2, "").with(3, ""))).to.include({
      callerNumber: null,
      proxyNumber: null,
      secondReading: null,
    });
  });
});

describe("The extension of a decision", () => {
  it("names real number, proxy number, fixed number, and trunks in turn", () => {
    expect(extensionFor({}, [trunk("one"), trunk("two", { kind: "anonymous" })], 3)).to.equal(
      "79001112233*79580000001**13d23a",
    );
    expect(extensionFor({}, [trunk("one", { kind: "caller" })])).to.equal("79001112233*79580000001**1-c");
    expect(extensionFor({ callerIdPolicy: fixed("78005553535") }, trunks)).to.equal(
      "79001112233*79580000001*78005553535*1-n",
    );
  });

  it("leaves the fixed numbers of trunks to the dialplan", () => {
    const two = [trunk("one", fixed("78005553535")), trunk("two", fixed("78005553536"))];
    expect(extensionFor({}, two)).to.equal("79001112233*79580000001**1-n2-n");
  });

  it("never has more characters than Asterisk keeps", () => {
    const many = Array.from({ length: 12 }, (_, index) => trunk(`trunk-${index}`));
    const longest = "123456789012345";
    const extension = extensionFor(
      {
        realNumber: number(longest),
        proxyNumber: number("923456789012345"),
        callerIdPolicy: fixed(longest),
      },
      many,
    );
    expect(extension).to.have.length.at.most(79);
    expect(readConnect(extension)?.turns).to.have.length(9);
  });

  it("gives the facts back to a controller that reads it in Asterisk", () => {
    const decision = found({ callerIdPolicy: fixed("78005553535") }, [trunk("one"), trunk("two")]);
    if (decision.kind !== "connect") throw new Error("The call is refused.");
    const facts = connecting(decision, (index) => (index === 0 ? 7 : null));
    expect(readConnect(connectExtension(facts))).to.deep.equal(facts);
    for (const foreign of ["79001112233", "s", "", "1*2", "a*b**1-d", "79001112233*79580000001**1-x"])
      expect(readConnect(foreign)).to.equal(null);
  });

  it("gives a refusal back as well", () => {
    const refusal = found({ state: "disabled" });
    if (refusal.kind !== "refuse") throw new Error("The call is connected.");
    const extension = refuseExtension(refusal);
    expect(extension).to.equal("disabled**21*disabled*79001112233*79580000001");
    expect(readRefuse(extension)).to.deep.equal({
      status: "disabled",
      reason: null,
      cause: 21,
      announcement: "disabled",
      realNumber: "79001112233",
      proxyNumber: "79580000001",
    });
    for (const foreign of ["s", "nonsense**1**", "disabled**x**"]) expect(readRefuse(foreign)).to.equal(null);
  });
});
