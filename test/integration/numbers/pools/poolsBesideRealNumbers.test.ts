import { expect } from "chai";
import type { Store } from "../../../../src/store/types.ts";
import { onMysql } from "../../../support/databases.ts";
import { mapAll, numbersOn, phone, range, rejection } from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";
import { until } from "../../../support/until.ts";

const contested = phone("79995550005");
const itsRange = range("79995550000", "79995550009");

describe("Pools created while real numbers are mapped", function () {
  this.timeout(60_000);
  onMysql((open) => {
    let store: Store;
    let one: Numbers;
    let other: Numbers;
    let first: number;
    let second: number;

    beforeEach(async () => {
      const database = await open();
      ({ store } = database);
      one = numbersOn(store);
      other = numbersOn(await database.another());
      first = await one.pools.create({ name: "first", ranges: [range("79580000000", "79580000999")] });
      second = await one.pools.create({ name: "second", ranges: [range("79581000000", "79581000999")] });
    });

    /** Another statement waits for the lock on the gap, or is about to. */
    const waitsFor = (lock: "FOR SHARE" | "FOR UPDATE"): Promise<void> =>
      until(async () => {
        const rows: unknown[] = await store.read((manager) =>
          manager.query(
            "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE ? AND id <> CONNECTION_ID()",
            [`%'real_numbers'%${lock}`],
          ),
        );
        return rows.length > 0;
      });

    it("wait for an uncommitted import, and name its real number", async () => {
      let creating: Promise<unknown> = Promise.resolve();
      await store.transaction(async () => {
        await mapAll(one, [{ realNumber: contested }], first);
        creating = rejection(other.pools.create({ name: "late", ranges: [itsRange] }));
        await waitsFor("FOR UPDATE");
      });
      expect(await creating)
        .to.have.nested.property("conflicts[0]")
        .that.includes({ kind: "real_number", realNumber: contested });
    });

    it("wait for a mapping that gets another real number, also in a list of numbers", async () => {
      await mapAll(one, [{ realNumber: phone("79001112233") }], first);
      const found = await one.repository.findByReal(phone("79001112233"));
      if (!found) throw new Error("There is no mapping.");
      let extending: Promise<unknown> = Promise.resolve();
      await store.transaction(async () => {
        await one.editor.update(found.id, { realNumber: contested });
        extending = rejection(other.pools.extend(second, { numbers: [contested] }));
        await waitsFor("FOR UPDATE");
      });
      expect(await extending).to.have.nested.property("conflicts[0].realNumber", contested);
    });

    it("make an import and a change wait, which then find that the number belongs to the pool", async () => {
      await mapAll(one, [{ realNumber: phone("79001112233") }], first);
      const found = await one.repository.findByReal(phone("79001112233"));
      if (!found) throw new Error("There is no mapping.");
      let mapping: Promise<unknown> = Promise.resolve();
      let changing: Promise<unknown> = Promise.resolve();
      await store.transaction(async () => {
        await one.pools.create({ name: "early", ranges: [itsRange] });
        mapping = other.mapper.map([{ realNumber: contested }], { poolId: first });
        await waitsFor("FOR SHARE");
        changing = rejection(other.editor.update(found.id, { realNumber: contested }));
      });
      expect(await mapping).to.deep.equal([
        { kind: "refused", realNumber: contested, code: "REAL_NUMBER_IS_PROXY" },
      ]);
      expect(await changing).to.have.property("code", "REAL_NUMBER_IS_PROXY");
    });

    it("do not make imports into different pools wait for each other", async () => {
      await store.transaction(async () => {
        await mapAll(one, [{ realNumber: phone("79001112233") }], first);
        // It would never end if it waited for the outer transaction.
        await mapAll(other, [{ realNumber: phone("79001112244") }], second);
      });
      expect((await one.search.count({})).value).to.equal(2);
    });

    it("never contain a real number, however many run concurrently", async () => {
      const rows = Array.from({ length: 40 }, (_, index) => ({
        realNumber: phone(String(79_995_000_000 + index * 10)),
      }));
      await Promise.allSettled(
        rows.flatMap((row, index) => [
          (index % 2 === 0 ? one : other).mapper.map([row], { poolId: index % 3 === 0 ? first : second }),
          (index % 2 === 0 ? other : one).pools.create({
            name: `pool ${index}`,
            ranges: [range(String(79_995_000_000 + index * 10), String(79_995_000_000 + index * 10 + 9))],
          }),
        ]),
      );
      const pools = await one.pools.list();
      const real = (await one.search.page({ limit: 1000 })).items.flatMap(
        ({ realNumber }) => realNumber ?? [],
      );
      const inPools = real.filter((number) =>
        pools.some(({ ranges }) => ranges.some(({ first: from, last }) => from <= number && number <= last)),
      );
      expect(inPools).to.deep.equal([]);
      // Each number is either in the pool or a real number.
      expect(real.length + pools.length - 2).to.equal(rows.length);
    }).timeout(60_000);
  });
});
