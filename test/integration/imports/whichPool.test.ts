import { expect } from "chai";
import { readdir } from "node:fs/promises";
import { range } from "../../support/numbers.ts";
import type { Store } from "../../../src/store/types.ts";
import { startApi } from "../../support/api.ts";
import type { TestApi } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { expectToAddUp, requestsTo } from "../../support/imports.ts";
import type { Answered, ImportRequests } from "../../support/imports.ts";

const moscow = { name: "Moscow", ranges: [range("74950000000", "74950000099")] };
const petersburg = { name: "Petersburg", ranges: [range("78120000000", "78120000099")] };
const file = "phone;name\n79001000001;Anna\n79001000002;Boris\n79001000002;again\n112;\n79001000003;Vera\n";

describe("The pool of an import", () => {
  forEachDatabase((open) => {
    let store: Store;
    let api: TestApi;
    let requests: ImportRequests;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startApi(store);
      requests = requestsTo(api);
    });
    afterEach(() => api.close());

    const preview = (content = file, query = ""): Promise<Answered> =>
      requests.upload(content, { query: `?dryRun=true${query}` });
    /** First digits of the proxy numbers assigned by an import. */
    const areas = async (id: number): Promise<readonly string[]> => [
      ...new Set(
        (await requests.result(id)).flatMap(([, , , proxy = "", code]) =>
          code === "CREATED" ? [proxy.slice(1, 5)] : [],
        ),
      ),
    ];
    const created = {
      rows: 6,
      created: 3,
      duplicate: 1,
      rejected: 1,
      header: 1,
      refusals: { SHORT_NUMBER: 1 },
    };

    it("may be created after the file was read, without another upload", async () => {
      const { status, body } = await preview();
      expect(status).to.equal(200);
      expect(body).to.include({ state: "previewed", failure: null });
      expect(body.counts).to.deep.include(created);
      expect(body.preview).to.deep.include({ poolId: null, withoutPool: 3, poolSuffices: false, pools: [] });
      expect(body.firstRows).to.have.length(5);
      const refused = await requests.act(body.id, "commit");
      expect(refused.status).to.equal(409);
      expect(refused.body).to.include({ code: "NO_POOL" });
      expect((await requests.get(body.id)).body).to.include({ state: "previewed" });
      expect(await readdir(api.uploadDirectory)).to.have.length(1);

      const pool = await api.pools.create(moscow);
      const again = await requests.preview(body.id, {});
      expect(again.body.counts).to.deep.equal(body.counts);
      expect(again.body.preview).to.deep.include({ poolId: pool, withoutPool: 0, poolSuffices: true });
      expect(again.body.preview?.pools).to.deep.equal([
        { poolId: pool, name: "Moscow", wanted: 3, free: 100 },
      ]);
      const done = await requests.act(body.id, "commit");
      expect(done.body).to.deep.include({ state: "done", counts: again.body.preview?.counts });
      expect(await areas(body.id)).to.deep.equal(["7495"]);
      await expectToAddUp(requests, done.body);
    });

    it("needs one number for each new real number, however often the file contains it", async () => {
      const pool = await api.pools.create(moscow);
      await requests.upload("79001000001\n");
      await api.pools.update(pool, { enabled: false });
      const { body } = await preview();
      expect(body.counts).to.include({ created: 2, differing: 1, duplicate: 1 });
      expect(body.preview).to.deep.include({ withoutPool: 2, poolId: null });
      // Numbers that are already mapped need no pool.
      const known = await preview("79001000001\n");
      expect(known.body.preview).to.deep.include({ withoutPool: 0, poolSuffices: true });
      expect((await requests.act(known.body.id, "commit")).body).to.include({ state: "done" });
      // After it is resumed, it can be used.
      await api.pools.update(pool, { enabled: true });
      expect((await requests.preview(body.id, {})).body.preview).to.deep.include({
        poolId: pool,
        withoutPool: 0,
      });
    });

    it("is the default pool or the chosen one, which can be changed any number of times", async () => {
      const first = await api.pools.create(moscow);
      const second = await api.pools.create(petersburg);
      const { body } = await preview();
      const { id } = body;
      expect(body.preview).to.deep.include({ poolId: first });
      for (const [pool, expected] of [
        [second, second],
        [first, first],
        [null, first],
        [second, second],
      ] as const) {
        const next = await requests.preview(id, { pool });
        expect(next.body.preview).to.deep.include({ poolId: expected });
        expect(next.body.counts).to.deep.equal(body.counts);
      }
      // It is unchanged by other choices.
      expect((await requests.preview(id, { headerRow: 1 })).body.preview).to.deep.include({ poolId: second });
      await requests.act(id, "commit");
      expect(await areas(id)).to.deep.equal(["7812"]);
    });

    it("is that of the preview, even if the default has changed", async () => {
      await api.pools.create(moscow);
      const second = await api.pools.create(petersburg);
      const { body } = await preview();
      await api.pools.update(second, { isDefault: true });
      await requests.act(body.id, "commit");
      expect(await areas(body.id)).to.deep.equal(["7495"]);
    });

    it("is reported as missing if the chosen one is paused or deleted, and can be chosen again", async () => {
      const first = await api.pools.create(moscow);
      const second = await api.pools.create(petersburg);
      const { body } = await preview(file, `&pool=${second}`);
      expect(body.preview).to.deep.include({ poolId: second });
      await api.pools.update(second, { enabled: false });
      expect((await requests.act(body.id, "commit")).body).to.include({ code: "NO_POOL" });
      const paused = await requests.preview(body.id, {});
      expect(paused.body).to.include({ state: "previewed" });
      expect(paused.body.preview).to.deep.include({ poolId: null, withoutPool: 3 });
      await api.pools.remove(second);
      expect((await requests.preview(body.id, {})).body.preview).to.deep.include({ poolId: null });
      expect((await requests.preview(body.id, { pool: first })).body.preview).to.deep.include({
        poolId: first,
      });
      expect((await requests.act(body.id, "commit")).body).to.include({ state: "done" });
      expect(await areas(body.id)).to.deep.equal(["7495"]);
    });

    it("must be chosen if there are several and no default", async () => {
      const first = await api.pools.create({ ...moscow, isDefault: false });
      await api.pools.create(petersburg);
      const { body } = await preview();
      expect(body.preview).to.deep.include({ poolId: null, withoutPool: 3 });
      expect((await requests.act(body.id, "commit")).body).to.include({ code: "POOL_NOT_CHOSEN" });
      expect((await requests.preview(body.id, { pool: first })).body.preview).to.deep.include({
        poolId: first,
        withoutPool: 0,
      });
      expect((await requests.act(body.id, "commit")).body).to.include({ state: "done" });
    });

    it("is reported with its counts if empty or too small, and can be extended without another upload", async () => {
      const pool = await api.pools.create({ name: "Empty" });
      const { body } = await preview();
      expect(body.counts).to.deep.include({ created: 0, refusals: { SHORT_NUMBER: 1, POOL_EXHAUSTED: 4 } });
      expect(body.preview).to.deep.include({ poolId: pool, withoutPool: 0, poolSuffices: false });
      expect(body.preview?.pools[0]).to.include({ wanted: 3, free: 0 });
      await api.pools.extend(pool, { ranges: [range("74950000000", "74950000001")] });
      expect((await requests.preview(body.id, {})).body.preview?.pools[0]).to.include({ wanted: 3, free: 2 });
      await api.pools.extend(pool, { ranges: [range("74950000002", "74950000009")] });
      const enough = await requests.preview(body.id, {});
      expect(enough.body.preview).to.deep.include({ poolSuffices: true });
      expect(enough.body.counts).to.deep.include(created);
    });

    it("is missing only for rows that do not name one", async () => {
      await api.pools.create({ ...moscow, isDefault: false });
      await api.pools.create(petersburg);
      const named = "phone,pool\n79001000001,Moscow\n79001000002,\n79001000002,\n79001000003,Petersburg\n";
      const { body } = await preview(named);
      expect(body.counts).to.deep.include({ created: 2, refusals: { POOL_MISSING: 2 } });
      expect(body.preview).to.deep.include({ poolId: null, withoutPool: 1, poolSuffices: false });
      const done = await requests.act(body.id, "commit");
      expect(done.body.counts).to.deep.equal(body.preview?.counts);
    });

    it("is the default for an upload without preview, and nothing is lost without any pool", async () => {
      const headers = { "Idempotency-Key": "the first one" };
      const refused = await requests.upload(file, { headers });
      expect(refused.status).to.equal(409);
      expect(refused.body).to.include({ code: "NO_POOL" });
      expect(refused.body)
        .to.have.property("remedy")
        .that.matches(/POST \/pools.*send the file again/);
      expect(await readdir(api.uploadDirectory)).to.deep.equal([]);
      const first = await api.pools.create({ ...moscow, isDefault: false });
      const only = await requests.upload("79001000009\n");
      expect(await areas(only.body.id)).to.deep.equal(["7495"]);
      await api.pools.create(petersburg);
      const unclear = await requests.upload(file, { headers });
      expect(unclear.status).to.equal(409);
      expect(unclear.body).to.include({ code: "POOL_NOT_CHOSEN" });
      expect(unclear.body).to.have.property("remedy").that.contains("?pool=ID");
      await api.pools.update(first, { isDefault: true });
      const done = await requests.upload(file, { headers });
      expect(done.body).to.include({ state: "done" });
      expect(await areas(done.body.id)).to.deep.equal(["7495"]);
      expect((await requests.upload(file, { headers })).body.id).to.equal(done.body.id);
    });
  });
});
