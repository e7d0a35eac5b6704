import { expect } from "chai";
import { toDatabaseTime } from "../../../src/store/time.ts";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { until } from "../../support/until.ts";
import { startGuardedApi } from "./support.ts";
import type { GuardedApi } from "./support.ts";

interface History {
  readonly items: readonly {
    readonly at: string;
    readonly what: string;
    readonly fields: readonly string[];
    readonly changes: readonly object[];
    readonly actor: { readonly kind: string; readonly name: string } | null;
    readonly importId: number | null;
  }[];
  readonly next: string | null;
}

describe("The history of a mapping", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: GuardedApi;
    let cookie: string;
    let id: number;
    let importId: number;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startGuardedApi(store);
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000009") },
      ]);
      await api.user("operator", "anna");
      cookie = await api.signIn("anna");
      const body = new FormData();
      body.set("file", new Blob(["phone\n79001112233\n"]), "numbers.csv");
      importId = Number((await api.ask("POST", "/upload", { cookie, body })).body["id"]);
      const [mapping]: { id: number }[] = await store.read((manager) =>
        manager.query("SELECT id FROM phone_mappings"),
      );
      id = mapping?.id ?? 0;
    });
    afterEach(() => api.close());

    const history = async (query = "", by = cookie): Promise<History> => {
      const { status, body, text } = await api.ask("GET", `/mappings/${id}/history${query}`, { cookie: by });
      expect(status, text).to.equal(200);
      return body as unknown as History;
    };
    const anna = { kind: "user", name: "anna" };
    const created = () => ["created", [], anna, importId];
    const told = ({ items }: History): unknown[] =>
      items.map(({ what, fields, actor, importId: of }) => [what, fields, actor, of]);
    /** The audit log's clock only moves when set. */
    const change = async (body: object): Promise<void> => {
      api.clock.nowMs = Date.now() + 1;
      expect((await api.ask("PATCH", `/mappings/${id}`, { cookie, body })).status).to.equal(200);
    };

    it("shows who created, changed, and released it, newest first, page by page, with old and new values", async () => {
      expect(told(await history())).to.deep.equal([created()]);
      await change({ label: "Secret", expiresAt: "2030-01-01T00:00:00Z" });
      await change({ state: "disabled" });
      // Failed requests have changed nothing.
      expect((await api.ask("PATCH", `/mappings/${id}`, { cookie, body: {} })).status).to.equal(400);
      await api.ask("POST", `/mappings/${id}/reveal`, { cookie });
      // The entry is newer than the change, however long that takes.
      api.clock.nowMs = Date.now() + 60_000;
      expect((await api.ask("DELETE", `/mappings/${id}`, { cookie })).status).to.equal(200);
      const all = [
        ["released", [], anna, null],
        ["changed", ["state"], anna, null],
        ["changed", ["expiresAt", "label"], anna, null],
        created(),
      ];
      expect(told(await history())).to.deep.equal(all);
      const pages: unknown[] = [];
      let page = await history("?limit=1");
      for (pages.push(...told(page)); page.next !== null; pages.push(...told(page)))
        page = await history(`?limit=1&after=${page.next}`);
      expect(pages).to.deep.equal(all);
      const auditor = await api.signIn((await api.user("auditor")).username);
      const text = JSON.stringify(await history("", auditor));
      expect(text).to.include("anna").and.not.to.include("127.0.0.1");
      const changes = [
        { field: "label", before: null, after: "Secret" },
        { field: "expiresAt", before: null, after: "2030-01-01T00:00:00.000Z" },
      ];
      expect((await history()).items.map((event) => event.changes)).to.deep.equal([
        [{ field: "state", before: "disabled", after: "quarantined" }],
        [{ field: "state", before: "active", after: "disabled" }],
        changes,
        [],
      ]);
      const query = `targetKind=mappings&targetId=${id}&action=change`;
      const audit = await api.ask("GET", `/audit?${query}`, { cookie: auditor });
      const records = audit.body["items"] as { outcome: string; changes: object[] }[];
      const done = records.filter(({ outcome }) => outcome === "done");
      expect(done.map((record) => record.changes)[1]).to.deep.equal(changes);
      const key = await api.key(["audit.read"]);
      const hidden = await api.ask("GET", `/audit?${query}`, { key });
      expect(hidden.text, "without the right to see mappings")
        .to.include("changedAt")
        .and.not.include("Secret");
      const file = await api.ask("GET", `/audit/export.csv?${query}&delimiter=semicolon`, {
        cookie: auditor,
      });
      const [header, , first = ""] = file.text.trimEnd().split("\r\n");
      expect(header).to.match(/^id;at \(UTC\);actor;actor_name;action;outcome;target;target_id;address;/);
      expect(file.text).to.include('label: null → ""Secret""');
      expect(first).to.include("anna").and.not.to.include("79001112233");
      const [entry] = (await api.ask("GET", "/audit?action=export", { cookie: auditor })).body[
        "items"
      ] as object[];
      expect(entry, "an export is audited").to.deep.include({ outcome: "done" });
      const ofNumber = await api.ask("GET", `/mappings/${id}/history/export.csv?delimiter=semicolon`, {
        cookie: auditor,
      });
      const [names, latest, ...earlier] = ofNumber.text.trimEnd().split("\r\n");
      expect(names).to.match(/at \(UTC\);what;changes;fields;actor;actor_name;import_id$/);
      expect(latest).to.include(`;released;"state: ""disabled"" → ""quarantined""";;user;anna;`);
      expect(earlier, "all of it").to.have.length(3);
      expect(ofNumber.text).to.include('label: null → ""Secret""').and.not.to.include("79001112233");
      const gone = await api.ask("GET", "/mappings/987654321/history/export.csv", { cookie: auditor });
      expect(gone.body).to.include({ status: 404, code: "MAPPING_UNKNOWN" });
    });

    it("is kept with old and new values for everything that people can change", async () => {
      const { id: userId } = await api.user("administrator", "root");
      const root = await api.signIn("root");
      const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
        const answer = await api.ask(method, path, { cookie: root, ...(body && { body }) });
        expect(answer.status, answer.text).to.be.below(300);
        return answer.body;
      };
      const poolId = (await api.pools.list())[0]?.id;
      const user = (await ask("POST", "/users", { username: "vera", displayName: "Vera", role: "operator" }))[
        "user"
      ] as { id: number };
      await ask("PATCH", `/users/${user.id}`, { role: "auditor", disabled: true });
      await ask("PATCH", `/pools/${poolId}`, {
        label: "Couriers",
        quarantineSeconds: 3600,
        enabled: false,
        callerId: "fixed:+79580000001",
      });
      await ask("POST", `/pools/${poolId}/block`, { numbers: ["+79580000009"] });
      await ask("POST", "/mappings/bulk", { ids: [id], change: { label: "Both", state: "disabled" } });
      await ask("POST", `/mappings/bulk/undo`, {
        steps: [{ ids: [id], change: { label: null }, changedAt: new Date(0).toISOString() }],
      });
      const { key } = (await ask("POST", "/api-keys", { name: "CRM", scopes: ["numbers.read"] })) as {
        key: { id: number };
      };
      await ask("DELETE", `/api-keys/${key.id}`);
      const rule = await ask("POST", "/ip-rules", {
        purpose: "lookups",
        network: "192.0.2.0/24",
        note: "PBX",
      });
      await ask("DELETE", `/ip-rules/${String(rule["id"])}`);
      await ask("DELETE", `/users/${user.id}`);
      const { items } = (await ask("GET", `/audit?userId=${userId}`)) as {
        items: { details: Record<string, unknown> | null; changes: Record<string, unknown>[] }[];
      };
      const told = items.map(({ details, changes }) => [
        details?.["route"],
        ...changes.map(
          ({ field, before, after }) => `${String(field)}: ${String(before)} -> ${String(after)}`,
        ),
      ]);
      expect(told.slice(1, 11).toReversed()).to.deep.equal([
        ["POST /users", "displayName: null -> Vera", "role: null -> operator", "disabled: null -> false"],
        ["PATCH /users/:id", "role: operator -> auditor", "disabled: false -> true"],
        [
          "PATCH /pools/:id",
          "label: null -> Couriers",
          "callerId: null -> fixed",
          "quarantineSeconds: 2592000 -> 3600",
          "enabled: true -> false",
        ],
        ["POST /pools/:id/block"],
        ["POST /mappings/bulk", "state: null -> disabled", "label: null -> Both"],
        ["POST /mappings/bulk/undo"],
        ["POST /api-keys", "scopes: null -> numbers.read"],
        ["DELETE /api-keys/:id"],
        ["POST /ip-rules", "purpose: null -> lookups", "note: null -> PBX"],
        ["DELETE /ip-rules/:id", "purpose: lookups -> null", "note: PBX -> null"],
      ]);
      expect(JSON.stringify(items)).to.not.include("7958000000");
    });

    it("includes bulk changes between single changes, page by page", async () => {
      const bulk = async (request: object, by: { cookie?: string; key?: string } = { cookie }) => {
        await until(() => Date.now() > api.clock.nowMs);
        api.clock.nowMs = Date.now();
        const { status, text, body } = await api.ask("POST", "/mappings/bulk", { ...by, body: request });
        expect(status, text).to.equal(200);
        return body;
      };
      const key = await api.key(["numbers.write"]);
      const program = { kind: "key", name: "test" };
      await bulk({ all: true, change: { state: "disabled", expiresAt: "2030-01-01T00:00:00Z" } });
      await change({ label: "Secret" });
      expect(await bulk({ ids: [id], change: { label: "Other", callerId: "proxy" } }, { key })).to.include({
        changed: 1,
      });
      // Values that stay the same are not changes, and a dry run is not even an entry of the audit log.
      expect(await bulk({ ids: [id], change: { state: "disabled" } })).to.include({ unchanged: 1 });
      await bulk({ ids: [id], release: true, dryRun: true });
      const { items: audited } = await api.access.audit.page(
        { actions: ["change"] },
        { before: null, limit: 3 },
      );
      expect(
        audited.map(({ actor, details }) => [actor.name, details?.["changed"], details?.["unknown"]]),
      ).to.deep.equal([
        ["anna", 0, 0],
        ["test", 1, 0],
        ["anna", undefined, undefined],
      ]);
      const reader = await api.key(["numbers.read"]);
      const refusal = await api.ask("POST", "/mappings/bulk", {
        key: reader,
        body: { ids: [id], release: true },
      });
      expect(refusal.body).to.include({ status: 403 });
      await change({ state: "active" });
      const { undo: steps } = await bulk({ filter: { import: importId }, release: true, undoable: true });
      api.clock.nowMs += 1;
      const undone = await api.ask("POST", "/mappings/bulk/undo", { key, body: { steps } });
      expect(undone.body).to.include({ unchanged: 0 });
      const { items: newest } = await api.access.audit.page(
        { actions: ["change"] },
        { before: null, limit: 1 },
      );
      expect(
        newest.map(({ actor, details }) => [actor.name, details?.["route"], details?.["unchanged"]]),
      ).to.deep.equal([["test", "POST /mappings/bulk/undo", 0]]);
      const all = [
        ["restored", [], program, null],
        ["released", [], anna, null],
        ["changed", ["state"], anna, null],
        ["changed", ["label", "callerId"], program, null],
        ["changed", ["label"], anna, null],
        ["changed", ["state", "expiresAt"], anna, null],
        created(),
      ];
      expect(told(await history())).to.deep.equal(all);
      for (const limit of [1, 2, 3]) {
        const pages: unknown[] = [];
        let page = await history(`?limit=${limit}`);
        for (pages.push(...told(page)); page.next !== null; pages.push(...told(page)))
          page = await history(`?limit=${limit}&after=${page.next}`);
        expect(pages, `${limit} a page`).to.deep.equal(all);
      }
    });

    it("includes changes without an entry, without an actor", async () => {
      await store.transaction((manager) =>
        manager.query("UPDATE phone_mappings SET updated_at = ? WHERE id = ?", [
          toDatabaseTime(Date.now() + 60_000),
          id,
        ]),
      );
      expect(told(await history())).to.deep.equal([["changed", [], null, null], created()]);
    });

    it("requires permission, and does not exist for unknown mappings", async () => {
      const key = await api.key(["calls.read"]);
      expect((await api.ask("GET", `/mappings/${id}/history`, { key })).status).to.equal(403);
      const unknown = await api.ask("GET", "/mappings/987654321/history", { cookie });
      expect(unknown.body).to.include({ status: 404, code: "MAPPING_UNKNOWN" });
      for (const query of ["limit=9999", "after=17", "after=1-x"]) {
        const wrong = await api.ask("GET", `/mappings/${id}/history?${query}`, { cookie });
        expect(wrong.body, query).to.include({ status: 400, code: "QUERY_INVALID" });
      }
    });
  });
});
