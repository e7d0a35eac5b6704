import { silent } from "../../../support/calls.ts";
import { expect } from "chai";
import { realNumberOf, type SimulatedCall } from "../../../../lab/simulated/index.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";

const talks = (talkMs: number) => ({ kind: "talks", talkMs }) as const;

describe("A controller without its Asterisk", () => {
  it("ends no call by a timer while disconnected: the ringing call was answered meanwhile", async () => {
    const system = new SimulatedSystem({
      connection: { reconnectMs: 20_000 },
      policy: { ringTimeoutMs: 2_000 },
    });
    await system.ready();
    const call = system.call(realNumberOf("ringsThenAnswers"), talks(60_000));
    await system.clock.runUntil(() => system.states.of(call.id).includes("ringing"));
    system.asterisk.dropSockets();
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    await system.clock.advance(30_000);
    expect(call.ended).to.equal(false);
    expect(system.states.of(call.id).at(-1)).to.equal("talking");
    await system.clock.runUntil(() => call.ended && system.controller.size === 0);
    expect(call.callerGotBye).to.equal(false);
    expect(system.callLog.recordsOf(call.id)).to.have.length(1);
    expect(system.callLog.recordsOf(call.id)[0]).to.include({ status: "answered" });
  });

  it("keeps the maximum length across a gap", async () => {
    const system = new SimulatedSystem({
      connection: { reconnectMs: 1_000 },
      policy: { maxLengthMs: 10_000 },
    });
    await system.ready();
    const call = system.call(realNumberOf("answers"), { kind: "waits" });
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    await system.clock.advance(4_000);
    await system.replaceController(500);
    await system.clock.runUntil(() => call.ended && system.controller.size === 0);
    const [record] = system.callLog.recordsOf(call.id);
    expect(record).to.include({ status: "answered", statusReason: "max_length", talkSeconds: 10 });
  });
});

describe("A controller that is frozen when callers arrive", () => {
  const answered = (caller: SimulatedCall): boolean => caller.callerSaw.includes(200);

  /** Callers that arrive one after the other around the thaw. */
  const frozen = async (system: SimulatedSystem, ms: number): Promise<SimulatedCall[]> => {
    const calls: SimulatedCall[] = [];
    for (let afterMs = 0; afterMs < ms + 200; afterMs += 50)
      system.clock.setTimer(() => {
        const from = `7999${String(afterMs).padStart(7, "0")}`;
        calls.push(system.call(realNumberOf("answers"), talks(30_000), from));
      }, afterMs);
    await system.freeze(ms);
    await system.clock.advance(5_000);
    return calls;
  };

  for (const ms of [1_495, 1_500, 1_505, 2_000, 10_000])
    it(`for ${ms} ms: the deadline gives them to the fallback, which it does not disturb`, async () => {
      const system = new SimulatedSystem();
      await system.ready();
      const calls = await frozen(system, ms);
      expect(calls.filter(answered)).to.have.length(calls.length);
      for (const call of calls) {
        expect(call.legs).to.have.length(1);
        expect(call.ended).to.equal(false);
      }
      const byFallback = calls.filter(({ dialplan }) => dialplan.length > 0);
      expect(byFallback.length).to.be.within(ms < 1_500 ? 0 : 1, calls.length - 1);
      expect(system.controller.liveCallCount).to.equal(calls.length - byFallback.length);
      await system.clock.runUntil(() => calls.every(({ ended }) => ended) && system.controller.size === 0);
      for (const call of calls) {
        expect(call.endedBy).to.equal("caller");
        expect(system.callLog.recordsOf(call.id)).to.have.length(1);
      }
      expect(system.asterisk.channels).to.deep.equal([]);
      expect(system.thrown).to.deep.equal([]);
    });

  for (const ms of [1_200, 2_800, 10_000])
    it(`for ${ms} ms at any step of a call: the caller is connected in time, once, and with one record`, async () => {
      const timing = { threadMs: 10, responseMs: 5, eventMs: 5, sipMs: 3 };
      for (let afterMs = 0; afterMs < 160; afterMs += 5) {
        const system = new SimulatedSystem({ asterisk: { timing } });
        await system.ready();
        const call = system.call(realNumberOf("answers"), talks(30_000));
        const startedMs = system.clock.nowMs();
        await system.clock.advance(afterMs);
        await system.freeze(ms);
        await system.clock.runUntil(() => call.answeredAtMs !== null);
        expect((call.answeredAtMs ?? 0) - startedMs, `frozen after ${afterMs} ms`).to.be.below(2_700);
        expect(call.legs.filter(({ got }) => got.includes("INVITE"))).to.have.length(1);
        await system.clock.runUntil(
          () => call.ended && system.controller.size + system.asterisk.channels.length === 0,
        );
        expect(call.endedBy).to.equal("caller");
        expect(system.callLog.recordsOf(call.id)).to.have.length(1);
        expect(system.asterisk.bridges).to.deep.equal([]);
        expect(system.thrown).to.deep.equal([]);
      }
    });

  it("hands back a caller of whom it knows nothing, held for a controller that is gone", async () => {
    const system = new SimulatedSystem({ asterisk: { timing: { threadMs: 50 } } });
    await system.ready();
    const call = system.call(realNumberOf("answers"), talks(5_000));
    await system.clock.runUntil(() => call.steps.includes("stasis"));
    // Long enough for the request to be under way, and too short for the caller to be held.
    await system.clock.advance(30);
    system.takeOver();
    await system.clock.runUntil(() => answered(call));
    expect(call.dialplan.map(({ why }) => why)).to.deep.equal(["continue"]);
    await system.clock.runUntil(() => call.ended && system.asterisk.channels.length === 0);
    expect(call.endedBy).to.equal("caller");
    expect(system.controller.size).to.equal(0);
  });
});

describe("A controller whose application was taken over", () => {
  it("leaves calls and records to the other controller, regardless of its timers", async () => {
    const system = new SimulatedSystem({ policy: { maxLengthMs: 20_000 } });
    await system.ready();
    const call = system.call(realNumberOf("answers"), talks(15_000));
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    const before = system.controller;
    system.takeOver();
    await system.ready();
    expect(before.size).to.equal(0);
    expect([...system.controller.liveCalls()].map(({ state }) => state)).to.deep.equal(["talking"]);
    await system.clock.runUntil(() => call.ended && system.controller.size === 0);
    await system.clock.advance(60_000);
    expect(call.endedBy).to.equal("caller");
    expect(system.callLog.recordsOf(call.id)).to.have.length(1);
    expect(system.callLog.recordsOf(call.id)[0]).to.include({ statusReason: "caller_hung_up" });
  });
});

describe("A stopping controller", () => {
  const stopping = async (system: SimulatedSystem): Promise<{ readonly done: () => boolean }> => {
    let drained = false;
    const stop = system.controller.drain().then(() => {
      drained = true;
    });
    await system.clock.advance(0);
    void stop;
    return { done: () => drained };
  };

  it("hands new calls to the dialplan", async () => {
    const system = new SimulatedSystem();
    await system.ready();
    await stopping(system);
    const call = system.call(realNumberOf("answers"), talks(1_000));
    await system.clock.runUntil(() => call.dialplan.length > 0);
    expect(call.dialplan[0]).to.include({ why: "continue", context: "fallback" });
    expect(system.callLog.recordsOf(call.id)[0]).to.include({
      status: "handed_back",
      statusReason: "shutting_down",
    });
  });

  it("is done at once without calls, and does not disturb a conversation", async () => {
    const system = new SimulatedSystem();
    await system.ready();
    const call = system.call(realNumberOf("answers"), talks(10_000));
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    await system.clock.advance(1_000);
    const { done } = await stopping(system);
    expect(done()).to.equal(true);
    expect(call.ended).to.equal(false);
  });

  it("finishes setting up a call: the leg is dialled before it stops", async () => {
    const system = new SimulatedSystem({ asterisk: { timing: { threadMs: 50, responseMs: 20 } } });
    await system.ready();
    const call = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
    await system.clock.runUntil(() => system.states.of(call.id).includes("preparing"));
    const { done } = await stopping(system);
    expect(done()).to.equal(false);
    await system.clock.runUntil(done);
    await system.killController();
    await system.clock.runUntil(() => call.callerSaw.includes(180));
  });

  it("leaves an announcement to the dialplan, which sends the cause to the caller", async () => {
    const system = new SimulatedSystem({
      policy: {
        announcements: { ...silent, unknown: "sound:ss-noservice" },
      },
      lookup: () => ({ kind: "unknown" }),
    });
    await system.ready();
    const call = system.call(realNumberOf("answers"), { kind: "waits" });
    await system.clock.runUntil(() => system.states.of(call.id).includes("announcing"));
    const { done } = await stopping(system);
    await system.clock.runUntil(done);
    expect(call.ended).to.equal(false);
    await system.killController();
    await system.clock.runUntil(() => call.ended);
    expect(call.final).to.equal(404);
  });
});
