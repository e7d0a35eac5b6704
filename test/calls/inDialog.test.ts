import { expect } from "chai";
import { caller, type Mapped, RealSystem } from "../support/realCalls.ts";
import {
  callIdOf,
  FOREIGN_NUMBER,
  headerValues,
  mediaOf,
  methodOf,
  type PlacedCall,
  type RtpParty,
  type SipMessage,
  statusOf,
} from "../support/sipp.ts";

const tagOf = (message: SipMessage, header: "From" | "To"): string =>
  /;tag=([^;>\s]+)/u.exec(headerValues(message, header)[0] ?? "")?.[1] ?? "";

/** How this party's requests of one method were answered. */
const answersTo = (messages: readonly SipMessage[], method: string): (number | null)[] =>
  messages
    .filter(
      (message) =>
        methodOf(message) === method && message.direction === "received" && statusOf(message) !== null,
    )
    .map(statusOf);

describe("requests within a call, on a real Asterisk", function suite() {
  this.timeout(60_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749577");
  });
  after(async () => {
    await system?.stop();
  });

  const invitesOf = (real: string): SipMessage[] =>
    system.callees
      .messagesOf(real)
      .filter((message) => message.direction === "received" && message.startLine.startsWith("INVITE "));

  /** An undisturbed call: the caller ends it when told to. */
  const expectUndisturbed = async (call: PlacedCall, { proxy }: Mapped): Promise<readonly SipMessage[]> => {
    const result = await call.result;
    expect(result.complaints).to.equal("");
    expect(result.hungUpBy).to.equal("caller");
    expect(await system.recordOf(proxy)).to.include({
      call_status: "answered",
      status_reason: "caller_hung_up",
    });
    return result.messages;
  };

  it("rejects a transfer by the caller without dialling", async () => {
    const mapped = await system.mapped("answers");
    const before = system.callees.messages().length;
    const to = `sip:${FOREIGN_NUMBER}@${system.lab.outboundProvider.host}`;
    const messages = await expectUndisturbed(
      system.dial(mapped.proxy, { script: { kind: "refers", to, talkMs: 500 } }),
      mapped,
    );
    expect(answersTo(messages, "REFER")).to.deep.equal([603]);
    const callees = system.callees.messages().slice(before);
    expect(new Set(callees.map(callIdOf)).size, "legs").to.equal(1);
  });

  it("rejects a transfer to another call of the caller, and leaves both unchanged", async () => {
    const [held, mapped] = [await system.mapped("answers"), await system.mapped("answers")];
    const first = system.dial(held.proxy, { script: { kind: "talks", talkMs: 3_000 } });
    const ok = await first.gets(200);
    const dialog = `${callIdOf(ok)};to-tag=${tagOf(ok, "To")};from-tag=${tagOf(ok, "From")}`;
    const to = `sip:${held.proxy}@${system.lab.sip.host}:${system.lab.sip.port}?Replaces=${encodeURIComponent(dialog)}`;
    const messages = await expectUndisturbed(
      system.dial(mapped.proxy, { script: { kind: "refers", to, talkMs: 500 } }),
      mapped,
    );
    expect(answersTo(messages, "REFER")).to.deep.equal([603]);
    await expectUndisturbed(first, held);
    expect(invitesOf(mapped.real)).to.have.length(1);
    expect(invitesOf(held.real)).to.have.length(1);
  });

  it("rejects an INVITE with Replaces, and leaves the other call unchanged", async () => {
    const mapped = await system.mapped("answers");
    const call = system.dial(mapped.proxy, { script: { kind: "talks", talkMs: 2_000 } });
    const ok = await call.gets(200);
    const replaces = `Replaces: ${callIdOf(ok)};to-tag=${tagOf(ok, "To")};from-tag=${tagOf(ok, "From")}`;
    const other = await system.mapped("answers");
    for (const offersMedia of [true, false]) {
      const taking = await system.dial(other.proxy, { identityHeaders: [replaces], offersMedia }).result;
      expect(taking.finalCode).to.equal(484);
    }
    expect(invitesOf(other.real)).to.deep.equal([]);
    await expectUndisturbed(call, mapped);
    expect(invitesOf(mapped.real)).to.have.length(1);
  });

  it("survives crossing re-INVITEs", async () => {
    const mapped = await system.mapped("answersThenHolds");
    const messages = await expectUndisturbed(
      system.dial(mapped.proxy, { script: { kind: "glares", talkMs: 500 } }),
      mapped,
    );
    expect(answersTo(messages, "INVITE")).to.include(491);
    const refusals = messages.filter((message) => message.direction === "sent" && statusOf(message) === 491);
    expect(refusals.length).to.be.greaterThan(0);
  });

  it("passes hold on to the callee, with audio in both directions afterwards", async () => {
    await system.hearing(async (callerEar, calleeEar) => {
      const mapped = await system.mapped("answers");
      const call = system.dial(mapped.proxy, {
        rtp: callerEar.address,
        script: { kind: "holds", holdMs: 500, talkMs: 3_000 },
      });
      await speak(call, mapped, callerEar, calleeEar);
      const directions = (messages: readonly SipMessage[]): string[] =>
        messages.flatMap(({ body }) => /^a=(sendrecv|sendonly|recvonly|inactive)/mu.exec(body)?.[1] ?? []);
      const received = await system.callees.until((all) => {
        const ours = all.filter(
          (message) => message.direction === "received" && message.startLine.startsWith("INVITE "),
        );
        return ours.length >= 3 ? ours : undefined;
      }, "the re-INVITEs of hold and resume");
      expect(directions(received.slice(-3))).to.deep.equal(["sendrecv", "sendonly", "sendrecv"]);
      // Only what is heard from now on counts.
      const [byCaller, byCallee] = [callerEar.heard(calleeEar), calleeEar.heard(callerEar)];
      await Promise.all([
        callerEar.hears(calleeEar, byCaller + 20),
        calleeEar.hears(callerEar, byCallee + 20),
      ]);
      await expectUndisturbed(call, mapped);
    });
  });

  const speak = async (
    call: PlacedCall,
    { real }: Mapped,
    callerEar: RtpParty,
    calleeEar: RtpParty,
  ): Promise<void> => {
    const toCaller = mediaOf(await call.gets(200));
    const toCallee = mediaOf(await system.callees.invited(real));
    if (toCaller === null || toCallee === null) throw new Error("Asterisk sent no SDP");
    callerEar.speak(toCaller);
    calleeEar.speak(toCallee);
  };

  it("passes DTMF by RFC 4733 in both directions", async () => {
    await system.hearing(async (callerEar, calleeEar) => {
      const mapped = await system.mapped("answers");
      const call = system.dial(mapped.proxy, {
        rtp: callerEar.address,
        script: { kind: "talks", talkMs: 4_000 },
      });
      await speak(call, mapped, callerEar, calleeEar);
      await Promise.all([callerEar.hears(calleeEar, 5), calleeEar.hears(callerEar, 5)]);
      await Promise.all([callerEar.press("4"), calleeEar.press("#")]);
      await Promise.all([calleeEar.hearsKey("4"), callerEar.hearsKey("#")]);
      await expectUndisturbed(call, mapped);
    });
  });

  it("passes DTMF by INFO in both directions", async () => {
    await system.hearing(async (callerEar, calleeEar) => {
      const mapped = await system.mapped("answersThenPressesKey");
      const call = system.dial(mapped.proxy, {
        rtp: callerEar.address,
        script: { kind: "pressesKey", key: "5", talkMs: 4_000 },
      });
      await speak(call, mapped, callerEar, calleeEar);
      await Promise.all([calleeEar.hearsKey("5"), callerEar.hearsKey("7")]);
      await expectUndisturbed(call, mapped);
    });
  });

  it("reveals nothing of a caller who sends the number in every header, then in UPDATE and re-INVITE", async () => {
    const mapped = await system.mapped("answers");
    const { host } = system.lab.inboundProvider;
    const messages = await expectUndisturbed(
      system.dial(mapped.proxy, {
        identityHeaders: [
          `P-Asserted-Identity: "${caller.name}" <sip:${caller.number}@${host}>`,
          `Remote-Party-ID: "${caller.name}" <sip:${caller.number}@${host}>;party=calling;privacy=off;screen=yes`,
          `P-Preferred-Identity: <sip:${caller.number}@${host}>`,
          `Diversion: <sip:${caller.number}@${host}>;reason=unconditional;counter=1`,
          `History-Info: <sip:${caller.number}@${host}>;index=1`,
        ],
        script: { kind: "tellsItsNumber", talkMs: 500 },
      }),
      mapped,
    );
    for (const method of ["UPDATE", "INFO"]) expect(answersTo(messages, method)).to.deep.equal([200]);
    expect(answersTo(messages, "INVITE").filter((status) => status === 200)).to.have.length(2);
    await system.callees.until(
      (all) => all.find((message) => message.startLine.startsWith(`BYE sip:${mapped.real}@`)),
      "the caller's BYE",
    );
    system.expectAllMasked();
  });
});
