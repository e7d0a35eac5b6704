import { expect } from "chai";
import { callScenarios } from "../../../../support/scenarios.ts";
import { realNumberOf } from "../../../../../lab/simulated/index.ts";
import { SimulatedSystem } from "../../../../support/simulatedCalls.ts";

describe("The timeline of a call", () => {
  for (const scenario of callScenarios)
    it(`has every state when ${scenario.name}`, async () => {
      const system = new SimulatedSystem();
      await system.ready();
      const call = system.call(realNumberOf(scenario.callee), scenario.caller);
      await system.clock.runUntil(() => call.ended && system.controller.size === 0);

      const timeline = system.callLog.recordsOf(call.id)[0]?.timeline ?? [];
      expect(timeline[0]).to.deep.equal([0, "arrived", "lookingUp"]);
      // The record is written when the outcome stands; what is taken down after it is no part of the call.
      const states = timeline.map(([, , state]) => state);
      expect(states.at(-1)).to.equal("ending");
      expect(states).to.deep.equal(scenario.states.slice(0, scenario.states.indexOf("ending") + 1));
      const times = timeline.map(([afterMs]) => afterMs);
      expect(times).to.deep.equal(times.toSorted((one, other) => one - other));
      const codes = timeline.flatMap(([, , , sipCode]) => (sipCode === undefined ? [] : [sipCode]));
      const last = timeline.at(-1);
      if (last?.[1] === "calleeLeft" && scenario.calleeSip !== undefined && scenario.calleeSip !== null)
        expect(codes).to.deep.equal([scenario.calleeSip]);
    });

  it("of an adopted call starts with the adoption", async () => {
    const system = new SimulatedSystem();
    await system.ready();
    const call = system.call(realNumberOf("answers"), { kind: "waits" });
    await system.clock.runUntil(() => call.answeredAtMs !== null);
    await system.replaceController(1_000);
    await system.ready();
    call.hangUp();
    await system.clock.runUntil(() => call.ended && system.controller.size === 0);
    const timeline = system.callLog.recordsOf(call.id)[0]?.timeline ?? [];
    expect(timeline[0]?.[1]).to.equal("adopted");
    expect(timeline[0]?.[0]).to.be.at.least(1_000);
    expect(timeline.at(-1)?.slice(1)).to.deep.equal(["callerLeft", "ending"]);
  });
});
