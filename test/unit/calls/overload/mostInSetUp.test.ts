import { expect } from "chai";
import { mostInSetUp } from "../../../../src/calls/types.ts";
import { realNumberOf } from "../../../../lab/simulated/index.ts";
import { SimulatedSystem, strategies } from "../../../support/simulatedCalls.ts";

for (const connect of strategies)
  describe(`Calls that cannot be set up, with CONNECT=${connect}`, () => {
    it("are refused at once with a record, and the others are connected when their numbers are found", async () => {
      let answer = (): void => undefined;
      const found = new Promise<void>((resolve) => (answer = resolve));
      const system = new SimulatedSystem({
        connect,
        policy: { lookupTimeoutMs: 60_000 },
        lookup: async () => {
          await found;
          return { kind: "unknown" };
        },
      });
      await system.ready();
      const place = () => system.call(realNumberOf("answers"), { kind: "waits" });
      const waiting = Array.from({ length: mostInSetUp }, place);
      await system.clock.advance(100);
      expect(waiting.some(({ ended }) => ended)).to.equal(false);
      const refused = place();
      await system.clock.advance(100);
      expect(refused.ended).to.equal(true);
      expect(system.callLog.recordsOf(refused.id)[0]).to.include({ status: "overload", cause: 42 });
      answer();
      await system.clock.runUntil(() => waiting.every(({ ended }) => ended));
      expect(system.callLog.recordsOf(waiting[0]?.id ?? "")[0]).to.include({ status: "unknown_number" });
      const later = place();
      await system.clock.runUntil(() => later.ended);
      expect(system.callLog.recordsOf(later.id)[0]).to.include({ status: "unknown_number" });
    });
  });
