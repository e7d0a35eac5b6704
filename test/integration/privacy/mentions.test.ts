import { expect } from "chai";
import { eraseMentions, findMentions } from "../../../src/numbers/mappings/eraseMentions.ts";
import { MappingChange } from "../../../src/store/entities/mappings.ts";
import { NumberPool } from "../../../src/store/entities/numbers.ts";
import type { MappingPatch } from "../../../src/numbers/mappings/rules/patch.ts";
import { traceOf } from "../../../src/values/numberTrace.ts";
import type { PhoneNumber } from "../../../src/values/phoneNumber.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { mapAll, numbersOn, range, realNumber, realRows } from "../../support/numbers.ts";

/** Hyphens and dashes as keyboards, word processors, and web pages write them. */
const separators = [
  "",
  " ",
  "-",
  ".",
  "/",
  "\u00A0",
  "\u2010",
  "\u2011",
  "\u2012",
  "\u2013",
  "\u2014",
  "\u2015",
  "\u202F",
  "\u2212",
  "+",
  "_",
  ")-(",
  "] [",
  " · ",
  "\u200B",
];
/** Digits of other scripts. */
const written = ["９１６１２３４５６７", "٩١٦ ١٢٣ ٤٥ ٦٧", "+7 𝟗𝟏𝟔 123-45-67"];
/** Other numbers, and no number at all. */
const others = ["after 7 916 123 45 68", "order 916, 1234567", "916 a 1234567"];

describe("Numbers in labels", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("are found and erased, whatever is between their digits; other labels stay", async () => {
      const { store } = await open();
      const numbers = numbersOn(store);
      const ranges = [range("79580000000", "79580009999")];
      await numbers.pools.create({ name: "main", ranges, isDefault: true, quarantineSeconds: 60 });
      const labels = [
        ...separators.map((one) => `after +7 (916) ${["123", "45", "67"].join(one)}`),
        ...written,
        ...others,
      ];
      const named = separators.length + written.length;
      await mapAll(numbers, realRows(0, labels.length));
      for (const [index, label] of labels.entries()) {
        const mapping = await numbers.repository.findByReal(realNumber(index));
        await numbers.editor.update(mapping?.id ?? 0, { label });
      }
      const trace = traceOf("79161234567");
      const noted = { label: "+7916+123+45+67" };
      await store.transaction((manager) => manager.update(NumberPool, { name: "main" }, noted));
      expect(await findMentions(store, trace)).to.include({ labels: named, notes: 1 });
      await eraseMentions({ ...numbers, store }, trace);
      const { items } = await numbers.search.page({ filter: {}, sort: "realNumber", limit: 100 });
      expect(items.flatMap(({ label }) => label ?? [])).to.have.members(others);
      expect(await findMentions(store, trace)).to.deep.equal({ labels: 0, notes: 0, callerIds: 0 });
    });

    it("are found in a history that is longer than what is read at once", async () => {
      const { store } = await open();
      const change = { mappingId: 1, at: 1, field: "label", before: null };
      const changes = Array.from({ length: 5_001 }, (_, index) => ({ ...change, after: `Client ${index}` }));
      await store.transaction((manager) =>
        manager.insert(MappingChange, [...changes, { ...change, after: "+7 916 123-45-67" }]),
      );
      await eraseMentions({ ...numbersOn(store), store }, traceOf("79161234567"));
      expect(await store.read((manager) => manager.countBy(MappingChange, {}))).to.equal(changes.length);
    });

    it("are not brought back by the undo of a change before the erasure", async () => {
      const { store } = await open();
      const numbers = numbersOn(store);
      const ranges = [range("79580000000", "79580009999")];
      await numbers.pools.create({ name: "main", ranges, isDefault: true, quarantineSeconds: 60 });
      await mapAll(numbers, realRows(0, 3));
      const number = "79161234567" as PhoneNumber;
      const by = { kind: "user", id: 1, name: "Anna" } as const;
      const ids: number[] = [];
      for (const place of [0, 1, 2])
        ids.push((await numbers.repository.findByReal(realNumber(place)))?.id ?? 0);
      const [named = 0, shown = 0, other = 0] = ids;
      await numbers.editor.update(named, { label: "after +7 916 123-45-67" });
      await numbers.editor.update(shown, { callerIdPolicy: { kind: "fixed", number } });
      await numbers.editor.update(other, { label: "Boris" });
      const change = async (id: number, patch: MappingPatch) => {
        const action = { kind: "change", patch } as const;
        const done = await numbers.editor.bulk({ ids: [id] }, action, { by, keepBefore: true });
        expect(done.before).to.have.length(1);
        return done.before;
      };
      const steps = [
        ...(await change(named, { label: null })),
        ...(await change(shown, { callerIdPolicy: null })),
        ...(await change(other, { label: null })),
      ];
      const trace = traceOf(number);
      expect(await findMentions(store, trace)).to.deep.equal({ labels: 0, notes: 0, callerIds: 0 });
      numbers.clock.at += 1000;
      await eraseMentions({ ...numbers, store }, trace);
      expect(await numbers.editor.undo(steps, by)).to.deep.equal({ changed: 1, unchanged: 2 });
      expect((await numbers.search.find(other))?.label).to.equal("Boris");
      expect(await findMentions(store, trace)).to.deep.equal({ labels: 0, notes: 0, callerIds: 0 });
    });
  });
});
