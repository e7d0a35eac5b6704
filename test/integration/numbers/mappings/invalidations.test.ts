import { expect } from "chai";
import { loadSettings } from "../../../../config/settings.ts";
import { createNumberMapper } from "../../../../src/numbers/mappings/allocate.ts";
import { createMappingEditor } from "../../../../src/numbers/mappings/editor.ts";
import { createMappingRepository } from "../../../../src/numbers/mappings/reader.ts";
import { createMappingSearch } from "../../../../src/numbers/mappings/search.ts";
import { createPools } from "../../../../src/numbers/pools/pools.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Lookup } from "../../../../src/values/mapping.ts";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { openLookupInstance } from "../../../support/lookupInstance.ts";
import type { CacheTimes } from "../../../support/lookupInstance.ts";
import { phone, range, realNumber } from "../../../support/numbers.ts";
import { redisForEachTest } from "../../../support/redis.ts";
import type { TroubledProxy } from "../../../support/troubledProxy.ts";
import { until } from "../../../support/until.ts";

/** States of Redis before the changes. */
const troubles: Readonly<Record<string, (proxy: TroubledProxy) => void>> = {
  up: () => undefined,
  away: (proxy) => proxy.cut(),
  "not answering": (proxy) => proxy.freeze(),
};

const clock = systemClock;
/** Three times what is promised. */
const soonMs = 3_000;
const shortLived = { localTtlMs: 50, unknownTtlMs: 50 };

describe("A change of a mapping on one of two instances", function () {
  this.timeout(60_000);
  const redis = redisForEachTest();

  async function instance(store: Store, url: string, times: Partial<CacheTimes> = {}) {
    const opened = await openLookupInstance(redis, store, url, times);
    const { invalidations } = opened;
    const search = createMappingSearch(store);
    return {
      ...opened,
      pools: createPools({ store, invalidations, clock }),
      mapper: createNumberMapper({ store, invalidations, clock }),
      editor: createMappingEditor({ store, search, invalidations, clock }),
      repository: createMappingRepository(store),
    };
  }
  type Instance = Awaited<ReturnType<typeof instance>>;

  async function prepare(one: Instance): Promise<{ id: number; proxyNumber: PhoneNumber; poolId: number }> {
    const poolId = await one.pools.create({
      name: "main",
      ranges: [range("79580000000", "79580000099")],
      isDefault: true,
    });
    await one.mapper.map([{ realNumber: realNumber(1) }]);
    const found = await one.repository.findByReal(realNumber(1));
    if (!found) throw new Error("no mapping");
    return { id: found.id, proxyNumber: found.proxyNumber, poolId };
  }

  const say = (
    { lookup }: Instance,
    number: PhoneNumber,
    expected: (found: Lookup) => boolean,
  ): Promise<void> => until(async () => expected(await lookup.find(number)));
  const state = (wanted: string) => (found: Lookup) =>
    found.kind === "found" && found.mapping.state === wanted;

  forEachDatabase((open) => {
    it("applies to the next call on both, whatever the change", async () => {
      const { store, another } = await open();
      const one = await instance(store, redis.url);
      const other = await instance(await another(), redis.url);
      const { id, proxyNumber, poolId } = await prepare(one);
      const bothSay = async (expected: (found: Lookup) => boolean): Promise<void> => {
        // On the instance that made the change, it applies at once.
        expect(expected(await one.lookup.find(proxyNumber))).to.equal(true);
        await say(other, proxyNumber, expected);
      };
      await bothSay(state("active"));
      await one.editor.update(id, { state: "disabled" });
      await bothSay(state("disabled"));
      await one.editor.update(id, { state: "active", realNumber: realNumber(2) });
      await bothSay((found) => found.kind === "found" && found.mapping.realNumber === realNumber(2));
      await one.editor.update(id, { expiresAtMs: clock.nowMs() });
      await bothSay(state("expired"));
      await one.editor.bulk({ poolId }, { kind: "change", patch: { expiresAtMs: null } });
      await bothSay(state("active"));
      await one.editor.bulk({ ids: [id] }, { kind: "change", patch: { state: "disabled" } });
      await bothSay(state("disabled"));
      await one.editor.bulk({ ids: [id] }, { kind: "change", patch: { state: "active" } });
      await bothSay(state("active"));
      await one.pools.update(poolId, { callerIdPolicy: { kind: "fixed", number: phone("74951234567") } });
      await bothSay((found) => found.kind === "found" && found.mapping.callerIdPolicy?.kind === "fixed");
      await one.editor.release(id);
      await bothSay(state("quarantined"));
    });

    it("applies on both even if Redis is unavailable", async () => {
      const { store, another } = await open();
      const one = await instance(store, redis.proxyUrl, shortLived);
      const other = await instance(await another(), redis.proxyUrl, shortLived);
      const { id, proxyNumber } = await prepare(one);
      await say(other, proxyNumber, state("active"));
      redis.proxy.cut();
      await one.editor.update(id, { state: "disabled" });
      expect(state("disabled")(await one.lookup.find(proxyNumber))).to.equal(true);
      await say(other, proxyNumber, state("disabled"));
      redis.proxy.heal();
      await until(() => one.link.up && other.link.up);
      await say(other, proxyNumber, state("disabled"));
    });

    it("leaves no outdated entry in Redis if the process dies before announcing it", async () => {
      const { store, another } = await open();
      const one = await instance(store, redis.url);
      const other = await instance(await another(), redis.url, { localTtlMs: 1, unknownTtlMs: 1 });
      const { id, proxyNumber } = await prepare(one);
      await say(other, proxyNumber, state("active"));
      await until(async () => {
        await other.lookup.find(proxyNumber);
        return (await other.shared.get(proxyNumber))?.isFresh === true;
      });
      // Does the same as the editor, but never announces the prepared change.
      const dying = createMappingEditor({
        store,
        search: createMappingSearch(store),
        invalidations: {
          prepare: (numbers) => one.invalidations.prepare(numbers),
          announce: async () => undefined,
        },
        clock,
      });
      await dying.update(id, { state: "disabled" });
      await say(other, proxyNumber, state("disabled"));
      expect((await other.shared.get(proxyNumber))?.known).to.equal(null);
    });

    for (const [redisIs, trouble] of Object.entries(troubles)) {
      it(`applies within a second of the response with the default settings, with Redis ${redisIs}`, async function promise() {
        this.timeout(120_000);
        const { cache } = loadSettings({ environment: {}, envFile: null, terminal: false }).numbers;
        const { store, another } = await open();
        const { proxyUrl } = redis;
        const one = await instance(store, proxyUrl, cache);
        const other = await instance(await another(), proxyUrl, cache);
        const { id, proxyNumber, poolId } = await prepare(one);
        const changes: Readonly<Record<string, [() => Promise<unknown>, (found: Lookup) => boolean]>> = {
          disabled: [() => one.editor.update(id, { state: "disabled" }), state("disabled")],
          "enabled, with another real number": [
            () => one.editor.update(id, { state: "active", realNumber: realNumber(2) }),
            (found) => found.kind === "found" && found.mapping.realNumber === realNumber(2),
          ],
          expired: [() => one.editor.update(id, { expiresAtMs: clock.nowMs() }), state("expired")],
          "extended in bulk": [
            () => one.editor.bulk({ poolId }, { kind: "change", patch: { expiresAtMs: null } }),
            state("active"),
          ],
          "with another caller ID of its pool": [
            () => one.pools.update(poolId, { callerIdPolicy: { kind: "anonymous" } }),
            (found) => found.kind === "found" && found.mapping.callerIdPolicy?.kind === "anonymous",
          ],
          released: [() => one.editor.release(id), state("quarantined")],
        };
        trouble(redis.proxy);
        for (const [what, [change, expected]] of Object.entries(changes)) {
          // Caches the value at the last possible moment before the change.
          await other.lookup.find(proxyNumber);
          await change();
          const answeredAt = performance.now();
          await say(other, proxyNumber, expected);
          // This test is about the promised time.
          expect(performance.now() - answeredAt, what).to.be.lessThan(1000);
          expect(expected(await one.lookup.find(proxyNumber)), `${what}, on the instance itself`).to.equal(
            true,
          );
        }
        // A number that was unknown a moment ago, and still is in the other instance's cache.
        const free: PhoneNumber[] = [];
        for (let index = 0; index < 100; index += 1) {
          const number = phone(String(79_580_000_000 + index));
          if ((await other.lookup.find(number)).kind === "unknown") free.push(number);
        }
        const [mapped] = await one.mapper.map([{ realNumber: realNumber(3) }]);
        const answeredAt = performance.now();
        const proxyOfNew = mapped?.kind === "created" ? mapped.proxyNumber : phone("1".repeat(11));
        expect(free).to.include(proxyOfNew);
        await say(other, proxyOfNew, state("active"));
        expect(performance.now() - answeredAt, "mapped").to.be.lessThan(soonMs);
      });
    }
  });
});
