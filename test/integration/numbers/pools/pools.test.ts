import { expect } from "chai";
import type { PhoneNumber } from "../../../../src/values/phoneNumber.ts";
import {
  NumbersInUseError,
  NumbersNotInPoolError,
  RangeConflictError,
} from "../../../../src/numbers/errors.ts";
import type { Store } from "../../../../src/store/types.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import {
  dayMs,
  mapAll,
  numbersOn,
  phone,
  range,
  realNumber,
  realRows,
  rejection,
} from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";

const ten = range("79580000000", "79580000009");
const digits = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(79_580_000_000 + from + index));
const sorted = (numbers: readonly string[]): string[] => [...numbers].sort();

/** The expected counts, computed in the slow way. */
async function countedSlowly(store: Store, poolId: number): Promise<{ used: number; quarantined: number }> {
  const rows: { state: string; count: number | string }[] = await store.read((manager) =>
    manager.query("SELECT state, COUNT(*) AS count FROM phone_mappings WHERE pool_id = ? GROUP BY state", [
      poolId,
    ]),
  );
  const all = rows.reduce((sum, { count }) => sum + Number(count), 0);
  const quarantined = Number(rows.find(({ state }) => state === "quarantined")?.count ?? 0);
  return { used: all - quarantined, quarantined };
}

describe("A pool", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store);
    });

    const idOf = async (proxyNumber: PhoneNumber): Promise<number> => {
      const found = await numbers.repository.loadForCall(proxyNumber);
      if (!found) throw new Error("no such mapping");
      return found.id;
    };

    async function release(...proxyNumbers: readonly PhoneNumber[]): Promise<void> {
      for (const proxyNumber of proxyNumbers) await numbers.editor.release(await idOf(proxyNumber));
    }

    it("keeps its settings, and changes only those requested", async () => {
      const id = await numbers.pools.create({
        name: "Moscow",
        ranges: [ten],
        country: "RU",
        label: "the old trunk",
        callerIdPolicy: { kind: "fixed", number: phone("74951234567") },
        quarantineSeconds: 60,
        warningDays: 3,
      });
      expect(await numbers.pools.get(id)).to.deep.include({
        name: "Moscow",
        country: "RU",
        label: "the old trunk",
        callerIdPolicy: { kind: "fixed", number: "74951234567" },
        quarantineSeconds: 60,
        warningDays: 3,
        enabled: true,
        isDefault: true,
        counts: { total: 10, free: 10, used: 0, quarantined: 0, blocked: 0 },
      });
      await numbers.pools.update(id, { name: "Москва", callerIdPolicy: null, isDefault: true });
      expect(await numbers.pools.get(id)).to.deep.include({
        name: "Москва",
        country: "RU",
        callerIdPolicy: null,
        isDefault: true,
      });
      expect(numbers.announced).to.deep.equal(["everything"]);
      const second = await numbers.pools.create({ name: "second", isDefault: true });
      expect((await numbers.pools.list()).map((pool) => [pool.id, pool.isDefault])).to.deep.equal([
        [id, false],
        [second, true],
      ]);
      expect(await rejection(numbers.pools.update(second, { name: "Москва" }))).to.have.property(
        "code",
        "POOL_NAME_TAKEN",
      );
      expect(await rejection(numbers.pools.get(77))).to.have.property("code", "POOL_UNKNOWN");
    });

    it("assigns its listed numbers once each, not in sequence", async () => {
      const list = Array.from({ length: 60 }, (_, index) => phone(String(74_950_000_000 + index * 7)));
      const id = await numbers.pools.create({ name: "list", numbers: list, isDefault: true });
      const given = await mapAll(numbers, realRows(0, 60));
      expect(sorted(given)).to.deep.equal(sorted(list));
      expect(given).not.to.deep.equal(list);
      expect((await numbers.mapper.map(realRows(60, 61)))[0]).to.include({ code: "POOL_EXHAUSTED" });
      expect(await numbers.pools.get(id)).to.deep.include({ listed: 60, ranges: [] });
      const conflict = await rejection(
        numbers.pools.create({ name: "other", ranges: [range("74950000000", "74950000006")] }),
      );
      expect(conflict).to.be.instanceOf(RangeConflictError);
      const again = await rejection(numbers.pools.create({ name: "other", numbers: [phone("74950000007")] }));
      expect(again)
        .to.be.instanceOf(RangeConflictError)
        .and.to.have.nested.property("conflicts[0].pool", "list");
      const real = await rejection(numbers.pools.extend(id, { numbers: [realNumber(1)] }));
      expect(real)
        .to.be.instanceOf(RangeConflictError)
        .and.to.have.nested.property("conflicts[0].realNumber", realNumber(1));
      expect((await numbers.mapper.map([{ realNumber: phone("74950000014") }]))[0]).to.include({
        code: "REAL_NUMBER_IS_PROXY",
      });
    });

    it("quarantines a released number, and reuses the one released first when there is no other", async () => {
      const id = await numbers.pools.create({
        name: "small",
        ranges: [range("79580000000", "79580000003")],
        isDefault: true,
        quarantineSeconds: 86_400,
      });
      const [first, second, third] = await mapAll(numbers, realRows(0, 3));
      if (!first || !second || !third) throw new Error("no numbers");
      await release(second);
      numbers.clock.at += 1000;
      await release(first);
      expect(await numbers.repository.loadForCall(second)).to.include({ state: "quarantined" });
      expect(await numbers.repository.findByReal(realNumber(1))).to.equal(null);
      expect((await numbers.pools.get(id)).counts).to.deep.equal({
        total: 4,
        free: 1,
        used: 1,
        quarantined: 2,
        blocked: 0,
      });
      // The unused number is assigned first. After it there is none, because the others are in quarantine.
      const [fresh] = await mapAll(numbers, realRows(10, 11));
      expect(digits(0, 4)).to.include(fresh);
      expect([first, second, third]).not.to.include(fresh);
      expect((await numbers.mapper.map(realRows(11, 12)))[0]).to.include({ code: "POOL_EXHAUSTED" });
      numbers.clock.at += dayMs;
      expect(await mapAll(numbers, realRows(11, 13))).to.deep.equal([second, first]);
      expect(await countedSlowly(store, id)).to.deep.equal({ used: 4, quarantined: 0 });
      expect((await numbers.pools.get(id)).counts).to.include({ free: 0, used: 4, quarantined: 0 });
    });

    it("ends quarantines by itself, and then the number is unknown again", async () => {
      const id = await numbers.pools.create({
        name: "small",
        ranges: [ten],
        isDefault: true,
        quarantineSeconds: 60,
      });
      const given = await mapAll(numbers, realRows(0, 5));
      await release(...given.slice(0, 3));
      await numbers.keeper.run();
      expect((await numbers.pools.get(id)).counts).to.include({ used: 2, quarantined: 3, free: 5 });
      numbers.clock.at += 60_000;
      numbers.announced.length = 0;
      await numbers.keeper.run();
      expect(sorted(numbers.announced)).to.deep.equal(sorted(given.slice(0, 3)));
      expect((await numbers.pools.get(id)).counts).to.include({ used: 2, quarantined: 0, free: 8 });
      expect(given[0] && (await numbers.repository.loadForCall(given[0]))).to.equal(null);
      // A new quarantine of a pool also applies to numbers released before.
      await release(...given.slice(3, 4));
      await numbers.pools.update(id, { quarantineSeconds: 0 });
      await numbers.keeper.run();
      expect((await numbers.pools.get(id)).counts).to.include({ used: 1, quarantined: 0, free: 9 });
      expect(sorted(await mapAll(numbers, realRows(20, 29)))).to.deep.equal(
        sorted(digits(0, 10).filter((one) => one !== given[4])),
      );
    });

    it("does not assign blocked numbers until they are unblocked", async () => {
      const id = await numbers.pools.create({
        name: "ten",
        ranges: [ten],
        isDefault: true,
        quarantineSeconds: 0,
      });
      const [used] = await mapAll(numbers, realRows(0, 1));
      if (!used) throw new Error("no number");
      const others = digits(0, 10)
        .filter((one) => one !== used)
        .map(phone);
      const blocked = [...others.slice(0, 3), used];
      await numbers.pools.block(id, blocked, "spam");
      await numbers.pools.block(id, blocked);
      expect((await numbers.pools.get(id)).counts).to.include({ free: 6, used: 1, blocked: 3 });
      expect((await numbers.pools.blocked(id, 10)).items).to.deep.equal(
        sorted(blocked).map((number) => ({ number, note: "spam", blockedAtMs: numbers.clock.at })),
      );
      expect(await rejection(numbers.pools.block(id, [phone("79580000010")]))).to.be.instanceOf(
        NumbersNotInPoolError,
      );
      await release(used);
      await numbers.keeper.run();
      expect((await numbers.pools.get(id)).counts).to.include({
        free: 6,
        used: 0,
        quarantined: 0,
        blocked: 4,
      });
      const results = await numbers.mapper.map(realRows(10, 20));
      expect(results.filter(({ kind }) => kind === "created").length).to.equal(6);
      await numbers.pools.unblock(id, blocked);
      expect((await numbers.pools.get(id)).counts).to.include({ free: 4, used: 6, blocked: 0 });
      expect(sorted(await mapAll(numbers, realRows(16, 20)))).to.deep.equal(sorted(blocked));
    });

    it("lists its blocked numbers page by page, even if the last one of a page is unblocked", async () => {
      const id = await numbers.pools.create({ name: "ten", ranges: [ten] });
      const other = await numbers.pools.create({ name: "other", numbers: [phone("74950000001")] });
      const all = digits(0, 9).map(phone);
      await numbers.pools.block(id, all);
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page = await numbers.pools.blocked(id, 3, after);
        seen.push(...page.items.map(({ number }) => number));
        after = page.next;
        const last = page.items.at(-1);
        if (after !== null && last) {
          expect(after).not.to.contain(last.number.slice(-6));
          expect(Buffer.from(after, "base64url").toString("latin1")).not.to.contain(last.number.slice(-6));
          expect(await rejection(numbers.pools.blocked(other, 3, after))).to.have.property(
            "code",
            "BAD_CURSOR",
          );
          await numbers.pools.unblock(id, [last.number]);
        }
      } while (after !== null);
      expect(seen).to.deep.equal(all);
      expect(await rejection(numbers.pools.blocked(id, 3, all[0]))).to.have.property("code", "BAD_CURSOR");
    });

    it("removes only unused numbers, and never assigns them again", async () => {
      const id = await numbers.pools.create({
        name: "ten",
        ranges: [ten],
        isDefault: true,
        quarantineSeconds: 0,
      });
      const [used, rested] = await mapAll(numbers, realRows(0, 2));
      if (!used || !rested) throw new Error("no number");
      const refused = await rejection(numbers.pools.shrink(id, { ranges: [ten] }));
      expect(refused).to.be.instanceOf(NumbersInUseError);
      expect(refused)
        .to.have.property("numbers")
        .that.deep.equals(sorted([used, rested]));
      await release(rested);
      const unused = digits(0, 10)
        .filter((one) => one !== used)
        .map(phone);
      // Few numbers first, so that allocation continues in the order of the range, then most of the rest.
      const gone = [...unused.slice(0, 2), rested];
      await numbers.pools.block(id, unused.slice(0, 1));
      await numbers.pools.shrink(id, { numbers: [...new Set(gone)] });
      const left = unused.filter((one) => !gone.includes(one));
      expect((await numbers.pools.get(id)).counts).to.deep.equal({
        total: left.length + 1,
        free: left.length,
        used: 1,
        quarantined: 0,
        blocked: 0,
      });
      const removed = left.slice(0, left.length - 2);
      await numbers.pools.shrink(id, { numbers: removed });
      expect(await rejection(numbers.pools.shrink(id, { numbers: removed.slice(0, 1) }))).to.be.instanceOf(
        NumbersNotInPoolError,
      );
      // The settings do not add them again, but a user can.
      await numbers.pools.ensureDefault([ten]);
      expect((await numbers.pools.get(id)).counts).to.include({ total: 3, free: 2 });
      expect(sorted(await mapAll(numbers, realRows(10, 12)))).to.deep.equal(sorted(left.slice(-2)));
      await numbers.pools.extend(id, { numbers: removed.slice(0, 1) });
      expect(await mapAll(numbers, realRows(12, 13))).to.deep.equal(removed.slice(0, 1));
      expect((await numbers.pools.get(id)).counts).to.include({ total: 4, free: 0, used: 4 });
    });

    it("assigns nothing while disabled, and can be deleted only without mappings", async () => {
      const id = await numbers.pools.create({
        name: "ten",
        ranges: [ten],
        numbers: [phone("74950000001")],
        isDefault: true,
        quarantineSeconds: 60,
      });
      const [used] = await mapAll(numbers, realRows(0, 1));
      if (!used) throw new Error("no number");
      await numbers.pools.update(id, { enabled: false });
      const known = { kind: "existing", realNumber: realRows(0, 1)[0]?.realNumber, proxyNumber: used };
      expect(await numbers.mapper.map(realRows(0, 1)), "who has a number needs no pool").to.deep.equal([
        known,
      ]);
      expect(await rejection(numbers.mapper.map(realRows(1, 2)))).to.have.property("code", "NO_POOL");
      expect(await numbers.repository.loadForCall(used)).to.include({ state: "active" });
      expect(await rejection(numbers.pools.remove(id))).to.include({ code: "POOL_NOT_EMPTY", used: 1 });
      await release(used);
      expect(await rejection(numbers.pools.remove(id))).to.include({
        code: "POOL_NOT_EMPTY",
        quarantined: 1,
      });
      numbers.clock.at += 60_000;
      await numbers.pools.remove(id);
      expect(await numbers.pools.list()).to.deep.equal([]);
      await numbers.pools.create({ name: "ten", ranges: [ten], numbers: [phone("74950000001")] });
    });

    it("adopts mappings created before it", async () => {
      await store.transaction((manager) =>
        manager.query(
          "INSERT INTO phone_mappings (real_phone, fake_phone) VALUES ('79001112233', '79580000004')",
        ),
      );
      const id = await numbers.pools.create({ name: "ten", ranges: [ten] });
      expect((await numbers.pools.get(id)).counts).to.include({ used: 1, free: 9 });
    });

    it("applies its caller ID policy to mappings without one", async () => {
      const id = await numbers.pools.create({
        name: "ten",
        ranges: [ten],
        isDefault: true,
        callerIdPolicy: { kind: "fixed", number: phone("74951234567") },
      });
      const [own, pools] = await mapAll(numbers, [
        { realNumber: realNumber(1), callerIdPolicy: { kind: "caller" } },
        { realNumber: realNumber(2) },
      ]);
      const policyOf = async (proxyNumber: PhoneNumber | undefined) =>
        proxyNumber && (await numbers.repository.loadForCall(proxyNumber))?.callerIdPolicy;
      expect(await policyOf(own)).to.deep.equal({ kind: "caller" });
      expect(await policyOf(pools)).to.deep.equal({ kind: "fixed", number: "74951234567" });
      await numbers.pools.update(id, { callerIdPolicy: { kind: "anonymous" } });
      expect(await policyOf(pools)).to.deep.equal({ kind: "anonymous" });
      expect(pools && (await numbers.search.find(await idOf(pools)))?.callerIdPolicy).to.equal(null);
    });

    it("forecasts when it will be empty from the use of the last weeks", async () => {
      const id = await numbers.pools.create({
        name: "hundred",
        ranges: [range("79580000000", "79580000099")],
        isDefault: true,
      });
      for (let day = 0; day < 10; day += 1) {
        await mapAll(numbers, realRows(day * 3, day * 3 + 3));
        if (day < 9) numbers.clock.at += dayMs;
      }
      expect((await numbers.pools.get(id)).forecast).to.deep.equal({
        emptyInDays: 23,
        perDay: 3,
        basedOnDays: 9,
      });
      // The first day of use is known for longer than the forecast looks back.
      numbers.clock.at += 35 * dayMs;
      await mapAll(numbers, realRows(30, 35));
      expect((await numbers.pools.get(id)).forecast).to.deep.equal({
        emptyInDays: null,
        perDay: 0,
        basedOnDays: 27,
      });
    });
  });
});
