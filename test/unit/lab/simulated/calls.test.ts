import { expect } from "chai";
import type { ChannelDestroyed } from "../../../../src/ari/generated/models.ts";
import type { CallerScript } from "../../../../lab/simulated/index.ts";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { CalleeBehaviour } from "../../../../lab/simulated/index.ts";
import { aControlledLab, callerNumber, proxyNumber, typesOf } from "./fixtures.ts";

interface Expected {
  readonly callee: CalleeBehaviour;
  readonly caller?: CallerScript;
  readonly callerSees: readonly number[];
  /** Cause and SIP code of the callee's `ChannelDestroyed`. */
  readonly cause: number;
  readonly sip?: number;
}

/** What a real Asterisk 22.10.1 did with the same requests and the same SIPp scenarios. */
const course: readonly Expected[] = [
  { callee: "answersThenHangsUp", callerSees: [180, 200], cause: 16 },
  { callee: "answers", caller: { hangsUp: { on: 200, afterMs: 500 } }, callerSees: [180, 200], cause: 16 },
  {
    callee: "earlyMediaThenAnswers",
    caller: { hangsUp: { on: 200, afterMs: 500 } },
    callerSees: [183, 200],
    cause: 16,
  },
  { callee: "answersWithoutRinging", caller: { hangsUp: { on: 200 } }, callerSees: [200], cause: 16 },
  {
    callee: "ringsForEver",
    caller: { hangsUp: { on: 180, afterMs: 200 } },
    callerSees: [180, 487],
    cause: 16,
  },
  { callee: "earlyMediaForEver", caller: { hangsUp: { on: 183 } }, callerSees: [183, 487], cause: 16 },
  {
    callee: "triesForEver",
    caller: { hangsUp: { on: "dialled", afterMs: 200 } },
    callerSees: [487],
    cause: 16,
  },
  { callee: "answersOnCancel", caller: { hangsUp: { on: 180 } }, callerSees: [180, 487], cause: 16 },
  { callee: "ringsForEver", callerSees: [180, 480], cause: 19, sip: 480 },
  { callee: "ignores", callerSees: [408], cause: 18, sip: 408 },
  { callee: "ringsThenBusy", callerSees: [180, 486], cause: 17, sip: 486 },
  { callee: "earlyMediaThenUnallocated", callerSees: [183, 404], cause: 1, sip: 404 },
  { callee: "ringsThenUnavailable", callerSees: [180, 480], cause: 19, sip: 480 },
  { callee: "busy", callerSees: [486], cause: 17, sip: 486 },
  { callee: "busyEverywhere", callerSees: [486], cause: 17, sip: 600 },
  { callee: "unavailable", callerSees: [480], cause: 19, sip: 480 },
  { callee: "requestTimeout", callerSees: [408], cause: 18, sip: 408 },
  { callee: "notFound", callerSees: [404], cause: 1, sip: 404 },
  { callee: "addressIncomplete", callerSees: [484], cause: 28, sip: 484 },
  { callee: "doesNotExist", callerSees: [404], cause: 1, sip: 604 },
  { callee: "forbidden", callerSees: [403], cause: 21, sip: 403 },
  { callee: "declines", callerSees: [403], cause: 21, sip: 603 },
  { callee: "serverError", callerSees: [500], cause: 38, sip: 500 },
  { callee: "serviceUnavailable", callerSees: [503], cause: 34, sip: 503 },
  { callee: "gatewayTimeout", callerSees: [603], cause: 102, sip: 504 },
  { callee: "redirects", callerSees: [302], cause: 23, sip: 302 },
];

describe("A call through the simulated Asterisk", () => {
  for (const { callee, caller, callerSees, cause, sip } of course) {
    const gives = caller?.hangsUp ? `, when the caller hangs up on ${caller.hangsUp.on}` : "";
    it(`to a callee that ${callee}${gives}: the caller sees ${callerSees.join(", ")}`, async () => {
      const lab = await aControlledLab(realNumberOf(callee), {}, { ringSeconds: 60 });
      const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber, ...(caller && { caller }) });
      await lab.clock.runUntilIdle();

      expect(call.callerSaw).to.deep.equal(callerSees);
      const destroyed = lab.events.find(
        (event): event is ChannelDestroyed =>
          event.type === "ChannelDestroyed" && event.channel.id === `${call.id}.callee`,
      );
      expect(destroyed?.cause).to.equal(cause);
      expect(destroyed?.tech_cause).to.equal(sip);
      expect(lab.asterisk.channels).to.deep.equal([]);
      expect(lab.asterisk.bridges).to.deep.equal([]);
    });
  }

  it("reports the callee's leg like a real Asterisk", async () => {
    const lab = await aControlledLab(realNumberOf("answersThenHangsUp"), { races: false });
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    expect(typesOf(lab.events, `${call.id}.callee`)).to.deep.equal([
      "ChannelDialplan",
      "StasisStart",
      "ChannelEnteredBridge",
      "Dial",
      "ChannelStateChange",
      "Dial",
      "ChannelStateChange",
      "Dial",
      "ChannelHangupRequest",
      "ChannelLeftBridge",
      "StasisEnd",
      "ChannelDestroyed",
    ]);
    expect(typesOf(lab.events, call.id)).to.deep.equal([
      "StasisStart",
      "ChannelEnteredBridge",
      "ChannelStateChange",
      "ChannelHangupRequest",
      "ChannelLeftBridge",
      "StasisEnd",
      "ChannelHangupRequest",
      "ChannelDestroyed",
    ]);
    expect(call.callerGotBye).to.equal(true);
    expect(call.legs[0]?.got).to.deep.equal(["INVITE", "ACK"]);
  });

  it("cancels the callee, or acknowledges and ends an answer that crossed", async () => {
    const heard = async (callee: CalleeBehaviour): Promise<string[] | undefined> => {
      const lab = await aControlledLab(realNumberOf(callee));
      const call = lab.asterisk.call({
        from: callerNumber,
        to: proxyNumber,
        caller: { hangsUp: { on: 180 } },
      });
      await lab.clock.runUntilIdle();
      return call.legs[0]?.got;
    };
    expect(await heard("ringsForEver")).to.deep.equal(["INVITE", "CANCEL"]);
    expect(await heard("answersOnCancel")).to.deep.equal(["INVITE", "CANCEL", "ACK", "BYE"]);
  });

  it("answers a caller whose CANCEL crosses the 200, and who then sends BYE", async () => {
    const lab = await aControlledLab(realNumberOf("answersWithoutRinging"), { timing: { sipMs: 20 } });
    const call = lab.asterisk.call({
      from: callerNumber,
      to: proxyNumber,
      // The 200 leaves Asterisk 20 ms after the INVITE reached the callee, the CANCEL just before it arrives.
      caller: { hangsUp: { on: "dialled", afterMs: 50 } },
    });
    await lab.clock.runUntilIdle();

    expect(call.callerSaw).to.deep.equal([200]);
    expect(call.endedBy).to.equal("caller");
    expect(call.legs[0]?.got).to.deep.equal(["INVITE", "ACK", "BYE"]);
    expect(lab.asterisk.channels).to.deep.equal([]);
  });

  it("reports a 302 without following it", async () => {
    const lab = await aControlledLab(realNumberOf("redirects"));
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    const forwards = lab.events.filter((event) => event.type === "Dial" && event.forward === "79995550100");
    expect(forwards).to.have.lengthOf.within(1, 2);
    expect(call.legs).to.have.lengthOf(1);
  });

  it("ends a dial timeout with its cause and without a final dial status", async () => {
    const lab = await aControlledLab(realNumberOf("ringsForEver"), {}, { ringSeconds: 10 });
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    expect(call.callerSaw).to.deep.equal([180, 480]);
    expect((call.endedAtMs ?? 0) - call.startedAtMs).to.equal(10_000);
    const statuses = lab.events.flatMap((event) => (event.type === "Dial" ? [event.dialstatus] : []));
    expect(statuses).to.deep.equal(["", "RINGING"]);
  });

  it("ends a leg at its absolute timeout on its own", async () => {
    const lab = await aControlledLab(
      realNumberOf("answers"),
      {},
      { variables: { "TIMEOUT(absolute)": "30" } },
    );
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    expect((call.endedAtMs ?? 0) - call.startedAtMs).to.equal(30_000);
    expect(typesOf(lab.events, `${call.id}.callee`)).not.to.include("ChannelHangupRequest");
  });

  it("brings a call forwarded by the callee back in, with the headers of the leg", async () => {
    const forwarding = "79000000000";
    const destination = (dialled: string): string =>
      dialled === proxyNumber ? forwarding : realNumberOf("ringsThenBusy");
    const variables = { "PJSIP_HEADER(add,X-Mark)": "1" };
    const lab = await aControlledLab("", {}, { destination, variables });
    lab.asterisk.callee(forwarding, { forwardsTo: "79581111111" });
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    const again = lab.asterisk.calls[1];
    expect(again?.to).to.equal("79581111111");
    expect(again?.headers).to.deep.equal({ "X-Mark": "1", "X-Phone-Proxy-Hop": "lab" });
    expect(call.callerSaw).to.deep.equal([180, 486]);
  });

  it("ends a loop at the provider if no controller does", async () => {
    const lab = await aControlledLab("79000000000");
    lab.asterisk.callee("79000000000", { forwardsTo: proxyNumber });
    const call = lab.asterisk.call({ from: callerNumber, to: proxyNumber });
    await lab.clock.runUntilIdle();

    expect(lab.asterisk.calls).to.have.lengthOf(21);
    expect(call.final).to.equal(480);
    expect(lab.asterisk.channels).to.deep.equal([]);
  });

  it("replays the same sequence from the same seed", async () => {
    const run = async (seed: number): Promise<string[]> => {
      const lab = await aControlledLab(realNumberOf("redirects"), {
        seed,
        timing: { threadMs: [0, 5], sipMs: [0, 5], responseMs: [0, 5], eventMs: [0, 5] },
      });
      for (let index = 0; index < 5; index++) lab.asterisk.call({ from: callerNumber, to: proxyNumber });
      await lab.clock.runUntilIdle();
      return lab.events.map((event) => `${event.timestamp} ${event.type}`);
    };
    expect(await run(7)).to.deep.equal(await run(7));
    expect(await run(7)).not.to.deep.equal(await run(8));
  });
});
