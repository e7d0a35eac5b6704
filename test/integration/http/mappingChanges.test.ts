import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { mapAll, realRows } from "../../support/numbers.ts";
import { startNumbersApi } from "../../support/numbersApi.ts";
import type { ApiAnswer, NumbersApi } from "../../support/numbersApi.ts";

describe("Changes of mappings by several people", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: NumbersApi;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startNumbersApi(store);
      await post("/pools", {
        name: "main",
        ranges: [{ first: "79580000000", last: "79580000099" }],
        isDefault: true,
      });
    });
    afterEach(() => api.close());

    const get = (path: string): Promise<ApiAnswer> => api.ask("GET", path);
    const post = (path: string, body: unknown): Promise<ApiAnswer> => api.ask("POST", path, body);
    const later = (): void => {
      api.numbers.clock.at += 1000;
    };
    async function send(method: string, path: string, ifMatch: string, body?: object) {
      const response = await api.fetchPath(path, {
        method,
        headers: { "If-Match": ifMatch, "Content-Type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      return { status: response.status, etag: response.headers.get("ETag"), body: answer };
    }
    async function mapped(count: number): Promise<readonly { id: number; proxyNumber: string }[]> {
      await mapAll(api.numbers, realRows(0, count));
      const { body } = await post("/mappings/search", { sort: "created" });
      return body["items"] as { id: number; proxyNumber: string }[];
    }

    it("do not overwrite what their author has not seen, and say what it is", async () => {
      const [one] = await mapped(1);
      const path = `/mappings/${one?.id}`;
      const seen = await get(path);
      const etag = String(seen.body["etag"]);
      expect(seen.headers.get("ETag")).to.equal(etag);
      later();
      const first = await send("PATCH", path, etag, { label: "Ann" });
      expect(first).to.include({ status: 200, etag: first.body["etag"] });
      expect(first.etag).not.to.equal(etag);

      const second = await send("PATCH", path, etag, { reference: "A-1" });
      expect(second.status).to.equal(412);
      expect(second.body).to.include({ code: "CHANGED_MEANWHILE" });
      expect(second.body["current"]).to.deep.equal(first.body);
      expect((await send("DELETE", path, etag)).status).to.equal(412);
      expect((await send("PATCH", path, `W/${first.etag}`, { reference: "A-1" })).status).to.equal(412);
      expect((await get(path)).body).to.deep.equal({ ...first.body, successor: null });

      later();
      const listed = `"0-1", ${first.etag}`;
      expect((await send("PATCH", path, listed, { reference: "A-1" })).status).to.equal(200);
      later();
      const moved = await api.ask("PATCH", path, { realNumber: "+7 900 999-88-77" });
      expect(moved.body["etag"]).not.to.equal(first.etag);
      expect((await send("PATCH", path, "*", { label: null })).status).to.equal(200);
      expect((await send("PATCH", "/mappings/999", "*", { label: null })).status).to.equal(404);
    });

    it("are undone after a bulk change, unless they have changed again since", async () => {
      const all = await mapped(4);
      const ids = all.map(({ id }) => id);
      const states = async (): Promise<unknown[]> => {
        const { body } = await post("/mappings/search", { sort: "created" });
        return (body["items"] as { state: string; label: string | null }[]).map(
          ({ state, label }) => `${state} ${label}`,
        );
      };
      await api.ask("PATCH", `/mappings/${ids[1]}`, { state: "disabled" });
      await api.ask("PATCH", `/mappings/${ids[2]}`, { label: "Ann" });
      const before = await states();

      later();
      const changed = await post("/mappings/bulk", {
        ids,
        change: { state: "disabled", label: "all" },
        undoable: true,
      });
      expect(changed.body).to.include({ changed: 4, unchanged: 0 });
      expect(await states()).to.deep.equal(Array.from({ length: 4 }, () => "disabled all"));
      const steps = changed.body["undo"];
      expect(steps).to.have.length(3);
      later();
      await api.ask("PATCH", `/mappings/${ids[3]}`, { label: "later" });
      const undone = await post("/mappings/bulk/undo", { steps });
      expect(undone.body).to.deep.equal({ changed: 3, unchanged: 1 });
      expect(await states()).to.deep.equal([...before.slice(0, 3), "disabled later"]);

      const plain = await post("/mappings/bulk", { ids, change: { label: "x" } });
      expect(plain.body).not.to.have.property("undo");
      const tooMany = [
        {
          ids: Array.from({ length: 1000 }, (_, index) => index + 1),
          change: {},
          changedAt: "2026-01-01T00:00:00Z",
        },
        { ids: [1], change: {}, changedAt: "2026-01-01T00:00:00Z" },
      ];
      expect((await post("/mappings/bulk/undo", { steps: tooMany })).status).to.equal(400);
    });

    it("are undone after a bulk change of the caller ID, in whatever country its number is", async () => {
      const ids = (await mapped(3)).map(({ id }) => id);
      const callerIds = async (): Promise<unknown[]> => {
        const { body } = await post("/mappings/search", { sort: "created" });
        return (body["items"] as { callerId: string | null }[]).map(({ callerId }) => callerId);
      };
      // Without a plus sign, it could be a Russian number.
      await api.ask("PATCH", `/mappings/${ids[0]}`, { callerId: "fixed:+49 30 123456" });
      await api.ask("PATCH", `/mappings/${ids[1]}`, { callerId: "anonymous" });
      const before = await callerIds();
      expect(before).to.deep.equal(["fixed:4930123456", "anonymous", null]);
      later();
      const change = { callerId: "fixed:+79580000001", reference: "A-1" };
      const { body } = await post("/mappings/bulk", { ids, change, undoable: true });
      expect(await callerIds()).to.deep.equal(ids.map(() => "fixed:79580000001"));
      later();
      const undone = await post("/mappings/bulk/undo", { steps: body["undo"] });
      expect(undone.body).to.deep.equal({ changed: 3, unchanged: 0 });
      expect(await callerIds()).to.deep.equal(before);
      const history = await get(`/mappings/${ids[1]}/history`);
      const items = history.body["items"] as { fields: string[]; changes: unknown[] }[];
      const undo = items.find(({ fields }) => fields.join() === "reference,callerId");
      expect(undo?.changes).to.deep.equal([
        { field: "reference", before: "A-1", after: null },
        { field: "callerId", before: "fixed", after: "anonymous" },
      ]);
    });

    it("are undone after a bulk release, for all that can be given back, in the states they had", async () => {
      const strict = { name: "strict", quarantineSeconds: 60 };
      await post("/pools", { ...strict, ranges: [{ first: "79580001000", last: "79580001009" }] });
      const all = await mapped(7);
      const other = await post("/mappings", { realNumber: "79002220000", pool: 2 });
      const [one = 0, disabled = 0, expired = 0, taken = 0, again = 0, proxy = 0] = all.map(({ id }) => id);
      await api.ask("PATCH", `/mappings/${disabled}`, { state: "disabled", label: "Ann" });
      await api.ask("PATCH", `/mappings/${expired}`, { expiresAt: "2026-01-01T00:00:01Z" });
      const realOf = async (id: number): Promise<string> =>
        String((await get(`/mappings/${id}`)).body["realNumber"]);
      const reals = [await realOf(taken), await realOf(proxy)];
      const stateOf = async (id: number): Promise<unknown> => (await get(`/mappings/${id}`)).body["state"];

      later();
      const released = await post("/mappings/bulk", { all: true, release: true, undoable: true });
      expect(released.body).to.include({ changed: 8, unchanged: 0 });
      const steps = released.body["undo"] as { ids: number[]; restore: boolean; change?: object }[];
      expect(steps.map(({ ids, restore, change }) => [ids.length, restore, change])).to.deep.equal([
        [8, true, undefined],
      ]);
      later();
      expect((await post("/mappings", { realNumber: reals[0] })).status).to.equal(201);
      await post(`/mappings/${again}/restore`, {});
      later();
      await api.ask("DELETE", `/mappings/${again}`);
      await post("/pools", { name: "third", ranges: [{ first: reals[1], last: reals[1] }] });
      api.numbers.clock.at += 60_000;
      api.numbers.announced.length = 0;
      const undone = await post("/mappings/bulk/undo", { steps });
      expect(undone.body).to.deep.equal({ changed: 4, unchanged: 4 });
      const gone = [taken, again, proxy, Number(other.body["id"])];
      for (const id of gone) expect(await stateOf(id), String(id)).to.equal("quarantined");
      const [, , , , , , last] = all;
      expect(await Promise.all([one, disabled, expired, last?.id ?? 0].map(stateOf))).to.deep.equal([
        "active",
        "disabled",
        "expired",
        "active",
      ]);
      expect((await get(`/mappings/${disabled}`)).body).to.include({ label: "Ann", quarantinedUntil: null });
      expect(api.numbers.announced).to.have.members(
        all.filter(({ id }) => !gone.includes(id)).map(({ proxyNumber }) => proxyNumber),
      );
      expect((await get("/pools/1")).body["counts"]).to.include({ used: 5, quarantined: 3 });
      const history = await get(`/mappings/${disabled}/history`);
      const items = history.body["items"] as { what: string; changes: unknown[] }[];
      expect(items.find(({ what }) => what === "restored")?.changes).to.deep.equal([
        { field: "state", before: "quarantined", after: "disabled" },
      ]);
      const repeated = await post("/mappings/bulk/undo", { steps });
      expect(repeated.body).to.deep.equal({ changed: 0, unchanged: 8 });
      const both = { ids: [one], change: {}, restore: true, changedAt: "2026-01-01T00:00:00Z" };
      expect((await post("/mappings/bulk/undo", { steps: [both] })).body["code"]).to.equal("BODY_INVALID");

      // Undone one by one, a release keeps the state as well.
      later();
      await api.ask("DELETE", `/mappings/${disabled}`);
      later();
      expect((await post(`/mappings/${disabled}/restore`, {})).body).to.include({ state: "disabled" });
    });

    it("add one number from a pool or with a certain proxy number, and give a released one back", async () => {
      await post("/pools", { name: "other", ranges: [{ first: "79580001000", last: "79580001009" }] });
      const add = (body: object): Promise<ApiAnswer> => post("/mappings", body);
      // First: the pool gives any of its numbers to the others.
      const certain = await add({ realNumber: "79001112235", proxyNumber: "+7 958 000 00 42" });
      expect(certain.body).to.include({ proxyNumber: "79580000042" });
      const plain = await add({ realNumber: "8 900 111-22-33", label: "Ann" });
      expect(plain.status).to.equal(201);
      expect(plain.body).to.include({ realNumber: "79001112233", label: "Ann", state: "active" });
      expect(plain.headers.get("Location")).to.equal(`/mappings/${Number(plain.body["id"])}`);
      const other = await add({ realNumber: "79001112234", pool: 2 });
      expect(other.body["proxyNumber"]).to.match(/^7958000100\d$/);
      const codes = [
        [{ realNumber: "79001112233" }, "REAL_NUMBER_TAKEN"],
        [{ realNumber: "79580000001" }, "REAL_NUMBER_IS_PROXY"],
        [{ realNumber: "79001112236", proxyNumber: "79580000042" }, "PROXY_TAKEN"],
        [{ realNumber: "79001112236", proxyNumber: "79990000042" }, "PROXY_NOT_IN_POOL"],
        [{ realNumber: "79001112236", pool: 99 }, "NO_POOL"],
        [{ realNumber: "79001112236", expiresAt: "2000-01-01" }, "EXPIRY_PASSED"],
        [{ realNumber: "112" }, "BODY_INVALID"],
      ] as const;
      for (const [body, code] of codes) expect((await add(body)).body["code"], code).to.equal(code);

      const path = `/mappings/${Number(certain.body["id"])}`;
      expect((await post(`${path}/restore`, {})).body["code"]).to.equal("NOT_RESTORABLE");
      later();
      await api.ask("DELETE", path);
      const taken = await add({ realNumber: "79001112236", proxyNumber: "79580000042" });
      expect(taken.body["code"]).to.equal("PROXY_QUARANTINED");
      later();
      const restored = await post(`${path}/restore`, {});
      expect(restored.body).to.include({
        realNumber: "79001112235",
        state: "active",
        quarantinedUntil: null,
      });
      expect((await get("/pools/1")).body["counts"]).to.include({ used: 2, quarantined: 0 });
      const { body } = await get(`${path}/history`);
      const what = (body["items"] as { what: string }[]).map((event) => event.what);
      expect(what).to.deep.equal(["restored", "released", "created"]);

      later();
      await api.ask("DELETE", path);
      await add({ realNumber: "79001112235" });
      expect((await post(`${path}/restore`, {})).body["code"]).to.equal("REAL_NUMBER_TAKEN");
      api.numbers.clock.at += 90 * 86_400_000;
      expect((await post(`${path}/restore`, {})).body["code"]).to.equal("NOT_RESTORABLE");
    });

    it("give a real number another proxy number, and change nothing if that fails", async () => {
      const { body: before } = await post("/mappings", {
        realNumber: "79001112233",
        label: "Ann",
        reference: "A-1",
        callerId: "anonymous",
        proxyNumber: "79580000001",
      });
      const path = `/mappings/${Number(before["id"])}`;
      await api.ask("PATCH", path, { state: "disabled" });
      const refused = await post(`${path}/renumber`, { proxyNumber: "79990000001" });
      expect(refused.body["code"]).to.equal("PROXY_NOT_IN_POOL");
      expect((await get(path)).body).to.include({ state: "disabled", realNumber: "79001112233" });
      later();
      const stale = await send("POST", `${path}/renumber`, String(before["etag"]).replace(/.$/, '0"'), {});
      expect(stale.status).to.equal(412);
      const { status, body } = await post(`${path}/renumber`, { proxyNumber: "79580000042" });
      expect(status).to.equal(201);
      expect(body).to.include({
        realNumber: "79001112233",
        proxyNumber: "79580000042",
        label: "Ann",
        reference: "A-1",
        callerId: "anonymous",
        state: "disabled",
      });
      const { body: old } = await get(path);
      expect(old).to.include({ state: "quarantined", proxyNumber: "79580000001" });
      expect(old["successor"]).to.deep.equal({ id: body["id"], proxyNumber: "79580000042" });
      const again = await post(`/mappings/${Number(body["id"])}/renumber`, {});
      expect(again.body["proxyNumber"]).to.match(/^795800000\d\d$/);
      expect((await get(path)).body["successor"]).to.have.property("id", again.body["id"]);
      await api.ask("DELETE", `/mappings/${Number(again.body["id"])}`);
      expect((await get(path)).body["successor"], "after its release").to.equal(null);
      expect((await post(`${path}/restore`, {})).body).to.include({ state: "disabled" });
      expect((await get(path)).body["successor"], "in use").to.equal(null);
      await post(`${path}/renumber`, {});
      expect((await get("/pools/1")).body["counts"]).to.include({ used: 1, quarantined: 3 });
      expect((await post(`${path}/renumber`, {})).body["code"]).to.equal("MAPPING_RELEASED");
    });

    it("show whose a proxy number is, also while it is quarantined", async () => {
      const [one, two] = await mapped(2);
      await api.ask("PATCH", `/mappings/${one?.id}`, { label: "Ann" });
      await api.ask("DELETE", `/mappings/${one?.id}`);
      const { body } = await post("/mappings/owners", {
        proxyNumbers: [one?.proxyNumber, two?.proxyNumber, "79580000099", "112 call"],
      });
      const items = body["items"] as { id: number; label: string | null }[];
      expect(items.map(({ id, label }) => ({ id, label }))).to.have.deep.members([
        { id: one?.id, label: "Ann" },
        { id: two?.id, label: null },
      ]);
    });
  });
});
