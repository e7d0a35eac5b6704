import { expect } from "chai";
import type { SharedCache } from "../../../../src/numbers/lookup/sharedCache.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { Lookup } from "../../../../src/values/mapping.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { openLookupInstance, openSharedCache } from "../../../support/lookupInstance.ts";
import { phone } from "../../../support/numbers.ts";
import { redisForEachTest } from "../../../support/redis.ts";
import { until } from "../../../support/until.ts";

const proxyNumber = phone("79580000001");
const realNumber = (lookup: Lookup): string | null =>
  lookup.kind === "found" ? lookup.mapping.realNumber : lookup.kind;

describe("Lookups through Redis", function () {
  this.timeout(60_000);
  const redis = redisForEachTest();
  const openCache = (url: string) => openSharedCache(redis, url);

  describe("the shared cache", () => {
    const mapping = {
      id: 1,
      proxyNumber,
      realNumber: phone("79001112233"),
      state: "active",
      expiresAtMs: 1_900_000_000_123,
      callerIdPolicy: { kind: "fixed", number: phone("74951234567") },
      realNumberIsProxy: false,
    } as const;
    const get = async (cache: SharedCache) => {
      const answer = await cache.get(proxyNumber);
      if (!answer) throw new Error("Redis is away.");
      return answer;
    };

    it("shares entries with all instances, including unknown numbers", async () => {
      const [{ cache: one }, { cache: other }] = [await openCache(redis.url), await openCache(redis.url)];
      const empty = await get(one);
      expect(empty).to.deep.include({ known: null, isFresh: false });
      one.fill(proxyNumber, mapping, empty);
      await until(async () => (await get(other)).isFresh);
      expect((await get(other)).known?.mapping).to.deep.equal(mapping);
      const none = phone("79580000009");
      const seen = await one.get(none);
      if (seen) one.fill(none, null, seen);
      await until(async () => (await other.get(none))?.isFresh === true);
      expect((await other.get(none))?.known?.mapping).to.equal(null);
    });

    it("never stores values read before a change", async () => {
      const [{ cache: one }, { cache: other }] = [await openCache(redis.url), await openCache(redis.url)];
      const seenBefore = await get(one);
      await other.invalidate([proxyNumber]);
      one.fill(proxyNumber, mapping, seenBefore);
      const seenAfter = await get(one);
      expect(seenAfter.known).to.equal(null);
      // A second change in between also outdates values read after the first one.
      await other.invalidate([proxyNumber]);
      one.fill(proxyNumber, mapping, seenAfter);
      const last = await get(one);
      expect(last.known).to.equal(null);
      one.fill(proxyNumber, mapping, last);
      await until(async () => (await get(other)).isFresh);
    });

    it("invalidates all entries if Redis has missed a change", async () => {
      const { cache: troubled, link } = await openCache(redis.proxyUrl);
      const { cache: other } = await openCache(redis.url);
      other.fill(proxyNumber, mapping, await get(other));
      await until(async () => (await get(other)).isFresh);
      redis.proxy.cut();
      await until(() => !link.up);
      await troubled.invalidate([proxyNumber]);
      expect(await troubled.get(proxyNumber)).to.equal(null);
      redis.proxy.heal();
      await until(async () => (await get(other)).known === null);
    });

    it("is not used while Redis hangs, and recovers", async () => {
      const { cache, link } = await openCache(redis.proxyUrl);
      redis.proxy.freeze();
      expect(await cache.get(proxyNumber)).to.equal(null);
      await until(() => !link.up);
      await cache.invalidate([proxyNumber]);
      redis.proxy.heal();
      await until(() => link.up);
    });

    it("ignores entries that it cannot parse", async () => {
      const { cache } = await openCache(redis.url);
      for (const text of ["{", "{}", "null", "17", '{"k":1,"f":"x","m":null}', "!mark"]) {
        await redis.client.set(redis.prefix + proxyNumber, text);
        expect(await get(cache)).to.deep.include({ known: null, isFresh: false });
      }
    });
  });

  describe("on two instances", () => {
    forEachDatabase((open) => {
      async function instance(store: Store, url: string) {
        const { lookup, sources, invalidations } = await openLookupInstance(redis, store, url);
        const write = async (sql: string, parameters: readonly string[]): Promise<void> => {
          await store.transaction((manager) => manager.query(sql, [...parameters]));
          await invalidations.announce([proxyNumber]);
        };
        return { lookup, sources, write };
      }

      it("see a new, changed, or removed mapping, whichever instance made the change", async () => {
        const { store, another } = await open();
        const one = await instance(store, redis.url);
        const other = await instance(await another(), redis.url);
        const bothSay = (expected: string): Promise<void> =>
          until(async () => {
            const answers = await Promise.all([one, other].map(({ lookup }) => lookup.find(proxyNumber)));
            return answers.every((answer) => realNumber(answer) === expected);
          });
        await bothSay("unknown");
        await one.write("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
          "79001112233",
          proxyNumber,
        ]);
        await bothSay("79001112233");
        for (let change = 0; change < 20; change += 1) {
          const real = String(79_001_112_300 + change);
          const writer = change % 2 === 0 ? one : other;
          await writer.write("UPDATE phone_mappings SET real_phone = ? WHERE fake_phone = ?", [
            real,
            proxyNumber,
          ]);
          // On the instance that made the change, it applies to the very next call.
          expect(realNumber(await writer.lookup.find(proxyNumber))).to.equal(real);
          await bothSay(real);
        }
        await other.write("DELETE FROM phone_mappings WHERE fake_phone = ?", [proxyNumber]);
        await bothSay("unknown");
        expect(one.sources).to.include.members(["local", "database"]);
      });

      it("use each other's entries in Redis", async () => {
        const { store, another } = await open();
        const one = await instance(store, redis.url);
        const other = await instance(await another(), redis.url);
        await one.write("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
          "79001112233",
          proxyNumber,
        ]);
        await one.lookup.find(proxyNumber);
        await until(
          async () => (await redis.client.get(redis.prefix + proxyNumber))?.startsWith("{") === true,
        );
        expect(realNumber(await other.lookup.find(proxyNumber))).to.equal("79001112233");
        expect(other.sources).to.deep.equal(["redis"]);
      });

      it("handle calls with Redis down or hanging", async () => {
        const { store } = await open();
        const one = await instance(store, redis.proxyUrl);
        await one.write("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
          "79001112233",
          proxyNumber,
        ]);
        redis.proxy.freeze();
        expect(realNumber(await one.lookup.find(proxyNumber))).to.equal("79001112233");
        redis.proxy.cut();
        await one.write("UPDATE phone_mappings SET real_phone = ? WHERE fake_phone = ?", [
          "79001112244",
          proxyNumber,
        ]);
        expect(realNumber(await one.lookup.find(proxyNumber))).to.equal("79001112244");
        expect(one.sources).to.deep.equal(["database", "database"]);
      });
    });
  });
});
