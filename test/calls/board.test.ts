import { expect } from "chai";
import { RealSystem } from "../support/realCalls.ts";
import { methodOf } from "../support/sipp.ts";
import { until } from "../support/until.ts";

interface Step {
  readonly state: string;
  readonly at: string;
}

/** Three times what is promised. */
const soon = { timeoutMs: 3_000, everyMs: 20 };

describe("The live board, when a call ends without a sign from a callee", function suite() {
  this.timeout(60_000);
  let system: RealSystem;

  before(async function prepare() {
    system = await RealSystem.startOrSkip(this, "749581", {
      CONNECT: "dial",
      ANNOUNCEMENT_UNKNOWN: "sound:ss-noservice",
      RING_TIMEOUT_SECONDS: "30",
    });
  });
  after(() => system?.stop());

  const leavesTheBoard = (proxy: string): Promise<void> =>
    until(() => system.liveCall(proxy) === undefined, soon);

  for (const [callee, afterMs] of [
    ["triesForEver", 1_000],
    ["triesForEver", 2_000],
    ["ignores", 1_200],
  ] as const)
    it(`loses a caller who leaves ${afterMs} ms after calling someone who ${callee}`, async () => {
      const { proxy } = await system.mapped(callee);
      const call = system.dial(proxy, { script: { kind: "cancels", after: 100, afterMs } });
      await until(() => system.liveCall(proxy)?.state === "dialling");
      expect((await call.result).finalCode).to.equal(487);
      await leavesTheBoard(proxy);
      expect(await system.recordOf(proxy)).to.include({
        call_status: "cancelled",
        status_reason: "caller_hung_up",
      });
    });

  it("loses a caller who leaves during an announcement", async () => {
    const proxy = system.freeProxyNumber();
    const call = system.dial(proxy, { script: { kind: "cancels", after: 183, afterMs: 300 } });
    await until(() => system.liveCall(proxy)?.state === "announcing");
    expect((await call.result).finalCode).to.equal(487);
    await leavesTheBoard(proxy);
  });

  /** As a supervisor does, by the button on the board. */
  const hangUp = async (callId: string): Promise<number> => {
    const { url } = system.application;
    return (await fetch(`${url}/calls/${encodeURIComponent(callId)}/hangup`, { method: "POST" })).status;
  };

  for (const [state, callee, sip, record] of [
    ["talking", "answers", 200, { call_status: "answered", status_reason: "supervisor" }],
    ["ringing", "ringsForEver", null, { call_status: "cancelled", status_reason: "supervisor" }],
  ] as const)
    it(`loses a call that a supervisor hangs up while it is ${state}, and both parties are released`, async () => {
      const { proxy, real } = await system.mapped(callee);
      const call = system.dial(proxy, { script: { kind: "waits" } });
      await until(() => system.liveCall(proxy)?.state === state);
      const { callId } = system.liveCall(proxy) ?? { callId: "" };
      // The board learns of a call a moment later.
      await until(async () => (await hangUp(callId)) === 202, soon);
      const result = await call.result;
      if (sip === null) expect(result.answered).to.equal(false);
      else expect(result).to.include({ finalCode: sip, hungUpBy: "callee" });
      await leavesTheBoard(proxy);
      await until(() =>
        system.callees
          .messagesOf(real)
          .some((message) => ["BYE", "CANCEL"].includes(methodOf(message) ?? "")),
      );
      expect(await system.recordOf(proxy)).to.include({ ...record, ended_by: "system" });
    });

  it("keeps the steps of a call in its record", async () => {
    const { proxy } = await system.mapped("ringsThenAnswers");
    await system.dial(proxy, { script: { kind: "talks", talkMs: 300 } }).result;
    const { call_id: callId } = await system.recordOf(proxy);
    // Asterisk's account of the call may be in the database first.
    const timelineOf = async (): Promise<readonly Step[] | null> => {
      const answer = await fetch(`${system.application.url}/calls/${encodeURIComponent(callId)}`);
      return ((await answer.json()) as { timeline: readonly Step[] | null }).timeline;
    };
    await until(async () => (await timelineOf()) !== null);
    const timeline = await timelineOf();
    expect(timeline?.map(({ state }) => state)).to.deep.equal([
      "lookingUp",
      "dialling",
      "ringing",
      "talking",
      "ended",
    ]);
    const times = timeline?.map(({ at }) => at);
    expect(times).to.deep.equal(times?.toSorted());
  });

  it("loses a call for which no trunk has a leg", async () => {
    await system.application.stop("settings change");
    await system.startApplication({ OUTBOUND_TRUNKS: JSON.stringify([{ name: "no-such-trunk" }]) });
    const { proxy } = await system.mapped("answers");
    expect((await system.dial(proxy).result).finalCode).to.equal(503);
    await leavesTheBoard(proxy);
    expect(await system.recordOf(proxy)).to.include({ call_status: "congestion" });
  });
});
