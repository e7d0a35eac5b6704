import { expect } from "chai";
import { PoolClutteredError } from "../../../../src/numbers/errors.ts";
import { putAside } from "../../../../src/numbers/pools/quarantine.ts";
import type { MapResult } from "../../../../src/numbers/types.ts";
import type { Store } from "../../../../src/store/types.ts";
import { startApi } from "../../../support/api.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { expectToAddUp, numbersFile, requestsTo } from "../../../support/imports.ts";
import { numbersOn, phone, range, realRows, rejection } from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";

const size = 120_000;
/** One in this many numbers is free. */
const sparse = 200;
const free = size / sparse;
const atOnce = 1000;

const kinds = (results: readonly MapResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const kind = result.kind === "refused" ? result.code : result.kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

/** The positions of a pool are visited in a permuted order, in which the free numbers are far apart. */
describe("A nearly full pool with scattered free numbers", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;
    let poolId: number;

    beforeEach(async function fillPool() {
      this.timeout(120_000);
      ({ store } = await open());
      numbers = numbersOn(store);
      poolId = await numbers.pools.create({
        name: "crowded",
        ranges: [range("79580000000", String(79_580_000_000 + size - 1))],
        isDefault: true,
      });
      const occupied = Array.from({ length: size }, (_, index) => index)
        .filter((index) => index % sparse !== 0)
        .map((index) => phone(String(79_580_000_000 + index)));
      for (let start = 0; start < occupied.length; start += atOnce)
        await numbers.pools.block(poolId, occupied.slice(start, start + atOnce));
      expect((await numbers.pools.get(poolId)).counts).to.include({ free, blocked: size - free });
    });

    it("assigns each free number once, and then reports that it is exhausted", async function all() {
      this.timeout(120_000);
      const results = await numbers.mapper.map(realRows(0, free + 20));
      expect(kinds(results)).to.deep.equal({ created: free, POOL_EXHAUSTED: 20 });
      const given = results.flatMap((one) => (one.kind === "created" ? [one.proxyNumber] : []));
      expect(new Set(given).size).to.equal(free);
      expect(given.every((number) => Number(number) % sparse === 0)).to.equal(true);
      const ascents = given.filter((number, index) => index > 0 && number > (given[index - 1] ?? ""));
      expect(ascents.length, "an unpredictable order").to.be.within(free * 0.4, free * 0.6);
      expect((await numbers.pools.get(poolId)).counts).to.include({ free: 0, used: free });
    });

    it("assigns numbers that were set aside first, in the order of their positions", async () => {
      const numberOf = (index: number) => phone(String(79_580_000_000 + index * sparse));
      await store.transaction((manager) =>
        putAside(manager, poolId, [
          { number: numberOf(1), place: 40_000_000_000 },
          { number: numberOf(2), place: 7 },
          { number: numberOf(3), place: 0 },
        ]),
      );
      const results = await numbers.mapper.map(realRows(0, 3));
      expect(results.map((one) => one.kind === "created" && one.proxyNumber)).to.deep.equal([
        numberOf(3),
        numberOf(2),
        numberOf(1),
      ]);
    });

    it("makes progress in its own transaction even if the caller's is rolled back", async function stuck() {
      this.timeout(120_000);
      const batch = () => store.transaction(() => numbers.mapper.map(realRows(0, 500)));
      let rooms = 0;
      for (;;) {
        const error = await batch().then(
          () => null,
          (reason: unknown) => reason,
        );
        if (error === null) break;
        expect(error).to.be.instanceOf(PoolClutteredError);
        await numbers.mapper.makeRoom(poolId);
        rooms += 1;
        // Each attempt leaves fewer positions to visit, so the work ends.
        expect(rooms).to.be.lessThan(size / 10_000);
      }
      expect(rooms).to.be.greaterThan(0);
      expect((await numbers.pools.get(poolId)).counts).to.include({ free: free - 500, used: 500 });
      // Numbers that were set aside still belong to the pool, and can be removed or blocked like other free numbers.
      const rested: { number: string }[] = await store.read((manager) =>
        manager.query("SELECT number FROM rested_numbers ORDER BY number LIMIT 2"),
      );
      const [leaves, isBlocked] = rested.map(({ number }) => phone(number));
      if (leaves !== undefined && isBlocked !== undefined) {
        await numbers.pools.shrink(poolId, { numbers: [leaves] });
        await numbers.pools.block(poolId, [isBlocked]);
        expect((await numbers.pools.get(poolId)).counts).to.include({
          total: size - 1,
          free: free - 502,
          blocked: size - free + 1,
        });
      }
      expect(await rejection(numbers.pools.block(poolId, [phone("79590000000")]))).to.have.property(
        "code",
        "NUMBERS_NOT_IN_POOL",
      );
    });

    it("does not make an import fail, which maps as many numbers as there are", async function imported() {
      this.timeout(120_000);
      const api = await startApi(store);
      try {
        const requests = requestsTo(api);
        const { body } = await requests.upload(numbersFile(79_001_000_000, free + 30), {
          query: "?wait=100",
        });
        expect(body).to.include({ state: "done" });
        expect(body.counts).to.deep.include({
          created: free,
          rejected: 30,
          refusals: { POOL_EXHAUSTED: 30 },
        });
        await expectToAddUp(requests, body);
      } finally {
        await api.close();
      }
    });
  });
});
