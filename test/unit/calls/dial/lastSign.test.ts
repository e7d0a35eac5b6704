import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";

describe("A call that dies with Asterisk behind a half-open connection", () => {
  it("ends when Asterisk was last heard, not when that was noticed", async () => {
    const system = new SimulatedSystem({ connect: "dial" });
    await system.ready();
    const call = system.call(realNumberOf("answers"), { kind: "talks", talkMs: 600_000 });
    await system.clock.runUntil(() => system.states.of(call.id).includes("talking"));
    await system.clock.advance(10_000);
    const lastHeardMs = system.clock.nowMs();
    system.asterisk.halfOpen();
    await system.clock.advance(5_000);
    system.asterisk.kill(4_000);
    await system.clock.advance(10_000);
    await system.ready();
    await system.clock.runUntil(() => system.callLog.recordsOf(call.id).length > 0);
    const [record] = system.callLog.recordsOf(call.id);
    expect(record).to.include({ status: "answered", statusReason: "asterisk_lost" });
    expect(record?.endedAtMs).to.be.closeTo(lastHeardMs, 100);
  });
});
