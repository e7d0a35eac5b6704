import { expect } from "chai";
import { mappingSorts } from "../../../../src/numbers/mappings/types.ts";
import type { MappingFilter, MappingQuery, MappingSort } from "../../../../src/numbers/mappings/types.ts";
import type { MappingDetails } from "../../../../src/numbers/types.ts";
import type { Store } from "../../../../src/store/types.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { numbersOn, phone, range, realNumber, rejection } from "../../../support/numbers.ts";
import type { Numbers } from "../../../support/numbers.ts";

const count = 24;
const pageSize = 3;

/** Three mappings share each label, reference, and expiry, and some have none, so every page ends within a tie. */
const rows = Array.from({ length: count }, (_, index) => ({
  realNumber: realNumber((index * 7) % count),
  ...(index % 6 !== 0 && { label: `Метка ${Math.floor(index / 4)}`, reference: `r${index % 4}` }),
  ...(index % 5 !== 0 && { expiresAtMs: Date.UTC(2026, 5, 1 + (index % 4)) }),
}));

type Disturbance = (numbers: Numbers, store: Store, last: MappingDetails) => Promise<unknown>;

/** Changes to the last row of each page before the next page is requested. */
const disturbances: Readonly<Record<string, Disturbance>> = {
  "is released": async (numbers, _, { id, state }) => {
    // Released mappings have no real number, so they appear again at the end of that list.
    if (state !== "quarantined") await numbers.editor.release(id);
  },
  "gets other values of everything": (numbers, _, { id }) =>
    numbers.editor.update(id, {
      label: `zz ${id}`,
      reference: "0",
      expiresAtMs: Date.UTC(2029, 0, 1),
      realNumber: phone(String(79_990_000_000 + id)),
    }),
  "loses its values": (numbers, _, { id }) =>
    numbers.editor.update(id, { label: null, reference: null, expiresAtMs: null }),
  "is taken back": (numbers, _, { id }) => numbers.discard([id]),
  "is gone without a trace": (_, store, { id }) =>
    store.transaction((manager) => manager.query("DELETE FROM phone_mappings WHERE id = ?", [id])),
};

/** Rows without a value are last in both directions. */
const inOrder =
  (valueOf: (one: MappingDetails) => string | number | null, descending: boolean) =>
  (one: MappingDetails, other: MappingDetails): number => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (a !== b && (a === null || b === null)) return a === null ? 1 : -1;
    const ascending = a === null || b === null || a === b ? one.id - other.id : a < b ? -1 : 1;
    return descending ? -ascending : ascending;
  };

describe("Pages of mappings", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let numbers: Numbers;

    beforeEach(async () => {
      ({ store } = await open());
      numbers = numbersOn(store);
      await numbers.pools.create({
        name: "main",
        ranges: [range("79580000000", "79580009999")],
        isDefault: true,
      });
    });

    /** The IDs of all pages, with a change to the last mapping of each page. */
    async function walk(query: Omit<MappingQuery, "limit">, disturb?: Disturbance): Promise<number[]> {
      const seen: number[] = [];
      let after: string | null = null;
      do {
        const page = await numbers.search.page({ ...query, after, limit: pageSize });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
        const last = page.items.at(-1);
        if (last && disturb) await disturb(numbers, store, last);
      } while (after !== null);
      return seen;
    }

    for (const [what, disturb] of Object.entries(disturbances)) {
      it(`contain every other mapping once if the last one of each page ${what}`, async () => {
        for (const sort of mappingSorts) {
          for (const descending of [false, true]) {
            await store.transaction((manager) => manager.query("DELETE FROM phone_mappings"));
            await numbers.mapper.map(rows);
            const expected = await walk({ sort, descending });
            expect(expected.length).to.equal(count);
            const seen = await walk({ sort, descending }, disturb);
            // A mapping that moves to the end may appear again there. No other is missing, repeated, or out of order.
            const disturbed = new Set(expected.filter((_, index) => (index + 1) % pageSize === 0));
            const others = (ids: readonly number[]): number[] => ids.filter((id) => !disturbed.has(id));
            expect(others(seen), `${sort}, descending: ${descending}`).to.deep.equal(others(expected));
            expect(seen.slice(0, pageSize)).to.deep.equal(expected.slice(0, pageSize));
          }
        }
      }).timeout(120_000);
    }

    it("have the requested order with every filter, over any number of pages", async () => {
      await numbers.mapper.map(rows, { importId: 7 });
      const { items } = await numbers.search.page({ limit: 1000 });
      for (const [index, { id }] of items.entries()) {
        if (index % 3 === 1) await numbers.editor.update(id, { state: "disabled" });
        if (index % 5 === 2) await numbers.editor.release(id);
      }
      const all = (await numbers.search.page({ limit: 1000 })).items;
      const valueOf: Readonly<Record<MappingSort, (one: MappingDetails) => string | number | null>> = {
        created: ({ id }) => id,
        realNumber: (one) => (one.state === "quarantined" ? null : one.realNumber),
        proxyNumber: (one) => one.proxyNumber,
        label: (one) => one.label,
        expiresAt: (one) => one.expiresAtMs,
      };
      const [pool] = await numbers.pools.list();
      const filters: Readonly<
        Record<string, readonly [filter: MappingFilter, selects: (one: MappingDetails) => boolean]>
      > = {
        pool: [{ poolId: pool?.id ?? 0 }, () => true],
        import: [{ importId: 7 }, () => true],
        active: [{ state: "active" }, ({ state }) => state === "active"],
        disabled: [{ state: "disabled" }, ({ state }) => state === "disabled"],
        released: [{ state: "quarantined" }, ({ state }) => state === "quarantined"],
        label: [{ label: "мет" }, ({ label }) => label !== null],
        reference: [{ reference: "R" }, ({ reference }) => reference !== null],
        both: [
          { label: "метка", poolId: pool?.id ?? 0, state: "active" },
          (one) => one.label !== null && one.state === "active",
        ],
        "end of a number": [
          { suffix: "001" },
          (one) => [one.realNumber, one.proxyNumber].some((number) => number?.endsWith("001") === true),
        ],
      };
      for (const [name, [filter, selects]] of Object.entries(filters)) {
        for (const sort of mappingSorts) {
          for (const descending of [false, true]) {
            const expected = all.filter(selects).toSorted(inOrder(valueOf[sort], descending));
            expect(expected.length).to.be.greaterThan(0);
            expect(
              await walk({ filter, sort, descending }),
              `${name} by ${sort}, ${descending}`,
            ).to.deep.equal(expected.map(({ id }) => id));
          }
        }
      }
    }).timeout(120_000);

    it("hide the sort values in their cursors, and reject cursors that are invalid or of another list", async () => {
      await numbers.mapper.map(rows);
      const sorted = { sort: "realNumber", descending: false, limit: 2 } as const;
      const { items, next } = await numbers.search.page(sorted);
      if (next === null) throw new Error("There is no next page.");
      const last = items.at(-1)?.realNumber ?? "none";
      for (const encoding of ["latin1", "hex", "base64"] as const)
        expect(Buffer.from(next, "base64url").toString(encoding)).not.to.contain(
          Buffer.from(last.slice(-6)).toString(encoding),
        );
      const again = await numbers.search.page(sorted);
      expect(again.next, "does not reveal that two cursors have the same position").not.to.equal(next);

      // Another instance has the same key.
      const other = numbersOn(store);
      expect((await other.search.page({ ...sorted, after: next })).items.length).to.equal(2);

      const bytes = Buffer.from(next, "base64url");
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      const refused = async (after: string, sort: MappingSort, descending = false): Promise<void> => {
        const attempt = numbers.search.page({ sort, descending, limit: 2, after });
        expect(await rejection(attempt)).to.have.property("code", "BAD_CURSOR");
      };
      await refused(bytes.toString("base64url"), "realNumber");
      await refused(next, "proxyNumber");
      await refused(next, "realNumber", true);
      await refused(Buffer.from(`id:${items.at(-1)?.id}`).toString("base64url"), "created");
      await refused("x".repeat(60), "created");
      await refused("x", "label");
    });

    it("are searched and sorted without regard to case, in any alphabet", async () => {
      await numbers.mapper.map([
        { realNumber: realNumber(1), label: "БОРИС", reference: "Заказ 2" },
        { realNumber: realNumber(2), label: "анна" },
        { realNumber: realNumber(3), label: "Анна П", reference: "заказ 1" },
        { realNumber: realNumber(4), label: "Alla" },
        { realNumber: realNumber(5), label: "вера" },
      ]);
      const found = async (query: Omit<MappingQuery, "limit">): Promise<(string | null)[]> =>
        (await numbers.search.page({ descending: false, ...query, limit: 10 })).items.map(
          (one) => one.realNumber,
        );
      expect(await found({ filter: { label: "АННА" } })).to.deep.equal([2, 3].map(realNumber));
      expect(await found({ filter: { label: "Бор" } })).to.deep.equal([realNumber(1)]);
      expect(await found({ filter: { reference: "ЗАКАЗ" } })).to.deep.equal([1, 3].map(realNumber));
      expect(await found({ sort: "label" })).to.deep.equal([4, 2, 3, 1, 5].map(realNumber));
      const [vera] = (await numbers.search.page({ filter: { label: "вера" }, limit: 1 })).items;
      if (!vera) throw new Error("A mapping is not found.");
      await numbers.editor.update(vera.id, { label: "ÉMILE" });
      expect(await found({ filter: { label: "émi" } })).to.deep.equal([realNumber(5)]);
      await numbers.editor.update(vera.id, { label: "plain" });
      expect(await found({ filter: { label: "PLAIN" } })).to.deep.equal([realNumber(5)]);
    });

    it("find a released mapping by the end of its former real number", async () => {
      await numbers.mapper.map([{ realNumber: realNumber(4321) }, { realNumber: realNumber(14_322) }]);
      const { items } = await numbers.search.page({ filter: { suffix: "1004321" }, limit: 5 });
      expect(items.length).to.equal(1);
      for (const { id } of items) await numbers.editor.release(id);
      for (const suffix of ["321", "4321", "1004321"]) {
        const found = (await numbers.search.page({ filter: { suffix }, limit: 5 })).items;
        expect(found.map(({ id }) => id)).to.include(items[0]?.id);
      }
      const both = { number: realNumber(4321), suffix: "4321" };
      expect((await numbers.search.page({ filter: both, limit: 5 })).items.length).to.equal(1);
      const quarantined = { filter: { state: "quarantined" }, sort: "realNumber", limit: 5 } as const;
      expect((await numbers.search.page(quarantined)).items.map(({ id }) => id)).to.deep.equal(
        items.map(({ id }) => id),
      );
    });
  });
});
