import { expect } from "chai";
import { readdir } from "node:fs/promises";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, filesIn, numbersFile, requestsTo } from "../../support/imports.ts";
import type { ImportRequests, ShownImport } from "../../support/imports.ts";
import { until } from "../../support/until.ts";

const nothing = {
  rows: 0,
  created: 0,
  existing: 0,
  differing: 0,
  updated: 0,
  duplicate: 0,
  rejected: 0,
  blank: 0,
  header: 0,
  refusals: {},
};

describe("Cancelling or undoing an import", function suite() {
  this.timeout(60_000);

  forEachDatabase((open) => {
    let store: Store;
    let another: () => Promise<Store>;
    let api: TestApi;
    let requests: ImportRequests;
    let pool: number;

    beforeEach(async () => {
      ({ store, another } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
      pool = Number(
        await api.pools.ensureDefault([
          { first: phoneNumber("79580000000"), last: phoneNumber("79580199999") },
        ]),
      );
    });
    afterEach(() => api.close());

    const execute = (sql: string, values: readonly unknown[] = []): Promise<unknown> =>
      store.transaction((manager) => manager.query(sql, [...values]));

    const mappingsOf = async (importId: number): Promise<number> => {
      const [row] = await store.read<{ count: number | string }[]>((manager) =>
        manager.query("SELECT COUNT(*) AS count FROM phone_mappings WHERE import_id = ?", [importId]),
      );
      return Number(row?.count);
    };

    const idOf = async (realNumber: string): Promise<number> => {
      const [row] = await store.read<{ id: number }[]>((manager) =>
        manager.query("SELECT id FROM phone_mappings WHERE real_phone = ?", [realNumber]),
      );
      return Number(row?.id);
    };

    /** Records a call now for each mapping from this number on. */
    const called = (from: string, below: string): Promise<unknown> =>
      execute(
        `INSERT INTO call_logs (call_id, fake_phone, call_timestamp, call_status)
         SELECT fake_phone, fake_phone, '2099-01-01 00:00:00.000', 'answered' FROM phone_mappings
         WHERE real_phone >= ? AND real_phone < ?`,
        [from, below],
      );

    const texts = async (id: number, query: string): Promise<readonly (readonly string[])[]> =>
      (await requests.result(id, query)).map((cells) => cells.slice(4, 6));

    async function ended({ id }: ShownImport): Promise<ShownImport> {
      let last: ShownImport | null = null;
      await until(
        async () => {
          last = (await requests.get(id)).body;
          return last.state === "done";
        },
        { timeoutMs: 50_000, everyMs: 50 },
      );
      return last ?? expect.fail("It has not been asked for.");
    }

    it("leaves no counts or rows of a preview that could be mistaken for stored ones", async () => {
      const previewed = await requests.upload("79001000001\n", { query: "?dryRun=true" });
      expect(await texts(previewed.body.id, "?lang=en")).to.deep.equal([
        ["CREATED", "The number would be assigned a proxy number."],
      ]);
      expect(await texts(previewed.body.id, "?lang=ru")).to.deep.equal([
        ["CREATED", "Номер получил бы подменный номер."],
      ]);
      const { body } = await requests.act(previewed.body.id, "cancel");
      expect(body).to.deep.include({ state: "cancelled", counts: nothing, preview: null, progress: 0 });
      const listed = async (query: string): Promise<boolean> => {
        const { items } = (await requests.list(query)).body as unknown as {
          readonly items: readonly ShownImport[];
        };
        return items.some(({ id }) => id === body.id);
      };
      expect(await listed("")).to.equal(true);
      expect(await listed("?state=cancelled")).to.equal(true);
      expect(await listed("?discarded=false")).to.equal(false);
      expect(await listed("?discarded=false&state=cancelled")).to.equal(false);
      expect(await requests.result(body.id)).to.deep.equal([]);

      const large = await requests.upload(numbersFile(79_001_000_000, 40_000), {
        query: "?wait=0&dryRun=true",
      });
      await until(async () => Number((await requests.get(large.body.id)).body.counts["created"]) > 0);
      const stopped = await requests.act(large.body.id, "cancel");
      expect(stopped.body).to.deep.include({ state: "cancelled", counts: nothing });
      expect(await listed("?discarded=false")).to.equal(false);
      await until(async () => (await readdir(api.uploadDirectory)).length === 0);
      expect((await requests.get(large.body.id)).body.counts).to.deep.equal(nothing);
      expect(await requests.result(large.body.id)).to.deep.equal([]);
    });

    it("takes effect at once: no row is stored after the response, even during other imports", async () => {
      const other = await startApi(await another());
      try {
        const others = 4000;
        const begun: ShownImport[] = [];
        for (let index = 0; index < 4; index += 1) {
          const one = requestsTo(index % 2 === 0 ? api : other);
          const file = numbersFile(79_001_000_000 + index * 20_000, index === 0 ? 20_000 : others);
          begun.push((await one.upload(file, { query: "?wait=0" })).body);
        }
        const [first, ...rest] = begun;
        if (!first) throw new Error("Nothing was begun.");
        await until(async () => Number((await requests.get(first.id)).body.counts["created"]) > 0);
        // Also by an instance that is not running it.
        const { status, body } = await requestsTo(other).act(first.id, "cancel", "");
        expect(status).to.equal(200);
        expect(body.state).to.equal("cancelled");
        const created = Number(body.counts["created"]);
        expect(created).to.be.within(1, 19_999);
        expect(await mappingsOf(first.id)).to.equal(created);
        for (const one of rest) expect((await ended(one)).counts).to.include({ created: others });
        expect(await mappingsOf(first.id)).to.equal(created);
        expect((await requests.get(first.id)).body.counts).to.deep.equal(body.counts);
        await expectToAddUp(requests, body);
        await until(async () => (await filesIn(api.uploadDirectory)).every((name) => name === "file"));
      } finally {
        await other.close();
      }
    });

    it("restores the state before an undo, and the next undo counts nothing twice", async () => {
      const { body: begun } = await requests.upload(numbersFile(79_001_000_000, 40_000), {
        query: "?wait=0",
      });
      await until(async () => Number((await requests.get(begun.id)).body.counts["created"]) >= 1000);
      const { body: cancelled } = await requests.act(begun.id, "cancel");
      for (const query of ["?discarded=false", "?discarded=false&state=cancelled"])
        expect((await requests.list(query)).body).to.have.nested.property("items[0].id", begun.id);
      await called("79001000000", "79001000003");
      // A mapping of the second batch is referenced, so it cannot be removed.
      await execute(
        "CREATE TABLE references_of_test (mapping_id integer, FOREIGN KEY (mapping_id) REFERENCES phone_mappings (id))",
      );
      await execute("INSERT INTO references_of_test (mapping_id) VALUES (?)", [await idOf("79001000777")]);
      const failed = await requests.act(begun.id, "undo");
      expect(failed.body).to.deep.include({
        state: "cancelled",
        undo: { removed: 497, kept: 3, released: 0, restored: 0, unrestored: 0 },
      });
      expect(failed.body.failure).to.include({ code: "UNDO_FAILED" });
      expect(failed.body.counts).to.deep.equal(cancelled.counts);
      await execute("DROP TABLE references_of_test");
      const undone = await requests.act(begun.id, "undo");
      const created = Number(cancelled.counts["created"]);
      expect(undone.body).to.deep.include({
        state: "undone",
        failure: null,
        undo: { removed: created - 3, kept: 3, released: 0, restored: 0, unrestored: 0 },
      });
      expect(await mappingsOf(begun.id)).to.equal(3);
    });

    it("counts all mappings that the import had created, including released ones after their quarantine", async () => {
      const { body } = await requests.upload(numbersFile(79_001_000_000, 600));
      const release = async (realNumber: string): Promise<void> => {
        const url = `${api.http.url}/mappings/${await idOf(realNumber)}`;
        expect((await fetch(url, { method: "DELETE" })).status).to.be.lessThan(300);
      };
      await api.pools.update(pool, { quarantineSeconds: 0 });
      await release("79001000001");
      // A request for unused numbers ends the quarantines that are over.
      await api.pools.extend(pool, { numbers: [phoneNumber("79590000000")] });
      await api.pools.shrink(pool, { numbers: [phoneNumber("79590000000")] });
      await api.pools.update(pool, { quarantineSeconds: 3600 });
      await release("79001000002");
      expect(await mappingsOf(body.id)).to.equal(599);
      const undone = await requests.act(body.id, "undo");
      expect(undone.body.undo).to.deep.equal({
        removed: 598,
        kept: 0,
        released: 2,
        restored: 0,
        unrestored: 0,
      });
    });

    it("reports how many kept mappings the list omits", async () => {
      const { body } = await requests.upload(numbersFile(79_001_000_000, 1200));
      await called("79001000000", "79001001100");
      const undone = await requests.act(body.id, "undo");
      expect(undone.body.undo).to.deep.equal({
        removed: 100,
        kept: 1100,
        released: 0,
        restored: 0,
        unrestored: 0,
      });
      expect(undone.body.keptMappings).to.have.length(1000);
      expect(undone.body.keptMappingsOmitted).to.equal(100);
    });
  });
});
