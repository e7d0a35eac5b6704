import { expect } from "chai";
import { realNumberOf } from "../../../lab/sipp/callees.ts";
import { SimulatedSystem, proxyOf, strategies } from "../../support/simulatedCalls.ts";

const real = realNumberOf("answers");
const caller = "79995550000";

for (const connect of strategies)
  describe(`A withheld number on the simulated Asterisk, CONNECT=${connect}`, () => {
    const call = async (headers: Readonly<Record<string, string>>) => {
      const system = new SimulatedSystem({
        connect,
        policy: {
          trunks: [
            { name: "trunk-out", dialPrefix: "", callerIdPrefix: "", callerIdPolicy: { kind: "caller" } },
          ],
        },
      });
      await system.ready();
      const placed = system.asterisk.call({
        from: caller,
        to: proxyOf(real),
        headers,
        caller: { hangsUp: { on: 200, afterMs: 100 } },
      });
      await system.clock.runUntil(() => system.callLog.records.length > 0);
      return { shown: placed.calleeSaw, record: system.callLog.records[0] };
    };

    it("is neither shown nor recorded", async () => {
      for (const Privacy of ["id", "user;id"]) {
        const { shown, record } = await call({ Privacy });
        expect(JSON.stringify(shown)).not.to.contain(caller);
        expect(record).to.include({ callerId: "", status: "answered" });
      }
    });

    it("is distinguished from one that is not withheld", async () => {
      const { shown, record } = await call({});
      expect(JSON.stringify(shown)).to.contain(caller);
      expect(record).to.include({ callerId: caller, status: "answered" });
    });
  });
