import { expect } from "chai";
import { realNumberOf } from "../../../../lab/sipp/callees.ts";
import type { ObservedCall } from "../../../../src/values/observedCall.ts";
import type { Lookup } from "../../../../src/values/mapping.ts";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import { createMappingUse } from "../../../../src/numbers/mappings/markUsed.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import type { Store } from "../../../../src/store/types.ts";
import { startApi } from "../../../support/api.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { requestsTo } from "../../../support/imports.ts";
import { mapAll, numbersOn, phone, range } from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";
import { SimulatedSystem } from "../../../support/simulatedCalls.ts";
import { until } from "../../../support/until.ts";

const real = phone(realNumberOf("answers"));
const another = phone("79001112244");
const pool = { name: "main", ranges: [range("79580000000", "79580009999")], isDefault: true };

describe("A mapping with a call in progress", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store);
      await numbers.pools.create(pool);
    });

    const proxyOf = async (realNumber: PhoneNumber): Promise<PhoneNumber> => {
      const found = await numbers.repository.findByReal(realNumber);
      if (!found) throw new Error("There is no mapping.");
      return found.proxyNumber;
    };

    /** The controller's lookup of the number. */
    const lookUp = async (proxyNumber: PhoneNumber): Promise<Lookup> => {
      const mapping = await numbers.repository.loadForCall(proxyNumber);
      return mapping === null ? { kind: "unknown" } : { kind: "found", mapping };
    };

    /** A system with the last state of the mapping in its cache. */
    async function systemWith(
      proxyNumber: PhoneNumber,
      observe: (call: ObservedCall) => void = () => undefined,
    ) {
      const known = { lookup: await lookUp(proxyNumber) };
      const system = new SimulatedSystem({
        lookup: () => known.lookup,
        observe: (before, after) => {
          if (before === null) observe(after);
        },
      });
      await system.ready();
      const call = () =>
        system.asterisk.call({
          from: "79995550000",
          to: proxyNumber,
          caller: { hangsUp: { on: 200, afterMs: 60_000 } },
        });
      return { known, system, call };
    }

    it("is kept and listed by an undo, which removes the others", async () => {
      const api = await startApi(store);
      const use = createMappingUse({ store, clock: systemClock, logger: silentLogger });
      try {
        const requests = requestsTo(api);
        const { body } = await requests.upload(`phone\n${real}\n${another}\n`);
        expect(body.counts).to.include({ created: 2 });
        const proxyNumber = await proxyOf(real);
        const { system, call } = await systemWith(proxyNumber, ({ proxyNumber: called }) => {
          if (called !== null) use.observe(null, { proxyNumber: called });
        });
        const { id } = call();
        await system.clock.runUntil(() => system.states.of(id).at(-1) === "talking");
        await until(async () => {
          const rows: unknown[] = await store.read((manager) =>
            manager.query("SELECT id FROM phone_mappings WHERE first_used_at IS NOT NULL"),
          );
          return rows.length > 0;
        });

        const undone = await requests.act(body.id, "undo");
        expect(undone.body.state).to.equal("undone");
        expect(undone.body.undo).to.deep.equal({
          removed: 1,
          kept: 1,
          released: 0,
          restored: 0,
          unrestored: 0,
        });
        expect(undone.body.keptMappings?.map(({ realNumber }) => realNumber)).to.deep.equal([real]);
        expect(system.states.of(id).at(-1)).to.equal("talking");
        expect(system.callLog.recordsOf(id), "nothing but the mark says so").to.deep.equal([]);
        expect(await lookUp(proxyNumber)).to.have.nested.property("mapping.realNumber", real);
        expect(await numbers.repository.findByReal(another)).to.equal(null);
      } finally {
        await use.close();
        await api.close();
      }
    });

    it("is marked as used when the database is available again, or at shutdown", async () => {
      const [proxyNumber] = await mapAll(numbers, [{ realNumber: real }]);
      if (proxyNumber === undefined) throw new Error("There is no proxy number.");
      let away = true;
      const timers: (() => void)[] = [];
      const use = createMappingUse({
        store: {
          ...store,
          transaction: (work) =>
            away
              ? Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }))
              : store.transaction(work),
        },
        clock: {
          nowMs: () => numbers.clock.at,
          setTimer: (callback) => timers.push(callback),
          clearTimer: () => undefined,
        },
        logger: silentLogger,
      });
      const marked = async (): Promise<number> => {
        const rows: unknown[] = await store.read((manager) =>
          manager.query("SELECT id FROM phone_mappings WHERE first_used_at IS NOT NULL"),
        );
        return rows.length;
      };
      use.observe(null, { proxyNumber: proxyNumber });
      use.observe(null, { proxyNumber: phone("79580009999") });
      expect(timers.length).to.equal(1);
      timers.shift()?.();
      await until(() => timers.length === 1);
      expect(await marked()).to.equal(0);
      away = false;
      timers.shift()?.();
      await until(async () => (await marked()) === 1);

      const [second] = await mapAll(numbers, [{ realNumber: another }]);
      if (second !== undefined) use.observe(null, { proxyNumber: second });
      await use.close();
      expect(await marked()).to.equal(2);
    });

    it("expires without affecting the call, and the next call is rejected", async () => {
      const expiresAtMs = numbers.clock.at + 5000;
      const [proxyNumber] = await mapAll(numbers, [{ realNumber: real, expiresAtMs }]);
      if (proxyNumber === undefined) throw new Error("There is no proxy number.");
      const { known, system, call } = await systemWith(proxyNumber);
      const first = call();
      await system.clock.runUntil(() => system.states.of(first.id).at(-1) === "talking");

      numbers.clock.at = expiresAtMs;
      await numbers.keeper.run();
      known.lookup = await lookUp(proxyNumber);
      expect(known.lookup).to.have.nested.property("mapping.state", "expired");
      await system.clock.advance(30_000);
      expect(system.states.of(first.id).at(-1)).to.equal("talking");

      const second = call();
      await system.clock.runUntil(() => second.ended);
      expect(system.callLog.recordsOf(second.id)[0]).to.include({ status: "expired" });
      expect(system.states.of(first.id).at(-1)).to.equal("talking");
      await system.clock.runUntil(() => first.ended && system.controller.size === 0);
      const [record] = system.callLog.recordsOf(first.id);
      expect(record).to.include({ status: "answered" });
      expect(record?.talkSeconds, "until the caller hung up").to.equal(60);
    });
  });
});
