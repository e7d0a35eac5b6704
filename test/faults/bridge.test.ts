import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { asteriskCli } from "../../lab/lab.ts";
import { ApplicationProcess } from "../support/applicationProcess.ts";
import { type CallRow, type Mapped, RealSystem } from "../support/realCalls.ts";
import { headerValues, methodOf, type PlacedCall, type SipMessage } from "../support/sipp.ts";
import { until } from "../support/until.ts";

/** Three times what is promised. */
const releasedWithinMs = 3_000;
/** What is promised. */
const decidedWithinMs = 1_700;
const longestSilenceMs = 3_000;

describe("CONNECT=bridge, when the controller is gone for good", function suite() {
  this.timeout(60_000);
  let system: RealSystem;
  let application: ApplicationProcess;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749578", { CONNECT: "bridge" });
    await system.application.stop("the tests run it as a process");
  });
  const start = async (more: Record<string, string> = { RING_TIMEOUT_SECONDS: "60" }): Promise<void> => {
    const { port } = system.lab.application;
    application = await ApplicationProcess.start(system.settings({ HTTP_PORT: String(port), ...more }));
  };
  beforeEach(() => start());
  afterEach(async () => {
    await application?.end("SIGKILL");
  });
  after(async () => {
    await system?.stop();
  });

  const nothingLeft = (): Promise<void> =>
    until(async () => {
      const channels = await asteriskCli("core show channels count");
      return /^0 active channels/mu.test(channels);
    });

  const expectSoon = (who: string, ms: number): void => {
    console.log(`      ${who} was released after ${ms} ms`);
    expect(ms).to.be.below(releasedWithinMs);
  };

  const timeOf = (messages: readonly SipMessage[], which: (message: SipMessage) => boolean): number => {
    const found = messages.find(which);
    if (found === undefined) throw new Error("That SIP message was not seen.");
    return found.atMs;
  };
  const isRequest =
    (method: string, direction: SipMessage["direction"]) =>
    (message: SipMessage): boolean =>
      message.direction === direction && message.startLine.startsWith(`${method} `);
  const isFinal = ({ startLine, direction }: SipMessage): boolean =>
    direction === "received" && /^SIP\/2\.0 [3-6]/u.test(startLine);
  const atCallee = ({ real }: Mapped): readonly SipMessage[] => system.callees.messagesOf(real);

  it("a caller who hangs up releases the callee, and the next controller knows how long they talked, and who hung up", async () => {
    const mapped = await system.mapped("answers");
    const call = system.dial(mapped.proxy, { script: { kind: "talks", talkMs: 5_000 } });
    await call.gets(200);
    // An operator ends this one.
    const other = await system.mapped("answers");
    const otherCall = system.dial(other.proxy, { script: { kind: "waits" } });
    await until(() => system.spoolKnowsAnswer(mapped.proxy) && system.spoolKnowsAnswer(other.proxy));
    await application.end("SIGKILL");
    const channels = await asteriskCli("core show channels concise");
    const legs = channels.match(/^PJSIP\/trunk-out-[^!]+/gmu) ?? [];
    // The number of a channel is the end of its name.
    const [newest] = legs.toSorted((one, another) => another.slice(-8).localeCompare(one.slice(-8)));
    await asteriskCli(`channel request hangup ${newest}`);
    await otherCall.result;
    const { messages } = await call.result;
    await until(() => atCallee(mapped).some((message) => methodOf(message) === "BYE"));
    const tookMs =
      timeOf(atCallee(mapped), isRequest("BYE", "received")) - timeOf(messages, isRequest("BYE", "sent"));
    expectSoon("the other party", tookMs);
    await nothingLeft();
    await start();
    const record = await system.recordOf(mapped.proxy);
    expect(record).to.include({
      call_status: "answered",
      status_reason: "caller_hung_up",
      ended_by: "caller",
      real_phone: mapped.real,
    });
    expect(record.call_duration).to.be.closeTo(5, 1);
    expect(await system.recordOf(other.proxy)).to.include({
      call_status: "answered",
      status_reason: null,
      ended_by: "system",
    });
  });

  it("a callee who hangs up releases the caller", async () => {
    const mapped = await system.mapped("answersThenHangsUp");
    const call = system.dial(mapped.proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await application.end("SIGKILL");
    const { messages, hungUpBy } = await call.result;
    expect(hungUpBy).to.equal("callee");
    const tookMs =
      timeOf(messages, isRequest("BYE", "received")) - timeOf(atCallee(mapped), isRequest("BYE", "sent"));
    expectSoon("the other party", tookMs);
    await nothingLeft();
  });

  it("a caller who gives up while it rings stops the callee's phone", async () => {
    const mapped = await system.mapped("ringsForEver");
    const call = system.dial(mapped.proxy, { script: { kind: "cancels", after: 180, afterMs: 1_500 } });
    await call.gets(180);
    await application.end("SIGKILL");
    const { messages } = await call.result;
    await until(() => atCallee(mapped).some((message) => methodOf(message) === "CANCEL"));
    const tookMs =
      timeOf(atCallee(mapped), isRequest("CANCEL", "received")) -
      timeOf(messages, isRequest("CANCEL", "sent"));
    expectSoon("the other party", tookMs);
    await nothingLeft();
  });

  /** The controller is gone before the callee's provider answers. */
  const refused = async (
    mapped: Mapped,
    killWhen: (call: PlacedCall) => Promise<unknown>,
  ): Promise<number> => {
    const call = system.dial(mapped.proxy, { script: { kind: "waits" } });
    await killWhen(call);
    await application.end("SIGKILL");
    const { messages, answered } = await call.result;
    expect(answered).to.equal(false);
    const refusedAtMs = timeOf(
      atCallee(mapped),
      ({ startLine, direction }) => direction === "sent" && /^SIP\/2\.0 [4-6]/u.test(startLine),
    );
    await nothingLeft();
    return timeOf(messages, isFinal) - refusedAtMs;
  };

  it("a callee who declines while it rings releases the caller", async () => {
    const mapped = await system.mapped("ringsThenBusy");
    expectSoon("the caller", await refused(mapped, (call) => call.gets(180)));
  });

  it("a trunk that fails before it rings releases the caller once the lease is seen to be stale", async () => {
    const mapped = await system.mapped("earlyMediaThenUnallocated");
    expect(await refused(mapped, (call) => call.gets(183))).to.be.below(1_500 + releasedWithinMs);
  });

  describe("or frozen", () => {
    /** Ringing, early media, or an answer. */
    const isHeard = ({ startLine, direction }: SipMessage): boolean =>
      direction === "received" && /^SIP\/2\.0 (18[03]|200)/u.test(startLine);

    const arrives = async (): Promise<{ mapped: Mapped; call: PlacedCall }> => {
      const mapped = await system.mapped("answers");
      return { mapped, call: system.dial(mapped.proxy, { script: { kind: "talks", talkMs: 3_000 } }) };
    };

    const expectConnectedOnce = async (mapped: Mapped, call: PlacedCall): Promise<number> => {
      const result = await call.result;
      expect(result).to.include({ finalCode: 200, hungUpBy: "caller", scriptFollowed: true });
      system.expectMasked(result, mapped);
      const invites = atCallee(mapped).filter(isRequest("INVITE", "received"));
      const dialogs = new Set(invites.map((invite) => headerValues(invite, "Call-ID")[0]));
      expect(dialogs.size, "times that the callee was dialled").to.equal(1);
      return timeOf(result.messages, isHeard) - timeOf(result.messages, isRequest("INVITE", "sent"));
    };

    /** `reasons`: several, if the end may not have been seen. */
    const expectOneRecord = async ({ proxy, real }: Mapped, reasons = ["caller_hung_up"]): Promise<void> => {
      // Until Asterisk's line tells the end, the controller's account may be there: handed to the dialplan.
      await until(async () => (await system.recordOf(proxy)).call_status !== "handed_back");
      const record = await system.recordOf(proxy);
      expect(record).to.include({ call_status: "answered", real_phone: real });
      expect(reasons).to.include(record.status_reason);
      expect(record.call_duration).to.be.closeTo(3, 1);
    };

    it("a caller is connected by the dialplan in time, with one record", async () => {
      application.freeze();
      const calls = await Promise.all([1, 2, 3, 4].map(arrives));
      const silences = await Promise.all(calls.map(({ mapped, call }) => expectConnectedOnce(mapped, call)));
      console.log(`      silence: ${silences.join(", ")} ms`);
      for (const silence of silences) expect(silence).to.be.below(3 * decidedWithinMs);
      await nothingLeft();
      application.thaw();
      for (const { mapped } of calls) await expectOneRecord(mapped);
    });

    it("callers are connected whatever it was about to do for them, in time, once, and with one record", async () => {
      const first = await arrives();
      const calls = [first];
      // Some are being looked up, others taken, and others about to be dialled.
      while (atCallee(first.mapped).length === 0) {
        await delay(2);
        const mapped = await system.mapped("answers");
        calls.push({ mapped, call: system.dial(mapped.proxy, { script: { kind: "talks", talkMs: 3_000 } }) });
      }
      application.freeze();
      await Promise.all(
        calls.map(({ call }) => until(() => call.messages().some(isHeard), { timeoutMs: 9_000 })),
      );
      application.thaw();
      const silences = await Promise.all(calls.map(({ mapped, call }) => expectConnectedOnce(mapped, call)));
      console.log(`      silence: ${silences.join(", ")} ms`);
      for (const silence of silences) expect(silence).to.be.below(3 * longestSilenceMs);
      // Some talk while the controller is frozen, which may last longer than they do.
      for (const { mapped } of calls) await expectOneRecord(mapped, ["caller_hung_up", "interrupted"]);
      await nothingLeft();
    });

    it("callers who arrive around the thaw are connected once, and not disturbed", async () => {
      application.freeze();
      const calls: { mapped: Mapped; call: PlacedCall }[] = [];
      const first = await arrives();
      for (let another = 0; another < 12; another += 1) calls.push(await arrives());
      await first.call.gets(180);
      // The first deadlines pass at about this moment.
      application.thaw();
      for (const { mapped, call } of [first, ...calls]) await expectConnectedOnce(mapped, call);
      for (const { mapped } of [first, ...calls]) await expectOneRecord(mapped);
      await nothingLeft();
    });
  });

  it("a caller is freed at the longest call", async () => {
    await application.end("SIGTERM");
    await start({ RING_TIMEOUT_SECONDS: "1", MAX_CALL_SECONDS: "1" });
    const mapped = await system.mapped("answers");
    const call = system.dial(mapped.proxy, { script: { kind: "waits" } });
    await call.gets(200);
    await application.end("SIGKILL");
    expect((await call.result).hungUpBy).to.equal("callee");
    await nothingLeft();
  });
});

describe("CONNECT=bridge with a trunk that wants a prefix before callers", function suite() {
  this.timeout(60_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749579", {
      CONNECT: "bridge",
      RING_TIMEOUT_SECONDS: "60",
      OUTBOUND_TRUNKS: JSON.stringify([{ name: "trunk-out", dialPrefix: "", callerIdPrefix: "+" }]),
    });
  });
  after(() => system?.stop());

  it("shows it to the callee, and in no other place", async () => {
    const mapped = await system.mapped("answers");
    expect((await system.dial(mapped.proxy).result).finalCode).to.equal(200);
    const invite = await system.callees.invited(mapped.real);
    expect(invite.startLine).to.contain(`sip:${mapped.real}@`);
    expect(headerValues(invite, "From")[0]).to.contain(`sip:+${mapped.proxy}@`);
    await system.recordOf(mapped.proxy);
  });

  it("ends a call that was forwarded back, even if another controller dialled the leg", async () => {
    const mapped = await system.mapped("ringsForEver", { caller_id_policy: "caller" });
    const from = "79165790001";
    const first = system.dial(mapped.proxy, { from, script: { kind: "waits" } });
    await first.gets(180);
    await system.application.stop("another controller takes over");
    await system.startApplication();
    await until(() => system.liveCall(mapped.proxy)?.state === "ringing");
    const forwarded = await system.dial(mapped.proxy, {
      from,
      identityHeaders: [`Diversion: <sip:${mapped.real}@provider.invalid>;reason=unconditional`],
    }).result;
    expect(forwarded.finalCode).to.equal(603);
    const { callId = "" } = system.liveCall(mapped.proxy) ?? {};
    expect(system.application.controllers.some((controller) => controller.hangUp(callId))).to.equal(true);
    await first.result;
    await until(async () => {
      const [rows] = await system.database.query<CallRow[]>("SELECT * FROM call_logs WHERE caller_id = ?", [
        from,
      ]);
      return rows.some((row) => row.call_status === "loop" && row.status_reason === "came_back");
    });
  });
});
