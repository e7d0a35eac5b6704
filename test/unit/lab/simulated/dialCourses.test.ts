import { expect } from "chai";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import type { SimulatedCall } from "../../../../lab/simulated/index.ts";
import { callCourses, lineFacts, missingTrunk, toldBy } from "../../../support/callCourses.ts";
import { endLineOf } from "../../../support/callFile.ts";
import { simulatedCaller } from "../../../support/simulatedCaller.ts";
import { aDialLab, callerNumber, proxyNumber } from "./fixtures.ts";

const seenBy = (call: SimulatedCall): string =>
  [...call.callerSaw, ...(call.callerGotBye ? ["BYE"] : [])].join(" ");

describe("A call that the simulated Asterisk connects by itself", () => {
  for (const { name, callee, caller, course, route = "1-d" } of callCourses)
    it(`when ${name}: ${course.callerSees}, ${course.line.dialStatus}`, async () => {
      const real = realNumberOf(callee);
      const lab = await aDialLab(
        real,
        { globals: { RING_SECONDS: "20", TRUNK_2: missingTrunk } },
        { decide: ([, proxy = ""]) => ({ context: "connect", extension: `${real}*${proxy}**${route}` }) },
      );
      const call = lab.asterisk.call({
        from: callerNumber,
        to: proxyNumber,
        caller: simulatedCaller(caller),
      });
      await lab.clock.runUntilIdle();

      expect(seenBy(call)).to.equal(course.callerSees);
      const told = toldBy(lab.events, call.id);
      expect(course.leg, "events of the leg").to.include(told.leg);
      expect(told.end).to.equal(course.end);
      expect(lab.lines).to.have.length(1);
      expect(lineFacts(endLineOf(lab.lines[0] ?? ""))).to.deep.equal(course.line);
      expect(lab.asterisk.channels).to.deep.equal([]);
      expect(lab.asterisk.bridges).to.deep.equal([]);
      expect(lab.failures).to.deep.equal([]);
    });
});
