import { expect } from "chai";
import type { CallRecord } from "../../../../src/values/callRecord.ts";
import { realNumberOf, type SimulatedCall } from "../../../../lab/simulated/index.ts";
import { aMapping, number } from "../../../support/calls.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";

const hourMs = 3_600_000;
const talks = (talkMs: number) => ({ kind: "talks" as const, talkMs });

const recordOf = (system: SimulatedSystem, call: SimulatedCall): CallRecord => {
  const [record, ...more] = system.callLog.recordsOf(call.id);
  if (record === undefined || more.length > 0) throw new Error("A call has one record.");
  return record;
};

/** Of any record, whatever befell the clocks. */
const expectOrder = ({ startedAtMs, answeredAtMs, endedAtMs, timeline }: CallRecord): void => {
  expect(endedAtMs).to.be.at.least(answeredAtMs ?? startedAtMs);
  expect(answeredAtMs ?? startedAtMs).to.be.at.least(startedAtMs);
  const steps = (timeline ?? []).map(([afterMs]) => afterMs);
  expect(steps).to.deep.equal(steps.toSorted((one, other) => one - other));
  expect(steps[0]).to.be.at.least(0);
};

const over = (system: SimulatedSystem, ...calls: readonly SimulatedCall[]): Promise<void> =>
  system.clock.runUntil(() => calls.every(({ ended }) => ended) && system.controller.size === 0);

describe("The times of a call", () => {
  for (const aheadMs of [0, hourMs, -hourMs])
    describe(`with Asterisk's clock ${aheadMs / hourMs} h ahead of ours`, () => {
      const start = async (policy = {}): Promise<SimulatedSystem> => {
        const system = new SimulatedSystem({
          policy,
          asterisk: { timing: { threadMs: 2, responseMs: 1, eventMs: 1, sipMs: 3 } },
        });
        system.asterisk.setClock(aheadMs);
        await system.ready();
        return system;
      };

      it("are on our clock, with the true ring and talk seconds", async () => {
        const system = await start();
        const call = system.call(realNumberOf("ringsLongThenAnswers"), talks(7_000));
        const startedMs = system.clock.nowMs();
        await over(system, call);
        const record = recordOf(system, call);
        expect(record).to.include({ status: "answered", ringSeconds: 2, talkSeconds: 7 });
        expect(record.startedAtMs).to.be.within(startedMs, startedMs + 20);
        expect(record.answeredAtMs).to.be.within(startedMs + 2_000, startedMs + 2_100);
        expect(record.endedAtMs).to.be.within(startedMs + 9_000, startedMs + 9_200);
        expectOrder(record);
      });

      it("of our own decisions match those of Asterisk's events", async () => {
        const system = await start({ maxLengthMs: 4_000 });
        const ringing = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
        const talking = system.call(realNumberOf("answers"), talks(60_000));
        await over(system, ringing, talking);
        expect(recordOf(system, ringing)).to.include({ statusReason: "ring_timeout", ringSeconds: 5 });
        expect(recordOf(system, talking)).to.include({ statusReason: "max_length", talkSeconds: 4 });
        for (const call of [ringing, talking]) expectOrder(recordOf(system, call));
      });

      it("of an adopted call start at its real start", async () => {
        const system = await start();
        const call = system.call(realNumberOf("answers"), talks(20_000));
        const startedMs = system.clock.nowMs();
        await system.clock.runUntil(() => call.answeredAtMs !== null);
        await system.clock.advance(1_000);
        await system.replaceController(3_000);
        await system.ready();
        await over(system, call);
        const record = recordOf(system, call);
        expect(record.talkSeconds).to.equal(20);
        expect(record.startedAtMs).to.be.within(startedMs, startedMs + 20);
        expectOrder(record);
      });

      it("of an adopted call that rings include the ring time before the adoption", async () => {
        const system = await start({ ringTimeoutMs: 10_000 });
        const call = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
        await system.clock.runUntil(() => system.states.of(call.id).includes("ringing"));
        await system.clock.advance(4_000);
        await system.replaceController(2_000);
        await over(system, call);
        expect(recordOf(system, call)).to.include({ statusReason: "ring_timeout", ringSeconds: 10 });
        expectOrder(recordOf(system, call));
      });

      it("of an adopted call that is not in the spool start with its channel", async () => {
        const system = await start();
        const call = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
        const startedMs = system.clock.nowMs();
        await system.clock.runUntil(() => system.states.of(call.id).includes("ringing"));
        await system.killController();
        system.callLog.forgetOpen();
        await system.clock.advance(2_000);
        system.startController();
        await over(system, call);
        expect(recordOf(system, call).startedAtMs).to.be.within(startedMs - 5, startedMs + 20);
      });

      for (const [whose, stepMs] of [
        ["Asterisk's", hourMs],
        ["Asterisk's", -hourMs],
        ["our", hourMs],
        ["our", -hourMs],
      ] as const)
        it(`keep their lengths when ${whose} clock is set by ${stepMs / hourMs} h in the call`, async () => {
          const system = await start();
          const set = (): void => {
            if (whose === "our") system.processClock.step(stepMs);
            else system.asterisk.setClock(aheadMs + stepMs);
          };
          const talking = system.call(realNumberOf("answers"), talks(6_000));
          const ringing = system.call(realNumberOf("ringsLongThenAnswers"), talks(4_000));
          const refused = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
          await system.clock.runUntil(() => system.states.of(ringing.id).includes("ringing"));
          await system.clock.advance(1_000);
          set();
          const after = system.call(realNumberOf("answers"), talks(3_000));
          const afterMs = system.processClock.nowMs();
          await over(system, talking, ringing, refused, after);
          expect(recordOf(system, talking)).to.include({ talkSeconds: 6 });
          expect(recordOf(system, ringing)).to.include({ ringSeconds: 2, talkSeconds: 4 });
          expect(recordOf(system, refused)).to.include({ ringSeconds: 5, talkSeconds: 0 });
          expect(recordOf(system, after)).to.include({ ringSeconds: 0, talkSeconds: 3 });
          // What begins after it has the time as it is now.
          expect(recordOf(system, after).startedAtMs).to.be.within(afterMs - 5, afterMs + 20);
          for (const call of [talking, ringing, refused, after]) expectOrder(recordOf(system, call));
        });
    });

  it("are the reading times when the timestamps are malformed", async () => {
    const system = new SimulatedSystem();
    system.asterisk.world.applications.timeOf = () => "at noon";
    await system.ready();
    const call = system.call(realNumberOf("ringsLongThenAnswers"), talks(7_000));
    await over(system, call);
    expect(recordOf(system, call)).to.include({ status: "answered", ringSeconds: 2, talkSeconds: 7 });
    expectOrder(recordOf(system, call));
  });
});

describe("A controller that reads late", () => {
  for (const aheadMs of [0, hourMs, -hourMs]) {
    const start = async (policy = {}): Promise<SimulatedSystem> => {
      const system = new SimulatedSystem({ policy });
      system.asterisk.setClock(aheadMs);
      await system.ready();
      return system;
    };
    const clocks = `Asterisk's clock ${aheadMs / hourMs} h ahead`;

    it(`connects calls that were answered while it was frozen, and records their true times (${clocks})`, async () => {
      const system = await start({ ringTimeoutMs: 3_000 });
      const lengths = [500, 5_000, 17_900, 30_000];
      const calls = lengths.map((talkMs, index) =>
        system.call(realNumberOf("ringsLongThenAnswers", index), talks(talkMs)),
      );
      await system.clock.runUntil(() => calls.every(({ id }) => system.states.of(id).includes("ringing")));
      await system.freeze(20_000);
      await over(system, ...calls);
      for (const [index, call] of calls.entries()) {
        const record = recordOf(system, call);
        expect(record).to.include({ status: "answered", statusReason: "caller_hung_up", ringSeconds: 2 });
        expect(record.talkSeconds).to.equal(Math.round((lengths[index] ?? 0) / 1_000));
        expectOrder(record);
      }
    });

    it(`ends calls that were not answered (${clocks})`, async () => {
      const system = await start({ ringTimeoutMs: 3_000 });
      const call = system.call(realNumberOf("ringsForEver"), { kind: "waits" });
      await system.clock.runUntil(() => system.states.of(call.id).includes("ringing"));
      await system.freeze(6_000);
      await over(system, call);
      expect(recordOf(system, call)).to.include({ status: "no_answer", statusReason: "ring_timeout" });
      expectOrder(recordOf(system, call));
    });

    it(`counts the maximum length from the answer (${clocks})`, async () => {
      const system = await start({ maxLengthMs: 30_000 });
      const short = system.call(realNumberOf("ringsLongThenAnswers"), talks(10_000));
      const long = system.call(realNumberOf("ringsLongThenAnswers", 1), talks(60_000));
      await system.clock.runUntil(() => system.states.of(long.id).includes("ringing"));
      // Answered in the middle of it.
      await system.freeze(20_000);
      await over(system, short, long);
      expect(recordOf(system, short)).to.include({ statusReason: "caller_hung_up", talkSeconds: 10 });
      expect(recordOf(system, long)).to.include({ statusReason: "max_length", talkSeconds: 30 });
    });

    it(`records the caller's hang-up when the length timer fires late (${clocks})`, async () => {
      const system = await start({ maxLengthMs: 10_000 });
      const call = system.call(realNumberOf("answers"), talks(9_000));
      await system.clock.runUntil(() => call.answeredAtMs !== null);
      await system.clock.advance(1_000);
      await system.freeze(20_000);
      await over(system, call);
      expect(recordOf(system, call)).to.include({ statusReason: "caller_hung_up", talkSeconds: 9 });
    });
  }

  it("does not abandon a lookup whose answer is still unread", async () => {
    let found = (): void => undefined;
    const system = new SimulatedSystem({
      policy: { lookupTimeoutMs: 1_000 },
      asterisk: { globals: { DEADLINE: "60" } },
      lookup: (proxyNumber) =>
        new Promise((resolve) => {
          found = () =>
            resolve({
              kind: "found",
              mapping: { ...aMapping(), proxyNumber, realNumber: number(realNumberOf("answers")) },
            });
        }),
    });
    await system.ready();
    const call = system.call(realNumberOf("answers"), talks(1_000));
    await system.clock.runUntil(() => system.states.of(call.id).includes("lookingUp"));
    await system.freeze(6_000);
    // Node reads the sockets after its timers, and one answer may lead to another question.
    system.clock.setTimer(() => found(), 20);
    await over(system, call);
    expect(recordOf(system, call)).to.include({ status: "answered", talkSeconds: 1 });
  });

  it("reads everything that had arrived when a ring timer fires, before it decides", async () => {
    const system = new SimulatedSystem({ policy: { ringTimeoutMs: 3_000 } });
    await system.ready();
    const call = system.call(realNumberOf("ringsLongThenAnswers"), talks(4_000));
    await system.clock.runUntil(() => system.states.of(call.id).includes("ringing"));
    await system.fallBehind(3_500);
    await over(system, call);
    expect(recordOf(system, call)).to.include({ status: "answered", ringSeconds: 2, talkSeconds: 4 });
  });

  it("accepts an answer before the ring deadline whose event arrives after it", async () => {
    const system = new SimulatedSystem({
      policy: { ringTimeoutMs: 2_020 },
      asterisk: { timing: { threadMs: 0, responseMs: 1, eventMs: 60, sipMs: 1 } },
    });
    await system.ready();
    const call = system.call(realNumberOf("ringsLongThenAnswers"), talks(4_000));
    await over(system, call);
    expect(recordOf(system, call)).to.include({ status: "answered", ringSeconds: 2, talkSeconds: 4 });
  });

  it("accepts an answer whose event is lost", async () => {
    const system = new SimulatedSystem({ policy: { ringTimeoutMs: 3_000 } });
    await system.ready();
    system.asterisk.faults.on({ kind: "event", type: "Dial" }, "drop");
    const call = system.call(realNumberOf("ringsLongThenAnswers"), talks(20_000));
    await over(system, call);
    // Without the event, the answer counts from when it was noticed: after the ring time of 3 s and a second of waiting.
    expect(recordOf(system, call)).to.include({ status: "answered", ringSeconds: 4, talkSeconds: 18 });
  });

  it("records the caller's hangup if a supervisor requests one before it is read", async () => {
    const system = new SimulatedSystem();
    await system.ready();
    const call = system.call(realNumberOf("answers"), talks(4_000));
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    await system.clock.advance(100);
    await system.freeze(20_000, () => expect(system.controller.hangUp(call.id)).to.equal(true));
    await over(system, call);
    expect(recordOf(system, call)).to.include({ statusReason: "caller_hung_up", talkSeconds: 4 });
  });
});
