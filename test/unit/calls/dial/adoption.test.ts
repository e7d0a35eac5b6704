import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";

describe("A controller that takes over a conversation that it has never heard of", () => {
  it("learns from Asterisk when the callee answered", async () => {
    const system = new SimulatedSystem({ connect: "dial" });
    await system.ready();
    const call = system.call(realNumberOf("ringsThenAnswers"), { kind: "talks", talkMs: 60_000 });
    await system.clock.runUntil(() => system.states.of(call.id).includes("talking"));
    const answeredAtMs = call.answeredAtMs ?? Number.NaN;
    await system.clock.advance(20_000);
    await system.killController();
    system.callLog.forgetOpen();
    system.startController();
    await system.ready();
    const [taken, ...more] = system.controller.liveCalls();
    expect(more).to.deep.equal([]);
    expect(taken).to.include({ callId: call.id, state: "talking", proxyNumber: call.to });
    expect(taken?.answeredAtMs).to.be.closeTo(answeredAtMs, 100);

    await system.clock.runUntil(() => call.ended && system.controller.size === 0);
    const [record] = system.callLog.recordsOf(call.id);
    expect(record).to.include({ status: "answered", talkSeconds: 60 });
  });
});
