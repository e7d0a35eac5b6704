import { expect } from "chai";
import type { NumberRange } from "../../../src/values/numberRange.ts";
import { isPhoneNumber } from "../../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../../src/values/phoneNumber.ts";
import { NoPoolError, PoolNameTakenError, RangeConflictError } from "../../../src/numbers/errors.ts";
import { createNumberMapper } from "../../../src/numbers/mappings/allocate.ts";
import { createMappingRepository } from "../../../src/numbers/mappings/reader.ts";
import { createMappingSearch } from "../../../src/numbers/mappings/search.ts";
import type { ExportedMapping } from "../../../src/numbers/mappings/types.ts";
import { createPools } from "../../../src/numbers/pools/pools.ts";
import type { MapResult, MapRow, NumberMapper, Pools } from "../../../src/numbers/types.ts";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";

const number = (digits: string): PhoneNumber => {
  if (!isPhoneNumber(digits)) throw new Error("no number");
  return digits;
};
const range = (first: string, last: string): NumberRange => ({ first: number(first), last: number(last) });
const hundred = range("79580000000", "79580000099");
const million = range("79580000000", "79580999999");
const real = (index: number): PhoneNumber => number(String(79_001_000_000 + index));
const rows = (from: number, to: number): MapRow[] =>
  Array.from({ length: to - from }, (_, index) => ({ realNumber: real(from + index) }));
const proxyOf = (result: MapResult | undefined): string | null =>
  result && result.kind !== "refused" ? result.proxyNumber : null;
const sorted = (numbers: readonly (string | null)[]): string[] => numbers.map((one) => one ?? "none").sort();
const kinds = (results: readonly MapResult[]): string[] =>
  results.map((result) => (result.kind === "refused" ? result.code : result.kind));

const poolsOf = (store: Store): Pools =>
  createPools({
    store,
    clock: { nowMs: () => Date.UTC(2026, 0, 1) },
    invalidations: { announce: async () => undefined, announceEverything: async () => undefined },
  });

const mapperOf = (store: Store, announced: string[] = []): NumberMapper =>
  createNumberMapper({
    store,
    clock: { nowMs: () => Date.UTC(2026, 0, 1) },
    invalidations: {
      announce: async (numbers) => {
        announced.push(...numbers);
      },
    },
  });

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject.");
}

async function everything(store: Store): Promise<ExportedMapping[]> {
  const all: ExportedMapping[] = [];
  for await (const chunk of createMappingSearch(store).stream({}, 37)) all.push(...chunk);
  return all;
}

const addByHand = (store: Store, realPhone: string, fakePhone: string): Promise<unknown> =>
  store.transaction((manager) =>
    manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
      realPhone,
      fakePhone,
    ]),
  );

describe("The mapper", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("assigns every real number a proxy number from the pool, and keeps it", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([million]);
      const announced: string[] = [];
      const mapper = mapperOf(store, announced);
      const first = await mapper.map(rows(0, 1234));
      expect(new Set(kinds(first))).to.deep.equal(new Set(["created"]));
      const proxies = first.map(proxyOf);
      expect(new Set(proxies).size).to.equal(1234);
      expect(proxies.every((proxy) => /^79580\d{6}$/.test(proxy ?? ""))).to.equal(true);
      expect(sorted(announced)).to.deep.equal(sorted(proxies));

      const again = await mapper.map(rows(1000, 1300));
      expect(kinds(again)).to.deep.equal([
        ...Array.from({ length: 234 }, () => "existing"),
        ...Array.from({ length: 66 }, () => "created"),
      ]);
      expect(again.slice(0, 234).map(proxyOf)).to.deep.equal(proxies.slice(1000));
      expect(await createMappingSearch(store).countAll({})).to.equal(1300);
    });

    it("does not assign numbers in sequence", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([million]);
      const proxies = (await mapperOf(store).map(rows(0, 200))).map(proxyOf);
      const ascents = proxies.filter(
        (proxy, index) => index > 0 && (proxy ?? "") > (proxies[index - 1] ?? ""),
      );
      expect(ascents.length).to.be.within(60, 140);
    });

    it("maps as many numbers as the pool has, in the order of the file, and reports the rest", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([hundred, range("74950000001", "74950000005")]);
      const results = await mapperOf(store).map(rows(0, 120));
      expect(kinds(results)).to.deep.equal([
        ...Array.from({ length: 105 }, () => "created"),
        ...Array.from({ length: 15 }, () => "POOL_EXHAUSTED"),
      ]);
      expect(new Set(results.map(proxyOf)).size).to.equal(106);
      const known = await mapperOf(store).map(rows(100, 110));
      expect(kinds(known)).to.deep.equal([
        ...Array.from({ length: 5 }, () => "existing"),
        ...Array.from({ length: 5 }, () => "POOL_EXHAUSTED"),
      ]);
    });

    it("rejects a real number that is routed to us", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([hundred]);
      await addByHand(store, "79009999999", "74957654321");
      const results = await mapperOf(store).map([
        { realNumber: number("79580000042") },
        { realNumber: number("74957654321") },
        { realNumber: real(1) },
      ]);
      expect(kinds(results)).to.deep.equal(["REAL_NUMBER_IS_PROXY", "REAL_NUMBER_IS_PROXY", "created"]);
    });

    it("skips numbers of the pool that are already in use", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([hundred]);
      for (let index = 0; index < 98; index += 1) {
        const taken = `795800000${String(index).padStart(2, "0")}`;
        await addByHand(
          store,
          index < 50 ? `7495000${1000 + index}` : taken,
          index < 50 ? taken : `7495000${1000 + index}`,
        );
      }
      const results = await mapperOf(store).map(rows(0, 3));
      expect(sorted(results.slice(0, 2).map(proxyOf))).to.deep.equal(["79580000098", "79580000099"]);
      expect(kinds(results)[2]).to.equal("POOL_EXHAUSTED");
    });

    it("stores the details of a number only for a new mapping", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([hundred]);
      const mapper = mapperOf(store);
      const row: MapRow = {
        realNumber: real(1),
        label: "Иванов 🙂",
        reference: "A-17",
        expiresAtMs: Date.UTC(2027, 5, 1, 12, 0, 0, 7),
        callerIdPolicy: { kind: "fixed", number: number("74951234567") },
      };
      await mapper.map([row, { realNumber: real(2) }], { importId: 7 });
      await mapper.map([{ ...row, label: "Петров" }], { importId: 8 });
      const reader = createMappingRepository(store);
      const found = await reader.findByReal(real(1));
      expect(found).to.deep.include({
        realNumber: real(1),
        state: "active",
        label: "Иванов 🙂",
        reference: "A-17",
        expiresAtMs: row.expiresAtMs,
        callerIdPolicy: row.callerIdPolicy,
        importId: 7,
        realNumberIsProxy: false,
        createdAtMs: Date.UTC(2026, 0, 1),
      });
      expect(await reader.findByReal(real(2))).to.deep.include({
        label: null,
        expiresAtMs: null,
        callerIdPolicy: null,
      });
      expect(await reader.findByReal(real(3))).to.equal(null);
    });

    it("is rolled back with the transaction around it, including the numbers it took", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([range("79580000000", "79580000002")]);
      const announced: string[] = [];
      const mapper = mapperOf(store, announced);
      await rejection(
        store.transaction(async () => {
          expect(kinds(await mapper.map(rows(0, 3)))).to.deep.equal(["created", "created", "created"]);
          throw new Error("changed its mind");
        }),
      );
      expect(announced).to.deep.equal([]);
      expect(await everything(store)).to.deep.equal([]);
      expect(kinds(await mapper.map(rows(3, 6)))).to.deep.equal(["created", "created", "created"]);
    });

    it("handles twenty concurrent uploads of overlapping files from two processes into two pools", async function () {
      this.timeout(60_000);
      const { store, another } = await open();
      const other = await another();
      const pools = poolsOf(store);
      await pools.ensureDefault([million]);
      const secondPool = await pools.create({
        name: "second",
        ranges: [range("74950000000", "74950099999")],
      });
      const uploads = Array.from({ length: 20 }, (_, index) =>
        mapperOf(index % 2 === 0 ? store : other).map(
          rows(index * 50, index * 50 + 700),
          index % 5 === 0 ? { poolId: secondPool } : {},
        ),
      );
      const results = (await Promise.all(uploads)).flat();
      const proxyByReal = new Map<string, string | null>();
      for (const result of results) {
        const proxy = proxyOf(result);
        expect(proxy).not.to.equal(null);
        expect(proxyByReal.get(result.realNumber) ?? proxy).to.equal(proxy);
        proxyByReal.set(result.realNumber, proxy);
      }
      expect(proxyByReal.size).to.equal(19 * 50 + 700);
      expect(new Set(proxyByReal.values()).size).to.equal(proxyByReal.size);
      expect(results.filter(({ kind }) => kind === "created").length).to.equal(proxyByReal.size);
      const stored = await everything(store);
      expect(new Map(stored.map((one) => [one.realNumber, one.proxyNumber]))).to.deep.equal(proxyByReal);
    });

    it("reports a missing pool", async () => {
      const { store } = await open();
      expect(await poolsOf(store).ensureDefault([])).to.equal(null);
      expect(await rejection(mapperOf(store).map(rows(0, 1)))).to.be.instanceOf(NoPoolError);
      expect(await rejection(mapperOf(store).map(rows(0, 1), { poolId: 77 }))).to.be.instanceOf(NoPoolError);
      expect(await mapperOf(store).map([])).to.deep.equal([]);
    });
  });
});

describe("Pools", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("are created from the settings once, and extended by new ranges", async () => {
      const { store, another } = await open();
      const other = await another();
      const ids = await Promise.all(
        [store, other, store, other].map((one) => poolsOf(one).ensureDefault([hundred])),
      );
      expect(new Set(ids).size).to.equal(1);
      const more = range("79580000100", "79580000109");
      await poolsOf(store).ensureDefault([hundred, more]);
      await mapperOf(store).map(rows(0, 30));
      const [pool, ...others] = await poolsOf(store).list();
      expect(others).to.deep.equal([]);
      expect(pool).to.deep.include({
        id: ids[0],
        name: "default",
        isDefault: true,
        enabled: true,
        ranges: [hundred, more],
        listed: 0,
        counts: { total: 110, free: 80, used: 30, quarantined: 0, blocked: 0 },
      });
    });

    it("reject numbers of another pool and real numbers, and name them", async () => {
      const { store } = await open();
      const pools = poolsOf(store);
      await pools.ensureDefault([hundred]);
      await addByHand(store, "74950000003", "79580000001");
      const error = await rejection(
        pools.create({
          name: "second",
          ranges: [
            range("79580000090", "79580000200"),
            range("74950000000", "74950000009"),
            range("74950000009", "74950000010"),
          ],
        }),
      );
      expect(error).to.be.instanceOf(RangeConflictError);
      if (!(error instanceof RangeConflictError)) return;
      expect(error.message).not.to.match(/\d{5}/);
      expect(error.conflicts).to.deep.equal([
        { kind: "pool", range: range("79580000090", "79580000200"), pool: "default", with: hundred },
        { kind: "real_number", range: range("74950000000", "74950000009"), realNumber: "74950000003" },
        {
          kind: "same_request",
          range: range("74950000009", "74950000010"),
          with: range("74950000000", "74950000009"),
        },
      ]);
      expect((await pools.list()).map(({ name }) => name)).to.deep.equal(["default"]);
    });

    it("never overlap, even if created at the same moment on two instances", async () => {
      const { store, another } = await open();
      const other = await another();
      const results = await Promise.allSettled(
        Array.from({ length: 6 }, (_, index) =>
          poolsOf(index % 2 === 0 ? store : other).create({
            name: `pool ${index}`,
            ranges: [range(`7958000000${index}`, "79580000099")],
          }),
        ),
      );
      expect(results.filter(({ status }) => status === "fulfilled").length).to.equal(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).to.be.instanceOf(RangeConflictError);
      }
    });

    it("have unique names and valid ranges", async () => {
      const { store } = await open();
      const pools = poolsOf(store);
      await pools.create({ name: "one", ranges: [] });
      expect(await rejection(pools.create({ name: "one", ranges: [] }))).to.be.instanceOf(PoolNameTakenError);
      const backwards = await rejection(pools.create({ name: "two", ranges: [range("200", "100")] }));
      expect(backwards).to.have.property("code", "RANGE_INVALID");
      expect((await pools.list()).length).to.equal(1);
    });
  });
});

describe("Reading mappings", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("streams each mapping once", async () => {
      const { store } = await open();
      await poolsOf(store).ensureDefault([million]);
      await mapperOf(store).map(rows(0, 250));
      expect((await everything(store)).map(({ realNumber }) => realNumber)).to.deep.equal(
        rows(0, 250).map(({ realNumber }) => realNumber),
      );
    });

    it("detects a real number that is a proxy number, and finds a released mapping by its former real number", async () => {
      const { store } = await open();
      await addByHand(store, "79001112233", "79580000001");
      await addByHand(store, "79580000001", "79580000002");
      await store.transaction((manager) =>
        manager.query(
          "INSERT INTO phone_mappings (fake_phone, released_real_phone, state) VALUES ('79580000003', '79001112244', 'quarantined')",
        ),
      );
      const reader = createMappingRepository(store);
      expect(await reader.loadForCall(number("79580000001"))).to.deep.include({ realNumberIsProxy: false });
      expect(await reader.loadForCall(number("79580000002"))).to.deep.include({ realNumberIsProxy: true });
      expect(await reader.loadForCall(number("79580000003"))).to.deep.include({
        state: "quarantined",
        realNumber: "79001112244",
      });
      expect(await reader.findByReal(number("79001112244"))).to.equal(null);
      expect(await reader.loadForCall(number("79580000004"))).to.equal(null);
    });
  });
});
