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

    it("are recorded as cancelled if their callers had left before a frozen controller read of them", async () => {
      const system = new SimulatedSystem({ connect });
      await system.ready();
      const thawed = system.freeze(10_000);
      const calls = Array.from({ length: mostInSetUp + 20 }, () =>
        system.call(realNumberOf("answers"), { kind: "cancels", after: 100, afterMs: 1_000 }),
      );
      await thawed;
      await system.clock.runUntil(() => system.controller.size === 0);
      const outcomes = new Set(
        calls.flatMap(({ id }) => system.callLog.recordsOf(id).map(({ status }) => status)),
      );
      expect([...outcomes]).to.deep.equal(["cancelled"]);
    });
  });
