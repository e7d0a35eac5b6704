import { expect } from "chai";
import { realNumberOf } from "../../../lab/sipp/callees.ts";
import { SimulatedSystem, proxyOf, strategies } from "../../support/simulatedCalls.ts";
import {
  type CallerIdentity,
  knownCallers,
  toldCaller,
  withheldCallers,
} from "../../support/withheldCallers.ts";

const real = realNumberOf("busy");

/** Headers of one name are joined by line breaks, as the simulated Asterisk expects them. */
function headersOf({ from, headers }: CallerIdentity): Record<string, string> {
  const joined: Record<string, string> = { From: from };
  for (const header of headers) {
    const [name = "", value = ""] = header.split(/: ?(.*)/su);
    joined[name] = joined[name] === undefined ? value : `${joined[name]}\n${value}`;
  }
  return joined;
}

/** The table that runs on the real Asterisk in `test/calls/callers.test.ts`. */
for (const connect of strategies)
  describe(`A caller on the simulated Asterisk, CONNECT=${connect}`, () => {
    const call = async (identity: CallerIdentity) => {
      const trunk = { name: "trunk-out", dialPrefix: "", callerIdPrefix: "" };
      const system = new SimulatedSystem({
        connect,
        policy: { trunks: [{ ...trunk, callerIdPolicy: { kind: "caller" } }] },
      });
      await system.ready();
      const user = /sip:([^@>;]*)@/u.exec([...identity.headers, identity.from].join(" "))?.[1] ?? "";
      const placed = system.asterisk.call({ from: user, to: proxyOf(real), headers: headersOf(identity) });
      await system.clock.runUntil(() => system.callLog.records.length > 0);
      return { shown: JSON.stringify(placed.calleeSaw), record: system.callLog.records[0] };
    };

    for (const identity of withheldCallers)
      it(`is neither shown nor recorded if withheld: ${identity.about}`, async () => {
        const { shown, record } = await call(identity);
        expect(shown).not.to.contain(toldCaller);
        expect(record).to.include({ callerId: "", status: "busy" });
      });

    for (const identity of knownCallers)
      it(`is known otherwise: ${identity.about}`, async () => {
        const { shown, record } = await call(identity);
        expect(shown).to.contain(toldCaller);
        expect(record).to.include({ callerId: toldCaller, status: "busy" });
      });
  });
