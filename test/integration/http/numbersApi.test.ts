import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { mapAll, phone, realNumber, realRows } from "../../support/numbers.ts";
import { startNumbersApi } from "../../support/numbersApi.ts";
import type { ApiAnswer, NumbersApi } from "../../support/numbersApi.ts";

const problem = "application/problem+json";

describe("The API of pools and mappings", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: NumbersApi;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startNumbersApi(store);
    });
    afterEach(() => api.close());

    const get = (path: string): Promise<ApiAnswer> => api.ask("GET", path);
    const post = (path: string, body: unknown): Promise<ApiAnswer> => api.ask("POST", path, body);
    const refused = ({ status, body, type }: ApiAnswer, wanted: number, code: string): void => {
      expect({ status, type, code: body["code"] }).to.deep.equal({ status: wanted, type: problem, code });
      expect(body["detail"]).to.be.a("string");
    };

    async function makePool(): Promise<number> {
      const { status, body } = await post("/pools", {
        name: "main",
        ranges: [{ first: "+7 958 000-00-00", last: "79580000099" }],
        isDefault: true,
        quarantineSeconds: 60,
      });
      expect(status).to.equal(201);
      return Number(body["id"]);
    }

    it("creates, returns, changes, extends, shrinks, blocks, and deletes a pool", async () => {
      const id = await makePool();
      const listed = await get("/pools");
      expect(listed.body).to.have.nested.property("items[0].ranges[0]").that.deep.equals({
        first: "79580000000",
        last: "79580000099",
      });
      const changed = await api.ask("PATCH", `/pools/${id}`, {
        label: "trunk A",
        country: "RU",
        callerId: "fixed:+7 495 123-45-67",
        warningDays: 5,
      });
      expect(changed.body).to.include({ label: "trunk A", country: "RU", callerId: "fixed:74951234567" });
      const extended = await post(`/pools/${id}/extend`, { numbers: ["8 (495) 000-00-01", "74950000002"] });
      expect(extended.body).to.deep.include({
        listed: 2,
        counts: { total: 102, free: 102, used: 0, quarantined: 0, blocked: 0 },
      });
      const shrunk = await post(`/pools/${id}/shrink`, {
        ranges: [{ first: "79580000050", last: "79580000099" }],
        numbers: ["74950000001"],
      });
      expect(shrunk.body).to.have.nested.property("counts.total", 51);
      const blocked = await post(`/pools/${id}/block`, { numbers: ["79580000001"], note: "spam" });
      expect(blocked.body).to.have.nested.property("counts.blocked", 1);
      expect((await get(`/pools/${id}/blocked`)).body).to.deep.equal({
        items: [
          {
            number: "79580000001",
            note: "spam",
            blockedAt: new Date(api.numbers.clock.at).toISOString(),
          },
        ],
        next: null,
      });
      const unblocked = await post(`/pools/${id}/unblock`, { numbers: ["79580000001"] });
      expect(unblocked.body).to.have.nested.property("counts.blocked", 0);
      expect((await api.ask("DELETE", `/pools/${id}`)).status).to.equal(204);
      refused(await get(`/pools/${id}`), 404, "POOL_UNKNOWN");
    });

    it("rejects impossible changes of a pool, and names the conflicts", async () => {
      const id = await makePool();
      const [used] = await mapAll(api.numbers, realRows(0, 1));
      const overlapping = await post("/pools", {
        name: "other",
        ranges: [{ first: "79580000090", last: "79580000200" }],
        numbers: [realNumber(0)],
      });
      refused(overlapping, 409, "RANGE_CONFLICT");
      expect(overlapping.body["conflicts"]).to.deep.equal([
        {
          kind: "pool",
          range: { first: "79580000090", last: "79580000200" },
          pool: "main",
          with: { first: "79580000000", last: "79580000099" },
        },
        {
          kind: "real_number",
          range: { first: realNumber(0), last: realNumber(0) },
          realNumber: realNumber(0),
        },
      ]);
      const inUse = await post(`/pools/${id}/shrink`, { numbers: [used] });
      refused(inUse, 409, "NUMBERS_IN_USE");
      expect(inUse.body["numbers"]).to.deep.equal([used]);
      refused(await post(`/pools/${id}/shrink`, { numbers: ["74950000001"] }), 409, "NUMBERS_NOT_IN_POOL");
      refused(await api.ask("DELETE", `/pools/${id}`), 409, "POOL_NOT_EMPTY");
      refused(await post("/pools", { name: "main" }), 409, "POOL_NAME_TAKEN");
      refused(
        await post(`/pools/${id}/extend`, { ranges: [{ first: "79580000300", last: "79580000200" }] }),
        400,
        "RANGE_INVALID",
      );
      const invalid = await post("/pools", {
        name: "",
        ranges: [{ first: "x", last: "79580000001" }],
        colour: 1,
      });
      refused(invalid, 400, "BODY_INVALID");
      expect(JSON.stringify(invalid.body["errors"])).to.contain("ranges.0.first").and.to.contain("name");
      refused(await post(`/pools/${id}/extend`, {}), 400, "BODY_INVALID");
      refused(await get("/pools/none"), 400, "ID_INVALID");
      const text = await api.fetchPath("/pools", { method: "POST", body: "{" });
      expect([text.status, await text.json()]).to.have.nested.property("[1].code", "BODY_NOT_JSON");
    });

    it("finds mappings by every filter, sorted, page by page, with their count", async () => {
      await makePool();
      await api.numbers.mapper.map([
        { realNumber: phone("79001112233"), label: "Anna", reference: "A-1" },
        { realNumber: phone("79001112244"), label: "Boris" },
        { realNumber: phone("79001112255") },
      ]);
      const all = await get("/mappings?limit=2");
      expect(all.body).to.have.property("total").that.deep.equals({ value: 3, exact: true });
      expect(all.body).to.have.nested.property("items[0].realNumber", "79001112255");
      const rest = await get(`/mappings?limit=2&after=${String(all.body["next"])}`);
      expect(rest.body).to.have.property("items").that.has.length(1);
      expect(rest.body).to.include({ next: null }).and.not.to.have.property("total");
      const found = async (query: string): Promise<unknown[]> => {
        const { body } = await get(`/mappings?sort=realNumber&${query}`);
        return (body["items"] as { realNumber: string }[]).map((one) => one.realNumber);
      };
      expect(await found("number=8%20(900)%20111-22-33")).to.deep.equal(["79001112233"]);
      expect(await found("suffix=22-44")).to.deep.equal(["79001112244"]);
      expect(await found("label=bor")).to.deep.equal(["79001112244"]);
      expect(await found("reference=A-")).to.deep.equal(["79001112233"]);
      expect(await found("pool=1&state=active")).to.have.length(3);
      const bodily = await post("/mappings/search", { number: "+79001112244", sort: "-label", limit: 5 });
      expect(bodily.body).to.have.nested.property("items[0].label", "Boris");
      refused(await get("/mappings?suffix=12"), 400, "QUERY_INVALID");
      refused(await get("/mappings?sort=colour"), 400, "QUERY_INVALID");
      refused(await get("/mappings?sort=reference"), 400, "QUERY_INVALID");
      refused(await get("/mappings?number=abc"), 400, "QUERY_INVALID");
      refused(await get("/mappings?after=abc"), 400, "BAD_CURSOR");
    });

    it("returns, changes, and releases a mapping", async () => {
      await makePool();
      await mapAll(api.numbers, realRows(1, 3));
      const id = (await api.numbers.repository.findByReal(realNumber(1)))?.id;
      const path = `/mappings/${id}`;
      expect((await get(path)).body).to.deep.include({
        realNumber: realNumber(1),
        state: "active",
        pool: { id: 1, name: "main" },
      });
      const until = new Date(api.numbers.clock.at + 60_000).toISOString();
      const steps: [Record<string, unknown>, Record<string, unknown>][] = [
        [{ state: "disabled" }, { state: "disabled" }],
        [
          { state: "active", label: "x" },
          { state: "active", label: "x" },
        ],
        [{ expiresAt: "now" }, { state: "expired" }],
        [{ expiresAt: until }, { state: "active", expiresAt: until }],
        [{ expiresAt: "2099-02-28" }, { state: "active", expiresAt: "2099-02-28" }],
        [{ expiresAt: "2099-03-01T03:00:00+03:00" }, { state: "active", expiresAt: "2099-02-28" }],
        [
          { realNumber: "8 900 111-22-33", callerId: "anonymous" },
          { realNumber: "79001112233", callerId: "anonymous" },
        ],
        [
          { expiresAt: null, callerId: null, label: null },
          { expiresAt: null, callerId: null, label: null },
        ],
      ];
      for (const [patch, expected] of steps) {
        const { status, body } = await api.ask("PATCH", path, patch);
        expect(status).to.equal(200);
        expect(body).to.include(expected);
      }
      refused(await api.ask("PATCH", path, {}), 400, "BODY_INVALID");
      for (const expiresAt of ["2099-02-29", "2099-02-28T18:00", "28.02.2099"])
        refused(await api.ask("PATCH", path, { expiresAt }), 400, "BODY_INVALID");
      refused(await api.ask("PATCH", path, { realNumber: "112" }), 400, "BODY_INVALID");
      refused(await api.ask("PATCH", path, { realNumber: realNumber(2) }), 409, "REAL_NUMBER_TAKEN");
      refused(await api.ask("PATCH", path, { realNumber: "79580000001" }), 409, "REAL_NUMBER_IS_PROXY");
      const released = await api.ask("DELETE", path);
      expect(released.body).to.include({
        state: "quarantined",
        quarantinedUntil: new Date(api.numbers.clock.at + 60_000).toISOString(),
      });
      refused(await api.ask("DELETE", path), 409, "MAPPING_RELEASED");
      refused(await get("/mappings/99999"), 404, "MAPPING_UNKNOWN");
    });

    it("changes all mappings of a filter, after a preview", async () => {
      await makePool();
      await mapAll(api.numbers, realRows(0, 20));
      refused(await post("/mappings/bulk", { release: true }), 400, "BODY_INVALID");
      refused(await post("/mappings/bulk", { all: true }), 400, "BODY_INVALID");
      const preview = await post("/mappings/bulk", {
        filter: { pool: 1 },
        change: { state: "disabled" },
        dryRun: true,
      });
      expect(preview.body).to.deep.equal({ matched: 20 });
      expect((await get("/mappings?state=disabled")).body).to.have.nested.property("total.value", 0);
      const late = await post("/mappings/bulk", {
        filter: { pool: 1 },
        change: { state: "disabled" },
        expected: 19,
      });
      refused(late, 409, "COUNT_CHANGED");
      const done = await post("/mappings/bulk", {
        filter: { pool: 1 },
        change: { state: "disabled" },
        expected: 20,
      });
      expect(done.body).to.deep.equal({ changed: 20, unchanged: 0, next: null });
      const released = await post("/mappings/bulk", { all: true, release: true });
      expect(released.body).to.include({ changed: 20 });
      expect((await get("/pools/1")).body).to.have.nested.property("counts.quarantined", 20);
    });

    it("changes mappings by ID, and counts unknown IDs", async () => {
      await makePool();
      await mapAll(api.numbers, realRows(0, 5));
      const ids = (await api.numbers.search.page({ limit: 10 })).items.map(({ id }) => id);
      const named = ids.slice(0, 3);
      const gone = 987_654;
      const disable = { change: { state: "disabled" } };
      const bulk = (body: object) => post("/mappings/bulk", body);
      const asked = { ids: [...named, gone, gone, ...named] };
      expect((await bulk({ ...asked, dryRun: true })).body).to.deep.equal({ matched: 3, unknown: 1 });
      refused(await bulk({ ...asked, ...disable, expected: 4 }), 409, "COUNT_CHANGED");
      api.numbers.announced.length = 0;
      const done = { changed: 3, unchanged: 0, unknown: 1, next: null };
      expect((await bulk({ ...asked, ...disable, expected: 3 })).body).to.deep.equal(done);
      expect(api.numbers.announced).to.have.length(3);
      expect((await bulk({ ...asked, ...disable })).body).to.deep.equal({
        ...done,
        changed: 0,
        unchanged: 3,
      });
      expect((await get("/mappings?state=disabled")).body).to.have.nested.property("total.value", 3);
      expect((await bulk({ ids: [gone], release: true })).body).to.deep.equal({ ...done, changed: 0 });
      expect((await bulk({ ids: named.slice(0, 1), release: true })).body).to.include({ changed: 1 });
      // Released mappings cannot be changed.
      expect((await bulk({ ids: named, change: { label: "x" } })).body).to.include({
        changed: 2,
        unchanged: 1,
        unknown: 0,
      });
      expect((await get("/pools/1")).body).to.have.nested.property("counts.quarantined", 1);
    });

    it("rejects lists of mappings that are too long, empty, invalid, or combined with a filter", async () => {
      const release = { release: true };
      const most = Array.from({ length: 1000 }, (_, index) => index + 1);
      expect((await post("/mappings/bulk", { ids: most, ...release })).body).to.include({ unknown: 1000 });
      const tooLong = await post("/mappings/bulk", { ids: [...most, 1001], ...release });
      refused(tooLong, 400, "BODY_INVALID");
      expect(tooLong.body["errors"]).to.deep.equal([
        { field: "ids", problem: "has more than 1000 entries; use several requests" },
      ]);
      for (const body of [
        { ids: [] },
        { ids: [0] },
        { ids: [1.5] },
        { ids: ["1"] },
        { ids: [2 ** 31] },
        { ids: [1], all: true },
        { ids: [1], filter: { pool: 1 } },
        { ids: [1], after: "x" },
        { ids: [1], change: { state: "disabled" } },
      ])
        refused(await post("/mappings/bulk", { ...body, ...release }), 400, "BODY_INVALID");
    });

    it("looks up numbers in any notation, in the URL or the body", async () => {
      await makePool();
      const [proxyNumber = ""] = await mapAll(api.numbers, [{ realNumber: phone("79001112233") }]);
      const pair = { fake_phone: proxyNumber, real_phone: "79001112233" };
      expect((await get("/lookup/fake/8%20(900)%20111-22-33")).body).to.deep.equal(pair);
      expect((await get(`/lookup/real/%2B${proxyNumber}`)).body).to.deep.equal(pair);
      expect((await post("/lookup", { real: "+7 900 111 22 33" })).body).to.deep.equal(pair);
      expect((await post("/lookup", { fake: proxyNumber })).body).to.deep.equal(pair);
      refused(
        await post("/lookup", { fake: "79580000000".replace(/0$/, proxyNumber.endsWith("0") ? "1" : "0") }),
        404,
        "NUMBER_UNKNOWN",
      );
      refused(await post("/lookup", { real: "79990000000" }), 404, "NUMBER_UNKNOWN");
      refused(await post("/lookup", { real: "79990000000", fake: "1" }), 400, "BODY_INVALID");
      refused(await post("/lookup", { fake: "abc" }), 400, "NUMBER_UNREADABLE");
      await store.close();
      const away = await post("/lookup", { real: "79001112233" });
      refused(away, 503, "DATABASE_AWAY");
      expect(away.headers.get("retry-after")).to.match(/^\d+$/);
      refused(await get("/pools"), 503, "DATABASE_AWAY");
      refused(await get("/mappings"), 503, "DATABASE_AWAY");
      refused(await get("/export/xlsx"), 503, "DATABASE_AWAY");
    });

    it("exports all mappings of a filter, safe for spreadsheets", async () => {
      await makePool();
      await api.numbers.mapper.map([
        {
          realNumber: phone("79001112233"),
          label: '=cmd|"x"',
          reference: "a,b",
          expiresAtMs: Date.UTC(2027, 0, 1),
        },
        { realNumber: phone("79001112244"), callerIdPolicy: { kind: "fixed", number: phone("74951234567") } },
        { realNumber: phone("79001112255"), label: "Клиент" },
      ]);
      const released = await api.numbers.repository.findByReal(phone("79001112244"));
      await api.numbers.editor.release(released?.id ?? 0);
      const response = await api.fetchPath("/export/csv");
      expect(response.headers.get("content-disposition")).to.match(/mappings-2026-01-01T00-00Z\.csv/);
      const text = Buffer.from(await response.arrayBuffer()).toString();
      const [header, first, second, third] = text.split("\r\n");
      expect(header).to.equal(
        "\uFEFFreal_number,proxy_number,state,label,reference,expires_at (UTC),created_at_utc,pool,caller_id,proxy_was_for",
      );
      expect(first).to.match(
        /^\+79001112233,\+7958000\d{4},active,"'=cmd\|""x""","a,b",2026-12-31,2026-01-01T00:00:00\.000Z,main,,$/,
      );
      expect(second).to.match(/^,\+7958000\d{4},quarantined,.*,fixed:\+74951234567,\+79001112244$/);
      expect(third).to.contain("Клиент");
      const filtered = await (await api.fetchPath("/export/csv?label=Кл&delimiter=semicolon")).text();
      expect(filtered.trim().split("\r\n")).to.have.length(2);
      refused(await get("/export/csv?colour=1"), 400, "QUERY_INVALID");
    });
  });
});
