import { expect } from "chai";
import { callScenarios, statesByDialling } from "../../support/scenarios.ts";
import { SimulatedSystem, strategies } from "../../support/simulatedCalls.ts";
import { realNumberOf } from "../../../lab/simulated/index.ts";

for (const connect of strategies)
  describe(`Calls through the simulated Asterisk, CONNECT=${connect}`, () => {
    for (const scenario of callScenarios)
      it(`when ${scenario.name}: ${scenario.sip}, ${scenario.status}`, async () => {
        const system = new SimulatedSystem({ connect });
        await system.ready();
        const call = system.call(realNumberOf(scenario.callee), scenario.caller);
        await system.clock.runUntil(() => call.ended && system.controller.size === 0);

        expect(call.callerSaw.at(-1)).to.equal(scenario.sip);
        const [record, ...more] = system.callLog.recordsOf(call.id);
        expect(more).to.have.length(0);
        expect(record).to.include({ status: scenario.status, statusReason: scenario.reason });
        if (scenario.calleeSip !== undefined) expect(record?.sipCode).to.equal(scenario.calleeSip);
        expect(system.states.of(call.id)).to.deep.equal(
          connect === "dial" ? statesByDialling(scenario) : scenario.states,
        );
        expect(system.asterisk.channels).to.have.length(0);
        expect(system.asterisk.bridges).to.have.length(0);
        expect(system.thrown).to.have.length(0);
      });
  });
