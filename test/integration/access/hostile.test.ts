import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { expect } from "chai";
import type { Store } from "../../../src/store/types.ts";
import { phoneNumber } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { goodPassword, startGuardedApi } from "./support.ts";
import type { Answer, GuardedApi } from "./support.ts";

const script = '<script>alert("1")</script>';

describe("Attacks", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: GuardedApi;
    let cookie: string;

    beforeEach(async () => {
      ({ store } = await open());
      api = await startGuardedApi(store);
      await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000009") },
      ]);
      cookie = await api.signIn((await api.user("administrator")).username);
    });
    afterEach(() => api.close());

    const upload = (content: string, name: string, by: { cookie?: string; key?: string } = { cookie }) => {
      const body = new FormData();
      body.set("file", new Blob([content], { type: "text/csv" }), name);
      return api.ask("POST", "/upload", { ...by, body });
    };
    const isInert = ({ headers }: Answer, type: string): void => {
      expect(headers.get("content-type")).to.match(new RegExp(`^${type}(?:;|$)`));
      expect(headers.get("x-content-type-options")).to.equal("nosniff");
      expect(headers.get("content-security-policy")).to.include("script-src 'self'");
    };

    it("return a script in a label or cell as data, and a formula as text", async () => {
      const formula = "=cmd|'/c calc'!A1";
      const rows = `phone,label,reference\n79001112233,"${script.replaceAll('"', '""')}","${formula}"\n"${formula}",x,@y\n`;
      const answer = await upload(rows, `${script.replaceAll("/", "")}.csv`);
      expect(answer.status, answer.text).to.equal(200);
      isInert(answer, "application/json");
      const list = await api.ask("GET", "/mappings", { cookie });
      isInert(list, "application/json");
      expect(list.body).to.have.nested.property("items[0].label", script);
      const csv = await api.ask("GET", "/export/csv", { cookie });
      isInert(csv, "text/csv");
      expect(csv.headers.get("content-disposition")).to.match(/^attachment;/);
      expect(csv.text)
        .to.include(`,'${formula},`)
        .and.not.to.match(/[,\n]"?=/);
      const result = await api.ask("GET", `/imports/${String(answer.body["id"])}/result.csv`, { cookie });
      isInert(result, "text/csv");
      expect(result.headers.get("content-disposition")).to.match(/^attachment;/);
      expect(result.text)
        .to.include(`'${formula}`)
        .and.not.to.match(/[,\n]"?=/);
      const refused = await api.ask("PATCH", "/mappings/1", { cookie, body: { label: 7, [script]: 1 } });
      isInert(refused, "application/problem\\+json");
    });

    it("write no file outside the upload folder with a path as file name", async () => {
      const around = async (): Promise<string[]> => (await readdir(dirname(api.uploadDirectory))).toSorted();
      const before = await around();
      const stored: unknown[] = [];
      for (const name of [
        "../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/cron.d/evil.csv",
        "a\u0000b\u202ecsv.exe",
        "..",
        ".",
        "x".repeat(5000),
      ]) {
        const { status, body, text } = await upload("phone\n79001112233\n", name);
        expect(status, text).to.equal(200);
        const [row]: { file_name: string }[] = await store.read((manager) =>
          manager.query("SELECT file_name FROM imports WHERE id = ?", [body["id"]]),
        );
        expect(row?.file_name).to.equal(body["fileName"]);
        stored.push(row?.file_name);
      }
      expect(stored.slice(0, 3)).to.deep.equal(["passwd", "win.ini", "evil.csv"]);
      for (const name of stored)
        expect(name)
          .to.be.a("string")
          .that.does.not.match(/[\\/\p{C}]/u);
      // Kept for the results, under names of ours.
      for (const kept of await readdir(api.uploadDirectory)) expect(kept).to.match(/^import-[\da-f-]{36}$/);
      // Other tests create folders there, too, but with different names.
      const appeared = (await around()).filter((name) => !before.includes(name));
      expect(appeared.filter((name) => /passwd|win\.ini|evil|csv/.test(name))).to.deep.equal([]);
    });

    it("are rejected with 413 if a body is over the limit, and the next request is answered", async () => {
      const large = JSON.stringify({ filter: { label: "x".repeat(10_000_001) } });
      for (const path of ["/mappings/bulk", "/mappings/search", "/calls/search"]) {
        const { status, body } = await api.ask("POST", path, { cookie, body: large });
        expect({ status, ...body }, path).to.include({ status: 413, code: "BODY_TOO_LARGE" });
      }
      const form = new URLSearchParams({ label: "x".repeat(10_000_001) });
      const { body } = await api.ask("POST", "/export/csv", { cookie, body: form });
      expect(body).to.include({ status: 413, code: "BODY_TOO_LARGE" });
      expect((await api.ask("GET", "/mappings", { cookie })).status).to.equal(200);
    });

    it("gain no access with other users' IDs, on any route with an ID", async () => {
      const victim = await api.user("operator");
      await api.signIn(victim.username);
      const [session] = await api.access.sessions.list(victim.id);
      await api.key(["lookups.read"]);
      const [key] = await api.access.keys.list();
      const rule = { purpose: "lookups" as const, network: "10.0.0.0/8", note: "", createdBy: null };
      const { id: ruleId } = await api.access.rules.create(rule, "127.0.0.1");
      const imported = await upload("phone\n79001112233\n", "numbers.csv");
      const importId = String(imported.body["id"]);
      const [mapping]: { id: number }[] = await store.read((manager) =>
        manager.query("SELECT id FROM phone_mappings"),
      );
      const [pool] = await api.pools.list();

      const ofOthers = [
        ["DELETE", `/account/sessions/${session?.id}`],
        ["DELETE", `/sessions/${session?.id}`],
        ["GET", `/users/${victim.id}`],
        ["PATCH", `/users/${victim.id}`, { role: "administrator" }],
        ["DELETE", `/users/${victim.id}`],
        ["POST", `/users/${victim.id}/invitation`],
        ["DELETE", `/users/${victim.id}/totp`],
        ["DELETE", `/api-keys/${key?.id}`],
        ["DELETE", `/ip-rules/${ruleId}`],
        ["PATCH", `/mappings/${mapping?.id}`, { label: "mine" }],
        ["DELETE", `/mappings/${mapping?.id}`],
        ["POST", `/mappings/${mapping?.id}/reveal`],
        ["GET", `/imports/${importId}`],
        ["GET", `/imports/${importId}/rows`],
        ["POST", `/imports/${importId}/rows/search`, {}],
        ["GET", `/imports/${importId}/result.csv`],
        ["POST", `/imports/${importId}/preview`, {}],
        ["POST", `/imports/${importId}/commit`],
        ["POST", `/imports/${importId}/cancel`],
        ["POST", `/imports/${importId}/undo`],
        ["PATCH", `/pools/${pool?.id}`, { label: "mine" }],
        ["DELETE", `/pools/${pool?.id}`],
        ["POST", `/pools/${pool?.id}/extend`, { numbers: ["79580000020"] }],
        ["POST", `/pools/${pool?.id}/shrink`, { numbers: ["79580000009"] }],
        ["POST", `/pools/${pool?.id}/block`, { numbers: ["79580000009"] }],
        ["POST", `/pools/${pool?.id}/unblock`, { numbers: ["79580000009"] }],
      ] as const;
      const auditor = await api.signIn((await api.user("auditor")).username);
      for (const [method, path, body] of ofOthers) {
        const answer = await api.ask(method, path, { cookie: auditor, body });
        // All users may access their own account, which has no session with this ID.
        const wanted = path.startsWith("/account/") ? [404, "UNKNOWN"] : [403, "NOT_ALLOWED"];
        expect([answer.status, answer.body["code"]], `${method} ${path}`).to.deep.equal(wanted);
      }
      expect((await api.access.sessions.list(victim.id)).length).to.equal(1);
      expect(await api.access.users.get(victim.id)).to.include({ role: "operator" });
      expect((await api.access.keys.list())[0]?.revokedAtMs).to.equal(null);
      const after = await api.ask("GET", `/mappings/${mapping?.id}`, { cookie });
      expect(after.body).to.include({ state: "active", label: null });
      const signedIn = await api.ask("POST", "/session", {
        body: { username: victim.username, password: goodPassword },
      });
      expect(signedIn.status).to.equal(200);
    });

    it("cannot import, or see an import, with a key that does not see real numbers", async () => {
      const key = await api.key(["numbers.read", "numbers.write"]);
      const file = "79001112233,79995550000\n79001112244,x\n";
      const preview = await upload(file, "numbers.csv");
      const id = String(preview.body["id"]);
      const answers = [
        await upload(file, "again.csv", { key }),
        await api.ask("GET", `/imports/${id}`, { key }),
      ];
      for (const action of ["undo", "commit", "cancel", "preview"])
        answers.push(await api.ask("POST", `/imports/${id}/${action}`, { key, body: {} }));
      for (const { body } of answers)
        expect(body).to.include({ status: 403, code: "NOT_ALLOWED", permission: "numbers.real" });
      expect((await api.ask("GET", `/imports/${id}`, { cookie })).body).to.include({ state: "done" });
    });
  });
});
