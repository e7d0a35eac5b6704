import { expect } from "chai";
import { decide, refusalAtOnce } from "../../../../src/calls/decision/decide.ts";
import {
  connectExtension,
  connecting,
  readConnect,
  readRefuse,
  refuseExtension,
} from "../../../../src/calls/decision/extension.ts";
import { shownKinds, shownNumber } from "../../../../src/calls/decision/shown.ts";
import { incomingOf } from "../../../../src/calls/decision/incoming.ts";
import type { OutboundTrunk } from "../../../../src/calls/decision/policy.ts";
import type { CallerIdPolicy, Mapping } from "../../../../src/values/mapping.ts";
import { anIncomingCall, found as known, number, startedAtMs } from "../../../support/calls.ts";

const trunk = (name: string, callerIdPolicy: CallerIdPolicy = { kind: "proxy" }): OutboundTrunk => ({
  name,
  dialPrefix: "",
  callerIdPrefix: "",
  callerIdPolicy,
});
const trunks = [trunk("trunk-out")];
const fixed = (digits: string): CallerIdPolicy => ({ kind: "fixed", number: number(digits) });

const found = (changes: Partial<Mapping> = {}, on: readonly OutboundTrunk[] = trunks) =>
  decide(known(changes), { callerNumber: "79995550000", withheldNumber: null }, on, startedAtMs);
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
        { index: 0, shown: "dialled" },
        { index: 1, shown: "dialled" },
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
    expect(decide({ kind: "unknown" }, anIncomingCall(), trunks, 0)).to.include({
      status: "unknown_number",
      cause: 1,
    });
    expect(decide({ kind: "unavailable" }, anIncomingCall(), trunks, 0)).to.include({
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
    for (const changes of [
      { cameBack: true },
      { callerNumber: "79580000001" },
      { callerNumber: null, withheldNumber: number("79580000001") },
    ])
      expect(refusalAtOnce(anIncomingCall(changes))).to.include({ status: "loop", reason: "came_back" });
  });
});

const owner = "79001112233";
const owned = number("79580000009");
const decideFor = (callerNumber: string | null, ...facts: Parameters<typeof known>) =>
  decide(known(...facts), { callerNumber, withheldNumber: null }, trunks, startedAtMs);

describe("The number that a callee sees", () => {
  const shownBy = (callerIdPolicy: CallerIdPolicy | null, ownNumber: typeof owned | null = owned) => {
    const decision = decideFor("79995550000", { callerIdPolicy }, { caller: { isProxy: false, ownNumber } });
    return decision.kind === "connect" ? [decision.turns[0]?.shown, decision.number] : decision.status;
  };

  it("is the caller's own proxy number, or else the dialled one", () => {
    expect(shownBy(null)).to.deep.equal(["own", owned]);
    expect(shownBy({ kind: "proxy" })).to.deep.equal(["own", owned]);
    expect(shownBy(null, null)).to.deep.equal(["dialled", null]);
  });

  it("is what any other policy says, whatever numbers the caller has", () => {
    expect(shownBy({ kind: "dialled" })).to.deep.equal(["dialled", null]);
    expect(shownBy({ kind: "caller" })).to.deep.equal(["caller", null]);
    expect(shownBy({ kind: "anonymous" })).to.deep.equal(["nothing", null]);
    expect(shownBy(fixed("78005553535"))).to.deep.equal(["mapping", "78005553535"]);
  });

  it("is never the caller's real number, except under the policy that says so", () => {
    const numbers = { proxyNumber: number("79580000001"), number: number(owner), trunkPolicy: fixed(owner) };
    const shows = { ...numbers, callerNumber: owner, withheldNumber: null };
    const hides = { ...numbers, callerNumber: null, withheldNumber: number(owner) };
    for (const shown of shownKinds) {
      expect(shownNumber(shown, shows) === owner, shown).to.equal(shown === "caller");
      expect(shownNumber(shown, hides), shown).to.not.equal(owner);
    }
  });
});

describe("A call from one of our own numbers", () => {
  it("came back if the number is a proxy number", () => {
    const caller = { isProxy: true, ownNumber: null };
    expect(decideFor("79580000002", {}, { caller })).to.include({ status: "loop", reason: "came_back" });
  });

  it("connects owners who dial their own proxy number with the party of its newest call", () => {
    const party = number("79995550000");
    expect(decideFor(owner, {}, { returnTo: party })).to.deep.include({
      kind: "connect",
      direction: "return",
      realNumber: party,
      proxyNumber: "79580000001",
      number: null,
      turns: [{ index: 0, shown: "return" }],
    });
  });

  it("dials no number that is too expensive, whatever the caller", () => {
    const refusal = { status: "disabled", reason: "premium_number", cause: 21, announcement: "disabled" };
    expect(decideFor(owner, {}, { isPremium: true })).to.include(refusal);
    expect(decideFor("79995550000", {}, { isPremium: true })).to.include(refusal);
    expect(decideFor(owner, { state: "expired" }, { isPremium: true })).to.include({ status: "expired" });
  });

  it("never connects owners with themselves", () => {
    const refusal = { status: "own_number", cause: 21, announcement: "own" };
    expect(decideFor(owner)).to.include(refusal);
    expect(decideFor(owner, {}, { returnTo: number(owner) })).to.include(refusal);
  });

  it("never connects owners who withhold their number with themselves, and returns no call of theirs", () => {
    const withheld = { callerNumber: null, withheldNumber: number("79001112233") };
    for (const returnTo of [null, number("79995550000")])
      expect(decide(known({}, { returnTo }), withheld, trunks, startedAtMs)).to.include({
        kind: "refuse",
        status: "own_number",
        cause: 21,
        announcement: "own",
      });
    const another = { callerNumber: null, withheldNumber: number("79995550000") };
    expect(decide(known({}), another, trunks, startedAtMs)).to.include({ kind: "connect" });
  });

  it("refuses owners of a number that is disabled or expired like any other caller", () => {
    const returnTo = number("79995550000");
    expect(decideFor(owner, { state: "disabled" }, { returnTo })).to.include({ status: "disabled" });
    expect(decideFor(owner, { state: "expired" }, { returnTo })).to.include({ status: "expired" });
  });
});

describe("The arguments of an incoming call", () => {
  const args = ["in", "84957000001", "74957000001", "84957000001", "trunk-in", "", "79161234567"];

  it("are what the dialplan read", () => {
    expect(incomingOf(args)).to.deep.equal({
      inboundTrunk: "trunk-in",
      dialled: "84957000001",
      proxyNumber: "74957000001",
      secondReading: "84957000001",
      callerNumber: "79161234567",
      cameBack: false,
      forwardedBy: null,
      withheldNumber: null,
    });
    expect(incomingOf(["end", "busy"])).to.equal(null);
  });

  it("say that the call came back by our mark", () => {
    expect(incomingOf(args.with(5, "1"))).to.include({ cameBack: true });
  });

  it("say that the call was forwarded, with CONNECT=bridge", () => {
    expect(incomingOf([...args, "1"])).to.include({ forwardedBy: "" });
    expect(incomingOf([...args, "179161112233"])).to.include({ forwardedBy: "79161112233" });
    expect(incomingOf([...args, ""])).to.include({ forwardedBy: null });
  });

  it("have a withheld number for the comparison with the owner's only where there is no caller", () => {
    const hidden = [...args.with(6, ""), "", "79161234567"];
    expect(incomingOf(hidden)).to.include({ callerNumber: null, withheldNumber: "79161234567" });
    expect(incomingOf(hidden.with(8, "anonymous"))).to.include({ withheldNumber: null });
    expect(incomingOf([...args, "", "79161234567"])).to.include({ withheldNumber: null });
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
    expect(extensionFor({}, two)).to.equal("79001112233*79580000001**1-f2-f");
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
    const returning = refuseExtension(refusal, "return");
    expect(returning).to.equal(`${extension}*r`);
    expect(readRefuse(returning)).to.deep.equal(readRefuse(extension));
    for (const foreign of ["s", "nonsense**1**", "disabled**x**", `${extension}*x`, `${returning}*r`])
      expect(readRefuse(foreign)).to.equal(null);
  });
});
