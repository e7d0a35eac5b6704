import { expect } from "chai";
import fc from "fast-check";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber, startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, requestsTo } from "../../support/imports.ts";
import type { ImportRequests } from "../../support/imports.ts";

const head = "Телефон;Подменный номер;Имя;Пул\n";
const real = (index: number): string => String(79_001_110_000 + index);

describe("Importing pairs from another system", function suite() {
  this.timeout(120_000);

  forEachDatabase((open) => {
    let store: Store;
    let api: TestApi;
    let requests: ImportRequests;
    let main: number;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
      const ranges = [{ first: phoneNumber("79580000000"), last: phoneNumber("79580000099") }];
      main = await api.pools.create({ name: "Main", ranges });
    });
    afterEach(() => api.close());

    const execute = (sql: string, values: readonly unknown[] = []): Promise<unknown> =>
      store.transaction((manager) => manager.query(sql, [...values]));

    const stored = async (): Promise<Readonly<Record<string, string>>> => {
      const rows = await store.read<{ real_phone: string; fake_phone: string }[]>((manager) =>
        manager.query("SELECT real_phone, fake_phone FROM phone_mappings WHERE real_phone IS NOT NULL"),
      );
      return Object.fromEntries(rows.map((row) => [row.real_phone, row.fake_phone]));
    };

    const release = async (number: string): Promise<void> => {
      const [row] = await store.read<{ id: number }[]>((manager) =>
        manager.query("SELECT id FROM phone_mappings WHERE real_phone = ?", [number]),
      );
      await fetch(`${api.http.url}/mappings/${row?.id}`, { method: "DELETE" });
    };

    it("keeps the proxy numbers, and refuses each that cannot be kept with its own code", async () => {
      await requests.upload(
        `${head}${real(1)};+7 958 000-00-01;;\n${real(2)};8 958 000 00 02;;\n${real(3)};79580000004;;\n`,
      );
      await api.pools.block(main, [phoneNumber("79580000003")]);
      await release(real(2));
      await api.pools.create({
        name: "Other",
        ranges: [{ first: phoneNumber("79581000000"), last: phoneNumber("79581000009") }],
      });
      const file = [
        `${real(1)};79580000001;Same;`,
        `${real(11)};79580000011;Анна;`,
        `${real(12)};79580000012;;Main`,
        `${real(13)};79581000000;;Other`,
        `${real(14)};79581000001;;Main`,
        `${real(15)};74951112233;;`,
        `${real(16)};79580000004;;`,
        `${real(17)};79580000002;;`,
        `${real(18)};79580000003;;`,
        `${real(19)};79580000019;;`,
        `${real(20)};79580000019;;`,
        `${real(21)};7958000002;;`,
        `79580000099;79580000022;;`,
        `${real(11)};79580000011;Again;`,
        `${real(23)};;From the pool;`,
      ].join("\n");
      const preview = await requests.upload(head + file, { query: "?dryRun=true" });
      const shown = (await requests.rows(preview.body.id, "?limit=50")).items;
      const codes = shown.slice(1).map(({ code }) => code);
      expect(codes).to.deep.equal([
        "DIFFERS",
        "CREATED",
        "CREATED",
        "CREATED",
        "PROXY_IN_OTHER_POOL",
        "PROXY_NOT_IN_POOL",
        "PROXY_TAKEN",
        "PROXY_QUARANTINED",
        "PROXY_BLOCKED",
        "PROXY_TWICE_IN_FILE",
        "PROXY_TWICE_IN_FILE",
        "PROXY_UNREADABLE",
        "REAL_NUMBER_IS_PROXY",
        "DUPLICATE_IN_FILE",
        "CREATED",
      ]);
      expect(preview.body.firstRows[1]?.stored).to.include({ proxyNumber: "79580000011", label: "Анна" });
      expect(preview.body.firstRows[5]).to.deep.include({ stored: null });
      const { body } = await requests.act(preview.body.id, "commit");
      expect(body.counts).to.deep.equal(preview.body.counts);
      await expectToAddUp(requests, body);
      const { [real(23)]: given, ...kept } = await stored();
      expect(kept).to.deep.equal({
        [real(1)]: "79580000001",
        [real(3)]: "79580000004",
        [real(11)]: "79580000011",
        [real(12)]: "79580000012",
        [real(13)]: "79581000000",
      });
      expect(given).to.match(/^795800000\d\d$/);
      const again = await requests.upload(head + file);
      expect(again.body.counts).to.include({ created: 0, existing: 4, differing: 1 });
    });

    it("counts, announces, and undoes them like other numbers", async () => {
      const unknown = await api.get("/lookup/real/79580000005");
      expect(unknown.status).to.equal(404);
      const { body } = await requests.upload(`${head}${real(5)};79580000005;;\n`);
      expect((await api.get("/lookup/real/79580000005")).status).to.equal(200);
      expect((await api.pools.get(main)).counts).to.include({ used: 1, free: 99 });
      const undone = await requests.act(body.id, "undo");
      expect(undone.body.undo).to.include({ removed: 1 });
      expect((await api.pools.get(main)).counts).to.include({ used: 0, free: 100 });
      // The number waits with those that were in use, and can be named again.
      expect((await requests.upload(`${head}${real(6)};79580000005;;\n`)).body.counts).to.include({
        created: 1,
      });
    });

    it("takes a number whose quarantine is over", async () => {
      await requests.upload(`${head}${real(1)};79580000001;;\n`);
      await release(real(1));
      await execute("UPDATE phone_mappings SET released_at = '2020-01-01 00:00:00.000'");
      const { body } = await requests.upload(`${head}${real(2)};79580000001;;\n`);
      expect(body.counts).to.include({ created: 1, rejected: 0 });
      expect(await stored()).to.deep.equal({ [real(2)]: "79580000001" });
      expect((await api.pools.get(main)).counts).to.include({ used: 1, quarantined: 0, free: 99 });
    });

    it("needs no default pool, and works while a pool is paused", async () => {
      await api.pools.update(main, { enabled: false });
      const { body } = await requests.upload(`${head}${real(1)};79580000001;;\n${real(2)};;;\n`);
      expect(body.counts.refusals).to.deep.equal({ POOL_MISSING: 1 });
      expect(body.counts).to.include({ created: 1 });
    });

    it("asks before it ignores a column that should have proxy numbers", async () => {
      const { status, body } = await requests.upload(`phone;proxy number\n${real(1)};8 (958) 000-00\n`);
      expect([status, body.code]).to.deep.equal([422, "UNFIT_CHOICE"]);
      expect(body).to.have.property("detail").that.includes("proxy number column");
      const preview = await requests.upload(`phone;proxy number\n${real(1)};8 (958) 000-00\n`, {
        query: "?dryRun=true",
      });
      expect(preview.body.notices.map(({ code }) => code)).to.include("PROXIES_UNCLEAR");
    });

    it("never gives a number that a later row names, and matches its preview", async () => {
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              number: fc.integer({ min: 0, max: 6 }),
              proxy: fc.option(fc.integer({ min: 0, max: 7 }), { freq: 2 }),
            }),
            { minLength: 1, maxLength: 12 },
          ),
          async (lines) => {
            round += 1;
            const name = `Pool ${round}`;
            const first = 79_590_000_000 + round * 100;
            await api.pools.create({
              name,
              ranges: [{ first: phoneNumber(String(first)), last: phoneNumber(String(first + 5)) }],
            });
            const file = lines
              .map(
                ({ number, proxy }) =>
                  `${real(round * 100 + number)};${proxy === null ? "" : first + proxy};;${name}\n`,
              )
              .join("");
            const preview = await requests.upload(head + file, { query: "?dryRun=true" });
            const { body } = await requests.act(preview.body.id, "commit");
            expect(body.counts).to.deep.equal(preview.body.counts);
            expect(body.counts.refusals).not.to.have.property("PROXY_TAKEN");
          },
        ),
        { numRuns: 15 },
      );
    });
  });
});
