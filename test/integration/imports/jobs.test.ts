import { expect } from "chai";
import { readdir, stat, truncate, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, filesIn, numbersFile, requestsTo } from "../../support/imports.ts";
import type { ImportRequests } from "../../support/imports.ts";
import { until } from "../../support/until.ts";

describe("Imports as jobs", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let another: () => Promise<Store>;
    let api: TestApi;
    let requests: ImportRequests;

    beforeEach(async () => {
      ({ store, another } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580099999") },
      ]);
    });
    afterEach(() => api.close());

    const count = async (condition = "1 = 1"): Promise<number> => {
      const [row] = await store.read<{ count: number | string }[]>((manager) =>
        manager.query(`SELECT COUNT(*) AS count FROM phone_mappings WHERE ${condition}`),
      );
      return Number(row?.count);
    };

    /** Records a call now for this real number's mapping. */
    const called = async (realNumber: string): Promise<void> => {
      await store.transaction((manager) =>
        manager.query(
          `INSERT INTO call_logs (call_id, fake_phone, call_timestamp, call_status)
           SELECT fake_phone, fake_phone, '2099-01-01 00:00:00.000', 'answered' FROM phone_mappings WHERE real_phone = ?`,
          [realNumber],
        ),
      );
    };

    const mixed =
      "Телефон;Имя\n+7 (900) 111-22-33;Анна\n8 900 111-22-33;again\n112;\n;\n79001112244;Борис\n7.9E+10;x\n79580000005;own\n79001112255;\n";

    it("returns the import and its rows if the client waits, and every row in the result", async () => {
      const { status, body } = await requests.upload(mixed);
      expect(status).to.equal(200);
      expect(body).to.include({ state: "done", waitingFor: null, progress: 1 });
      expect(body.counts).to.deep.equal({
        rows: 9,
        created: 3,
        existing: 0,
        differing: 0,
        updated: 0,
        duplicate: 1,
        rejected: 3,
        blank: 1,
        header: 1,
        refusals: { SHORT_NUMBER: 1, SCIENTIFIC_NOTATION: 1, REAL_NUMBER_IS_PROXY: 1 },
      });
      await expectToAddUp(requests, body);
      const result = await requests.result(body.id, "?lang=en");
      expect(result.map((cells) => cells[4])).to.deep.equal([
        "HEADER",
        "CREATED",
        "DUPLICATE_IN_FILE",
        "SHORT_NUMBER",
        "BLANK_ROW",
        "CREATED",
        "SCIENTIFIC_NOTATION",
        "REAL_NUMBER_IS_PROXY",
        "CREATED",
      ]);
      expect(result[1]?.slice(0, 3)).to.deep.equal(["2", "'+7 (900) 111-22-33", "+79001112233"]);
      expect(result[1]?.[3]).to.match(/^\+7958000\d{4}|^\+79580\d{6}/);
      expect(result[2]?.[3]).to.equal(result[1]?.[3]);
      const problems = await requests.result(body.id, "?only=problems&lang=ru");
      expect(problems.map((cells) => cells[0])).to.deep.equal(["4", "7", "8"]);
      expect(problems[0]?.slice(5).join(",")).to.match(/[а-я].*\./);
      expect(await filesIn(api.uploadDirectory)).to.deep.equal(["file"]);
    });

    it("filters rows by kind, code, and text, page by page, in a preview, too", async () => {
      const rowsOf = ({ items }: { readonly items: readonly { readonly row: number }[] }): number[] =>
        items.map(({ row }) => row);
      const { body } = await requests.upload(mixed, { query: "?dryRun=true" });
      const foreseen = await requests.rows(body.id, "?kind=rejected&lang=ru");
      expect(foreseen.items.map(({ row, code }) => [row, code])).to.deep.equal([
        [4, "SHORT_NUMBER"],
        [7, "SCIENTIFIC_NOTATION"],
        [8, "REAL_NUMBER_IS_PROXY"],
      ]);
      expect(foreseen.items[0]?.message).to.match(/[а-я].*\./);
      await requests.act(body.id, "commit");
      const first = await requests.rows(body.id, "?limit=4");
      expect(rowsOf(first)).to.deep.equal([1, 2, 3, 4]);
      const second = await requests.rows(body.id, `?limit=4&after=${first.next}`);
      expect(rowsOf(second)).to.deep.equal([5, 6, 7, 8]);
      const third = await requests.rows(body.id, `?limit=4&after=${second.next}`);
      expect([rowsOf(third), third.next]).to.deep.equal([[9], null]);
      expect(rowsOf(await requests.rows(body.id, "?kind=skipped"))).to.deep.equal([1, 5]);
      expect(rowsOf(await requests.rows(body.id, "?code=DUPLICATE_IN_FILE"))).to.deep.equal([3]);
      expect(rowsOf(await requests.rows(body.id, { text: "8 900 111" }))).to.deep.equal([3]);
      expect(rowsOf(await requests.rows(body.id, { text: "79001112233" }))).to.deep.equal([2, 3]);
      expect(rowsOf(await requests.rows(body.id, { text: "e+10", kind: "rejected" }))).to.deep.equal([7]);
      expect(rowsOf(await requests.rows(body.id, { text: "9", kind: "skipped" }))).to.deep.equal([]);
    });

    it("previews without taking a number, and a commit has exactly the counts of the preview", async () => {
      await requests.upload("79001112244\n");
      const { status, body } = await requests.upload(mixed, { query: "?dryRun=true" });
      expect(status).to.equal(200);
      expect(body.state).to.equal("previewed");
      expect(body.reading.source).to.include({ format: "csv", delimiter: ";", encoding: "utf-8" });
      expect(body.reading.headerRow).to.equal(1);
      expect(body.firstRows).to.have.length(8);
      expect(body.firstRows[0]).to.have.nested.property("stored.label", "Анна");
      expect(body.firstRows[2]).to.have.nested.property("refusal.code", "SHORT_NUMBER");
      expect(body.preview).to.deep.include({ poolSuffices: true });
      expect(body.counts).to.include({
        created: 2,
        existing: 0,
        differing: 1,
        duplicate: 1,
        rejected: 3,
        blank: 1,
        header: 1,
      });
      expect(await count()).to.equal(1);
      const committed = await requests.act(body.id, "commit");
      expect(committed.status).to.equal(200);
      expect(committed.body.state).to.equal("done");
      expect(committed.body.counts).to.deep.equal(body.preview?.counts);
      expect(await count()).to.equal(3);
      await expectToAddUp(requests, committed.body);
      expect((await requests.act(body.id, "commit")).body.state).to.equal("done");
      expect(await count()).to.equal(3);
    });

    /** The files of the only import that has any, by the beginning of their names. */
    const fileOfImport = async (name: string): Promise<string> => {
      const names = await readdir(api.uploadDirectory, { recursive: true });
      return join(api.uploadDirectory, names.find((one) => basename(one).startsWith(name)) ?? "none");
    };

    it("imports the rows of the preview without reading the file again", async () => {
      const { body } = await requests.upload(mixed, { query: "?dryRun=true" });
      await writeFile(await fileOfImport("file"), "not the file any more");
      const committed = await requests.act(body.id, "commit");
      expect(committed.body.state).to.equal("done");
      expect(committed.body.counts).to.deep.equal(body.preview?.counts);
      await expectToAddUp(requests, committed.body);
      expect(await filesIn(api.uploadDirectory)).to.deep.equal(["file"]);
    });

    it("reads the file again if the rows of the preview are damaged or outdated by other choices", async () => {
      const file = numbersFile(79_001_000_000, 2500);
      const first = await requests.upload(file, { query: "?dryRun=true" });
      const rows = await fileOfImport("rows-");
      await truncate(rows, (await stat(rows)).size - 9);
      const { body } = await requests.act(first.body.id, "commit");
      expect(body.counts).to.deep.equal(first.body.preview?.counts);
      expect(body.counts).to.include({ rows: 2501, created: 2500 });
      await expectToAddUp(requests, body);

      const second = await requests.upload("79001000001,79002000001\n", { query: "?dryRun=true" });
      await requests.preview(second.body.id, { columns: { 1: "realNumber", 0: "ignored" } });
      await requests.act(second.body.id, "commit");
      expect((await requests.result(second.body.id))[0]?.[2]).to.equal("+79002000001");
    });

    it("warns in the preview if the pool is too small, and imports as many rows as it has numbers for", async () => {
      const pool = await api.pools.create({
        name: "Small",
        ranges: [{ first: phoneNumber("79581000000"), last: phoneNumber("79581000009") }],
      });
      const file = numbersFile(79_001_000_000, 15);
      const { body } = await requests.upload(file, { query: `?dryRun=true&pool=${pool}` });
      expect(body.preview).to.deep.include({ poolSuffices: false });
      expect(body.preview?.pools).to.have.length(1);
      expect(body.preview?.pools[0]).to.include({ wanted: 15, free: 10 });
      const committed = await requests.act(body.id, "commit");
      expect(committed.body.counts).to.deep.equal(body.preview?.counts);
      expect(committed.body.counts).to.deep.include({ created: 10, refusals: { POOL_EXHAUSTED: 5 } });
      await expectToAddUp(requests, committed.body);
    });

    it("uses the pool named in a row, and rejects unknown pools", async () => {
      await api.pools.create({
        name: "Москва",
        ranges: [{ first: phoneNumber("79581000000"), last: phoneNumber("79581000009") }],
      });
      const file = "phone,pool\n79001000001,Москва\n79001000002,\n79001000003,Nowhere\n";
      const preview = await requests.upload(file, { query: "?dryRun=true" });
      expect(preview.body.firstRows[2]).to.deep.include({ stored: null });
      expect(preview.body.firstRows[2]?.refusal).to.include({ code: "POOL_UNKNOWN", field: "pool" });
      const { body } = await requests.act(preview.body.id, "commit");
      expect(body.counts).to.deep.equal(preview.body.preview?.counts);
      expect(body.counts).to.deep.include({ created: 2, refusals: { POOL_UNKNOWN: 1 } });
      expect(await count("fake_phone LIKE '79581%'")).to.equal(1);
    });

    it("accepts a choice of columns, at the upload and in a preview", async () => {
      const file = "79001000001,79002000001\n79001000002,79002000002\n";
      const chosen = await requests.upload(file, { choices: { columns: { 1: "realNumber", 0: "ignored" } } });
      expect(chosen.body.mapped?.map(({ realNumber }) => realNumber)).to.deep.equal([
        "79002000001",
        "79002000002",
      ]);
      const unclear = await requests.upload(file);
      expect(unclear).to.have.property("status", 422);
      expect(unclear.body).to.include({ code: "NUMBER_COLUMN_UNCLEAR" });
      const asked = await requests.upload(file, { query: "?dryRun=true" });
      expect(asked.body.notices.map(({ code }) => code)).to.include("NUMBER_COLUMN_UNCLEAR");
      const first = await requests.upload(file, { query: "?dryRun=true&column=1" });
      const { id } = first.body;
      expect(first.body.counts).to.include({ created: 2, existing: 0 });
      const other = await requests.preview(id, { columns: { 1: "realNumber", 0: "reference" } });
      expect(other.body.counts).to.include({ created: 0, existing: 0, differing: 2 });
      expect((await requests.act(id, "commit")).body.counts).to.deep.equal(other.body.preview?.counts);
      const unfit = await requests.upload(file, { choices: { columns: { 7: "realNumber" } } });
      expect(unfit).to.have.property("status", 422);
      expect(unfit.body).to.include({ code: "UNFIT_CHOICE" });
      expect((await requests.upload(file, { choices: { columns: { 0: "fish" } } })).body).to.include({
        code: "CHOICES_INVALID",
      });
    });

    it("asks for the number column if it cannot detect it, and a preview can set it", async () => {
      const file = "name,colour\nАнна,red\nБорис,blue\n";
      const refused = await requests.upload(file);
      expect(refused.status).to.equal(422);
      expect(refused.body).to.include({ code: "NUMBER_COLUMN_MISSING" });
      const { body } = await requests.upload(file, { query: "?dryRun=true" });
      expect(body).to.include({ state: "previewed", preview: null });
      expect(body.notices.map(({ code }) => code)).to.include("NUMBER_COLUMN_MISSING");
      expect((await requests.act(body.id, "commit")).body).to.include({ code: "NUMBER_COLUMN_MISSING" });
      const chosen = await requests.preview(body.id, { columns: { 1: "realNumber" } });
      expect(chosen.body.counts).to.deep.include({ refusals: { LETTERS: 2 } });
      expect((await requests.act(body.id, "cancel")).body.state).to.equal("cancelled");
      expect(await readdir(api.uploadDirectory)).to.deep.equal([]);
    });

    it("changes nothing for the same file", async () => {
      const file = numbersFile(79_001_000_000, 1200);
      const first = await requests.upload(file);
      const again = await requests.upload(file);
      expect(again.body.counts).to.include({ created: 0, existing: 1200 });
      const proxies = async (id: number): Promise<unknown> =>
        (await requests.result(id)).map((cells) => cells.slice(2, 4));
      expect(await proxies(again.body.id)).to.deep.equal(await proxies(first.body.id));
      expect(await count()).to.equal(1200);
    });

    it("returns the same import for a repeated idempotency key, and rejects another request with that key", async () => {
      const headers = { "Idempotency-Key": "0c4ff3" };
      const file = numbersFile(79_001_000_000, 3);
      const [one, two] = await Promise.all([
        requests.upload(file, { headers }),
        requests.upload(file, { headers }),
      ]);
      expect(two.body.id).to.equal(one.body.id);
      const again = await requests.upload(file, { headers });
      expect(again.body.id).to.equal(one.body.id);
      expect(again.body.counts).to.include({ created: 3 });
      expect(again.body.mapped).to.deep.equal(one.body.mapped);
      for (const other of [
        requests.upload(numbersFile(79_001_000_000, 4), { headers }),
        requests.upload(file, { headers, query: "?dryRun=true" }),
      ]) {
        const { status, body } = await other;
        expect(status).to.equal(422);
        expect(body).to.include({ code: "IDEMPOTENCY_KEY_REUSED" });
      }
      expect(await filesIn(api.uploadDirectory)).to.deep.equal(["file"]);
      expect(await count()).to.equal(3);
    });

    it("undoes exactly what it has created, but keeps and lists mappings that had calls", async () => {
      const before = await requests.upload("79001000000\n");
      const { body } = await requests.upload(numbersFile(79_001_000_000, 1300));
      expect(body.counts).to.include({ created: 1299, existing: 1 });
      const freeBefore = (await api.pools.list())[0]?.counts.free;
      await called("79001000777");
      const undone = await requests.act(body.id, "undo");
      expect(undone.body.state).to.equal("undone");
      expect(undone.body.undo).to.deep.equal({
        removed: 1298,
        kept: 1,
        released: 0,
        restored: 0,
        unrestored: 0,
      });
      expect(undone.body.keptMappings?.map(({ realNumber }) => realNumber)).to.deep.equal(["79001000777"]);
      expect(await count()).to.equal(2);
      expect((await api.pools.list())[0]?.counts.free).to.equal(Number(freeBefore) + 1298);
      expect((await requests.act(body.id, "undo")).body).to.include({
        code: "IMPORT_STATE",
        state: "undone",
      });
      expect((await requests.get(before.body.id)).body.state).to.equal("done");
      // Returned numbers can be assigned again.
      expect((await requests.upload(numbersFile(79_001_000_000, 1300))).body.counts).to.include({
        created: 1298,
        existing: 2,
      });
    });

    it("cancels between two batches, and reports what was imported", async () => {
      const { status, body } = await requests.upload(numbersFile(79_001_000_000, 60_000), {
        query: "?wait=0",
      });
      expect(status).to.equal(202);
      await until(async () => Number((await requests.get(body.id)).body.counts["created"]) > 0);
      const cancelled = await requests.act(body.id, "cancel");
      expect(cancelled.body.state).to.equal("cancelled");
      const created = Number(cancelled.body.counts["created"]);
      expect(created).to.be.within(1, 59_999);
      expect(await count()).to.equal(created);
      await expectToAddUp(requests, cancelled.body);
      await until(async () => (await filesIn(api.uploadDirectory)).join() === "file");
      expect((await requests.act(body.id, "undo")).body.undo).to.include({ removed: created });
      expect(await count()).to.equal(0);
    }).timeout(60_000);

    it("leaves nothing of a preview that is cancelled while in progress", async () => {
      const { body } = await requests.upload(numbersFile(79_001_000_000, 60_000), {
        query: "?wait=0&dryRun=true",
      });
      const { body: cancelled } = await requests.act(body.id, "cancel");
      expect(cancelled.state).to.equal("cancelled");
      await until(async () => (await readdir(api.uploadDirectory)).length === 0);
      expect(await count()).to.equal(0);
      expect((await requests.act(body.id, "commit")).body).to.include({
        code: "IMPORT_STATE",
        state: "cancelled",
      });
    }).timeout(60_000);

    it("assigns each number one proxy number, however many clients upload it at once to two instances", async () => {
      const other = await startApi(await another());
      try {
        const uploads = Array.from({ length: 10 }, (_, index) =>
          requestsTo(index % 2 === 0 ? api : other).upload(numbersFile(79_001_000_000 + index * 100, 500)),
        );
        const answers = await Promise.all(uploads);
        for (const { body } of answers) expect(body).to.include({ state: "done" });
        expect(answers.reduce((sum, { body }) => sum + Number(body.counts["created"]), 0)).to.equal(1400);
        expect(await count()).to.equal(1400);
        const [row] = await store.read<{ count: number | string }[]>((manager) =>
          manager.query("SELECT COUNT(DISTINCT fake_phone) AS count FROM phone_mappings"),
        );
        expect(Number(row?.count)).to.equal(1400);
      } finally {
        await other.close();
      }
    }).timeout(60_000);

    it("leaves an import to another instance that has its file", async () => {
      const { body } = await requests.upload(numbersFile(79_001_000_000, 30_000), { query: "?wait=0" });
      await until(async () => Number((await requests.get(body.id)).body.counts["created"]) > 0);
      const { uploadDirectory } = api;
      const next = await startApi(await another(), { uploadDirectory });
      try {
        await api.pause();
        const finished = await until30(() => requestsTo(next).get(body.id));
        expect(finished.counts).to.include({ created: 30_000, rejected: 0, rows: 30_001 });
        await expectToAddUp(requestsTo(next), finished);
        expect(await count()).to.equal(30_000);
      } finally {
        await next.close();
      }
    }).timeout(60_000);

    it("lists imports, newest first, page by page, and returns 404 for unknown ones", async () => {
      const ids: number[] = [];
      for (let index = 0; index < 3; index += 1)
        ids.unshift((await requests.upload(`7900100000${index}\n`)).body.id);
      const pageOf = async (query: string): Promise<{ items: { id: number }[]; next: string | null }> =>
        (await requests.list(query)).body as unknown as { items: { id: number }[]; next: string | null };
      const first = await pageOf("?limit=2");
      expect(first.items.map(({ id }) => id)).to.deep.equal(ids.slice(0, 2));
      const second = await pageOf(`?limit=2&after=${first.next}`);
      expect(second.items.map(({ id }) => id)).to.deep.equal(ids.slice(2));
      expect(second.next).to.equal(null);
      expect((await pageOf("?state=cancelled")).items).to.deep.equal([]);
      for (const path of [999_999, 0]) {
        expect(await requests.get(path)).to.have.nested.property("body.code", "IMPORT_UNKNOWN");
      }
    });

    /** The import after it has ended. */
    async function until30(ask: () => ReturnType<ImportRequests["get"]>) {
      let last = (await ask()).body;
      await until(
        async () => {
          last = (await ask()).body;
          return last.state === "done";
        },
        { timeoutMs: 40_000, everyMs: 100 },
      );
      return last;
    }
  });
});
