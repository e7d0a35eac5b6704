import { expect } from "chai";
import type {
  ExportedMapping,
  MappingFilter,
  MappingQuery,
  MappingSort,
} from "../../../../src/numbers/mappings/types.ts";
import type { MappingDetails } from "../../../../src/numbers/types.ts";
import type { Store } from "../../../../src/store/types.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import {
  allOf,
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

describe("Mappings", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;
    let poolId: number;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store);
      poolId = await numbers.pools.create({
        name: "main",
        ranges: [range("79580000000", "79580009999")],
        isDefault: true,
        quarantineSeconds: 60,
      });
    });

    async function mapped(real: number): Promise<MappingDetails> {
      const found = await numbers.repository.findByReal(realNumber(real));
      if (!found) throw new Error("no such mapping");
      return found;
    }

    const found = async (filter: MappingFilter): Promise<(string | null)[]> => {
      const { items } = await numbers.search.page({ filter, sort: "realNumber", limit: 1000 });
      const streamed = await allOf(numbers.search.stream(filter, 3));
      const byId = (all: readonly Pick<MappingDetails, "id">[]) =>
        all.map(({ id }) => id).sort((one, other) => one - other);
      expect(byId(streamed)).to.deep.equal(byId(items));
      expect(await numbers.search.count(filter)).to.deep.equal({ value: items.length, exact: true });
      expect(await numbers.search.countAll(filter)).to.equal(items.length);
      return items.map((mapping) => mapping.realNumber);
    };

    it("are found by either number or its end, label, reference, pool, state, and import", async () => {
      const second = await numbers.pools.create({
        name: "second",
        ranges: [range("74950000000", "74950000009")],
      });
      await numbers.mapper.map(
        [
          { realNumber: realNumber(1), label: "Anna 100%_", reference: "A-1" },
          { realNumber: realNumber(2), label: "anna B", reference: "A-2" },
          { realNumber: realNumber(11_001), label: "Boris", reference: "B-1" },
        ],
        { importId: 7 },
      );
      await numbers.mapper.map([{ realNumber: realNumber(4), expiresAtMs: numbers.clock.at + 1000 }], {
        poolId: second,
      });
      const { proxyNumber } = await mapped(1);
      const all = [1, 2, 4, 11_001].map(realNumber);
      expect(await found({})).to.deep.equal(all);
      expect(await found({ number: realNumber(2) })).to.deep.equal([realNumber(2)]);
      expect(await found({ number: proxyNumber })).to.deep.equal([realNumber(1)]);
      expect(await found({ number: phone("79009999999") })).to.deep.equal([]);
      expect(await found({ suffix: "001", importId: 7 })).to.include.members([
        realNumber(1),
        realNumber(11_001),
      ]);
      const byFour = await found({ suffix: "1001" });
      expect(byFour).to.include(realNumber(11_001));
      // Its proxy number is random.
      expect(byFour.includes(realNumber(2))).to.equal((await mapped(2)).proxyNumber.endsWith("1001"));
      expect(await found({ suffix: "11001" })).to.deep.equal([realNumber(11_001)]);
      expect(await found({ suffix: proxyNumber.slice(-7) })).to.deep.equal([realNumber(1)]);
      expect(await found({ number: realNumber(2), suffix: "9999999" })).to.deep.equal([]);
      expect(await found({ label: "ANNA" })).to.deep.equal([realNumber(1), realNumber(2)]);
      expect(await found({ label: "Anna 100%_" })).to.deep.equal([realNumber(1)]);
      expect(await found({ label: "%" })).to.deep.equal([]);
      expect(await found({ reference: "a-", label: "anna b" })).to.deep.equal([realNumber(2)]);
      expect(await found({ poolId: second })).to.deep.equal([realNumber(4)]);
      expect(await found({ importId: 7, poolId: second })).to.deep.equal([]);
      await numbers.editor.update((await mapped(2)).id, { state: "disabled" });
      expect(await found({ state: "disabled" })).to.deep.equal([realNumber(2)]);
      expect(await found({ state: "active", poolId })).to.deep.equal([realNumber(1), realNumber(11_001)]);
      numbers.clock.at += 1000;
      await numbers.keeper.run();
      expect(await found({ state: "expired" })).to.deep.equal([realNumber(4)]);
      await numbers.editor.release((await mapped(1)).id);
      expect(await found({ state: "quarantined" })).to.deep.equal([realNumber(1)]);
      expect(await found({ number: realNumber(1) })).to.deep.equal([realNumber(1)]);
    });

    it("are found by any part of the label, the reference, or a number", async () => {
      await numbers.mapper.map([
        { realNumber: realNumber(1), label: "Анна Петрова (курьер)", reference: "Заказ 100%_7" },
        { realNumber: realNumber(2), label: "ООО «Берёзка»" },
        { realNumber: realNumber(3), reference: "Petrova" },
      ]);
      const { proxyNumber, id } = await mapped(1);
      const search = (text: string, ...digits: string[]): Promise<(string | null)[]> =>
        found({ search: { text, digits } });
      const [anna, birch, latin] = [1, 2, 3].map(realNumber);
      expect(await search("петрова")).to.deep.equal([anna]);
      expect(await search("КУРЬЕР)")).to.deep.equal([anna]);
      expect(await search("100%_")).to.deep.equal([anna]);
      expect(await search("БЕРЕЗКА»")).to.deep.equal([birch]);
      expect(await search("берёз")).to.deep.equal([birch]);
      expect(await search("TROV")).to.deep.equal([latin]);
      expect(await search("курьер) заказ")).to.deep.equal([]);
      expect(await search("%")).to.deep.equal([anna]);
      expect(await search("900100000")).to.deep.equal([]);
      expect(await search("900-100-000", "900100000")).to.deep.equal([anna, birch, latin]);
      expect(await search("x", "00100000", "0001")).to.deep.equal([anna, birch, latin]);
      expect(await search(proxyNumber.slice(1))).to.deep.equal([anna]);
      expect(await found({ search: { text: "петрова", digits: [] }, state: "disabled" })).to.deep.equal([]);
      expect(await found({ reference: "заказ 1" })).to.deep.equal([anna]);
      // Masked, only the last four digits of a real number are known.
      const masked = (digits: string): Promise<(string | null)[]> =>
        found({ search: { text: digits, digits: [digits] }, realNumbersMasked: true });
      const proxies = await Promise.all([1, 2, 3].map(async (real) => (await mapped(real)).proxyNumber));
      /** Whose proxy number, which is random, has these digits. */
      const having = (digits: string) =>
        [anna, birch, latin].filter((_, index) => proxies[index]?.includes(digits));
      expect(await masked("0001")).to.have.members([...new Set([anna, ...having("0001")])]);
      expect(await masked("00001")).to.deep.equal(having("00001"));
      expect(await masked("9001")).to.deep.equal(having("9001"));
      expect(await masked(proxyNumber.slice(1))).to.deep.equal([anna]);
      await numbers.editor.update(id, { label: "Anna", reference: null });
      expect(await search("петрова")).to.deep.equal([]);
      expect(await search("anna")).to.deep.equal([anna]);
      await numbers.editor.release(id);
      expect(await search("anna")).to.deep.equal([anna]);
      expect(await search("0001", "9001000001")).to.have.members([...new Set([anna, ...having("0001")])]);
      const newestOf = (limit: number) =>
        numbers.search.parties({ search: { text: "9001", digits: ["9001"] } }, limit);
      expect((await newestOf(2)).complete).to.equal(false);
      expect((await newestOf(2)).parties.map((party) => party.realNumber)).to.deep.equal([latin, birch]);
      expect(await newestOf(3)).to.deep.include({ complete: true });
    });

    it("are found by a text that more of them have than a search collects, in any order", async () => {
      await store.transaction((manager) =>
        manager.query(
          `INSERT INTO phone_mappings (real_phone, fake_phone, state, pool_id, label)
           WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
           SELECT 79100000000 + a.i * 11 + b.i, 79200000000 + a.i * 11 + b.i, 'active', ${poolId}, 'Client'
           FROM n a CROSS JOIN (SELECT i FROM n WHERE i < 11) b`,
        ),
      );
      const filter: MappingFilter = { search: { text: "LIEN", digits: [] } };
      expect(await numbers.search.count(filter)).to.deep.equal({ value: 10_000, exact: false });
      const fakes = async (query: Omit<MappingQuery, "limit">) =>
        (await numbers.search.page({ filter, ...query, limit: 2 })).items.map((one) => one.proxyNumber);
      expect(await fakes({ sort: "proxyNumber" })).to.deep.equal(["79200000000", "79200000001"]);
      expect(await fakes({ sort: "realNumber", descending: true })).to.deep.equal([
        "79200010999",
        "79200010998",
      ]);
      const first = await numbers.search.page({ filter, limit: 1000 });
      const next = await numbers.search.page({ filter, limit: 1000, after: first.next });
      expect(new Set([...first.items, ...next.items].map(({ id }) => id)).size).to.equal(2000);
      expect(await numbers.search.countAll(filter)).to.equal(11_000);
    });

    it("are sorted in both directions, page by page, without gaps or repetitions while others are added", async () => {
      await numbers.mapper.map(
        Array.from({ length: 40 }, (_, index) => ({
          realNumber: realNumber((index * 17) % 40),
          ...(index % 4 !== 0 && { label: `label ${index % 5}` }),
          ...(index % 3 === 0 && { expiresAtMs: numbers.clock.at + dayMs * (index % 7) + dayMs }),
          reference: `r${index}`,
        })),
      );
      const before = await allOf(numbers.search.stream({}));
      const valueOf: Readonly<Record<MappingSort, (one: ExportedMapping) => string | number | null>> = {
        created: ({ id }) => id,
        realNumber: (one) => one.realNumber,
        proxyNumber: (one) => one.proxyNumber,
        label: (one) => one.label,
        expiresAt: (one) => one.expiresAtMs,
      };
      let newcomer = 1000;
      for (const [sort, value] of Object.entries(valueOf)) {
        for (const descending of [false, true]) {
          const expected = before.toSorted((one, other) => {
            const [a, b] = [value(one), value(other)];
            if (a === null || b === null) {
              if (a !== b) return a === null ? 1 : -1;
            } else if (a !== b) return (a < b ? -1 : 1) * (descending ? -1 : 1);
            return (one.id - other.id) * (descending ? -1 : 1);
          });
          const seen: number[] = [];
          let after: string | null = null;
          do {
            const page = await numbers.search.page({
              sort: sort as MappingSort,
              descending,
              after,
              limit: 7,
            });
            seen.push(...page.items.map(({ id }) => id));
            after = page.next;
            newcomer += 1;
            await numbers.mapper.map([
              { realNumber: realNumber(newcomer), label: "label 2", reference: "r2" },
            ]);
          } while (after !== null);
          const known = new Set(before.map(({ id }) => id));
          expect(new Set(seen).size).to.equal(seen.length);
          expect(
            seen.filter((id) => known.has(id)),
            `${sort} ${descending}`,
          ).to.deep.equal(expected.map(({ id }) => id));
        }
      }
    }).timeout(60_000);

    it("keep correct counts through all changes", async () => {
      await mapAll(numbers, realRows(0, 30));
      const act = (filter: MappingFilter, patch: Parameters<typeof numbers.editor.update>[1]) =>
        numbers.editor.bulk(filter, { kind: "change", patch });
      // Longer than what the pool's numbers differ in, so no proxy number ends like it.
      await act({ suffix: "1000007" }, { state: "disabled" });
      await act({ number: realNumber(8) }, { expiresAtMs: numbers.clock.at });
      await act({ number: realNumber(9) }, { expiresAtMs: numbers.clock.at + 500 });
      await numbers.editor.release((await mapped(10)).id);
      await numbers.discard([(await mapped(11)).id, (await mapped(7)).id]);
      numbers.clock.at += 500;
      await numbers.keeper.run();
      for (const state of ["active", "disabled", "expired", "quarantined"] as const) {
        expect(await numbers.search.count({ state, poolId })).to.deep.equal({
          value: await numbers.search.countAll({ state, poolId }),
          exact: true,
        });
      }
      expect((await numbers.search.count({ state: "expired" })).value).to.equal(2);
      expect((await numbers.pools.get(poolId)).counts).to.include({ used: 27, quarantined: 1, free: 9972 });
    });

    it("change on request, which is announced before and after", async () => {
      await numbers.mapper.map([
        { realNumber: realNumber(1), label: "old", expiresAtMs: numbers.clock.at + 1000 },
        { realNumber: realNumber(2) },
      ]);
      const { id, proxyNumber } = await mapped(1);
      numbers.announced.length = 0;
      numbers.prepared.length = 0;
      const changed = await numbers.editor.update(id, {
        label: null,
        reference: "R",
        callerIdPolicy: { kind: "fixed", number: phone("74951234567") },
        state: "disabled",
        realNumber: realNumber(3),
      });
      expect(changed).to.deep.include({
        label: null,
        reference: "R",
        callerIdPolicy: { kind: "fixed", number: "74951234567" },
        state: "disabled",
        realNumber: realNumber(3),
        proxyNumber,
        updatedAtMs: numbers.clock.at,
      });
      expect([numbers.prepared, numbers.announced]).to.deep.equal([[proxyNumber], [proxyNumber]]);
      numbers.clock.at += 1000;
      // Enabling does not make an expired mapping active.
      expect(await numbers.editor.update(id, { state: "active" })).to.include({ state: "expired" });
      expect(await numbers.editor.update(id, { expiresAtMs: numbers.clock.at + 5 })).to.include({
        state: "active",
      });
      expect(await numbers.editor.update(id, { expiresAtMs: null })).to.include({
        state: "active",
        expiresAtMs: null,
      });
      expect(await numbers.editor.update(id, { expiresAtMs: numbers.clock.at })).to.include({
        state: "expired",
      });
      const refusals = {
        REAL_NUMBER_TAKEN: () => numbers.editor.update(id, { realNumber: realNumber(2) }),
        REAL_NUMBER_IS_PROXY: () => numbers.editor.update(id, { realNumber: phone("79580000001") }),
        MAPPING_UNKNOWN: () => numbers.editor.update(99_999, { label: "x" }),
      };
      for (const [code, attempt] of Object.entries(refusals)) {
        expect(await rejection(attempt())).to.have.property("code", code);
      }
      expect(await mapped(3)).to.include({ id, state: "expired" });
    });

    it("are released once, and the real number can get a new proxy number", async () => {
      await mapAll(numbers, realRows(1, 2));
      const before = await mapped(1);
      numbers.announced.length = 0;
      const released = await numbers.editor.release(before.id);
      expect(released).to.include({
        state: "quarantined",
        realNumber: realNumber(1),
        releasedAtMs: numbers.clock.at,
        quarantinedUntilMs: numbers.clock.at + 60_000,
      });
      expect(numbers.announced).to.deep.equal([before.proxyNumber]);
      expect(await rejection(numbers.editor.release(before.id))).to.have.property("code", "MAPPING_RELEASED");
      expect(await rejection(numbers.editor.update(before.id, { label: "x" }))).to.have.property(
        "code",
        "MAPPING_RELEASED",
      );
      await mapAll(numbers, realRows(1, 2));
      expect((await mapped(1)).proxyNumber).not.to.equal(before.proxyNumber);
    });

    it("change in bulk, in batches, and continue after the time limit", async () => {
      await mapAll(numbers, realRows(0, 1100));
      await numbers.editor.update((await mapped(3)).id, { state: "disabled" });
      const disable = { kind: "change", patch: { state: "disabled" } } as const;
      const first = await numbers.editor.bulk({ poolId }, disable, { forMs: 0 });
      expect(first).to.include({ changed: 499, unchanged: 1 });
      expect(first.next).to.be.a("string");
      const second = await numbers.editor.bulk({ poolId }, disable, { after: first.next });
      expect(second).to.deep.equal({ changed: 600, unchanged: 0, next: null, before: [] });
      expect(await numbers.search.count({ state: "disabled" })).to.deep.equal({ value: 1100, exact: true });
      const anna = { kind: "user", id: 1, name: "anna" } as const;
      const enable = { kind: "change", patch: { state: "active" } } as const;
      const few = await numbers.editor.bulk({ poolId }, enable, { keepBefore: true, mostSteps: 1 });
      expect(few.before.map(({ ids }) => ids.length)).to.deep.equal([500]);
      expect(few.next).to.equal(first.next);
      expect(await numbers.editor.undo(few.before, anna)).to.deep.equal({ changed: 500, unchanged: 0 });
      expect(await numbers.editor.bulk({ label: "none" }, { kind: "release" })).to.include({
        changed: 0,
        unchanged: 0,
        next: null,
      });
      expect(await numbers.editor.bulk({ state: "disabled" }, { kind: "release" })).to.include({
        changed: 1100,
      });
      expect((await numbers.pools.get(poolId)).counts).to.include({ used: 0, quarantined: 1100 });
    }).timeout(30_000);

    it("change in bulk by ID, each once, beyond the size of a batch", async () => {
      await mapAll(numbers, realRows(0, 700));
      const page = await numbers.search.page({ limit: 1000 });
      const ids = page.items.map(({ id }) => id).slice(0, 600);
      numbers.announced.length = 0;
      numbers.prepared.length = 0;
      const disable = { kind: "change", patch: { state: "disabled" } } as const;
      const all = { forMs: Number.POSITIVE_INFINITY };
      expect(await numbers.editor.bulk({ ids: [...ids, 999_999] }, disable, all)).to.include({
        changed: 600,
        unchanged: 0,
        next: null,
      });
      const told = page.items.slice(0, 600).map(({ proxyNumber }) => proxyNumber);
      expect(numbers.prepared).to.have.members(told);
      expect(numbers.announced).to.have.members(told);
      expect(await numbers.search.count({ state: "disabled" })).to.deep.equal({ value: 600, exact: true });
      expect(await numbers.search.countAll({ ids: [999_999, ...ids.slice(0, 3)] })).to.equal(3);
    });

    it("keep correct counts through concurrent changes", async () => {
      await mapAll(numbers, realRows(0, 200));
      const results = await Promise.all([
        numbers.editor.bulk({ poolId }, { kind: "release" }),
        numbers.editor.bulk({}, { kind: "change", patch: { state: "disabled" } }),
        numbers.editor.bulk({ suffix: "001" }, { kind: "release" }),
        mapAll(numbers, realRows(200, 300)),
        numbers.keeper.run(),
      ]);
      expect(results[0].changed + results[2].changed).to.be.at.least(200);
      for (const state of ["active", "disabled", "quarantined"] as const) {
        expect((await numbers.search.count({ state })).value).to.equal(
          await numbers.search.countAll({ state }),
        );
      }
    });

    it("reject an invalid cursor", async () => {
      expect(await rejection(numbers.search.page({ after: "x", limit: 1 }))).to.have.property(
        "code",
        "BAD_CURSOR",
      );
      const gone = Buffer.from("id:12345").toString("base64url");
      expect(await rejection(numbers.search.page({ sort: "label", after: gone, limit: 1 }))).to.have.property(
        "code",
        "BAD_CURSOR",
      );
    });
  });
});
