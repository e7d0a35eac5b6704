import { expect } from "chai";
import { keyScopes } from "../../../src/access/rules/rights.ts";
import { phoneNumber } from "../../support/api.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { startGuardedApi } from "./support.ts";
import type { Answer, GuardedApi } from "./support.ts";

const real = "79001112233";
const masked = "+7 900 ••• 22 33";
const proxy = "70001000001";
const caller = "79998887766";
const maskedCaller = "+7 999 ••• 77 66";
/** The proxy number of a mapping whose real number is so short that only two of its digits are shown. */
const short = { real: "7123456", proxy: "70001009999" };

const maskedRoles = ["supervisor", "auditor"] as const;
type TestedRole = "administrator" | "operator" | (typeof maskedRoles)[number];

describe("Real numbers", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: GuardedApi;
    let id: number;
    const cookies = new Map<TestedRole, string>();

    beforeEach(async () => {
      const { store } = await open();
      api = await startGuardedApi(store);
      await store.transaction(async (manager) => {
        for (const [realNumber, proxyNumber] of [
          [real, proxy],
          [short.real, short.proxy],
        ])
          await manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [
            realNumber,
            proxyNumber,
          ]);
        await manager.query(
          `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status)
           VALUES ('call-1', ?, ?, ?, '2026-11-23 06:00:00.000', 'answered')`,
          [proxy, real, `+${caller}`],
        );
      });
      const [mapping]: { id: number }[] = await store.read((manager) =>
        manager.query("SELECT id FROM phone_mappings WHERE real_phone = ?", [real]),
      );
      id = mapping?.id ?? 0;
      for (const role of ["administrator", "operator", ...maskedRoles] as const)
        cookies.set(role, await api.signIn((await api.user(role)).username));
    });
    afterEach(() => api.close());

    const get = (role: TestedRole, path: string): Promise<Answer> =>
      api.ask("GET", path, { cookie: cookies.get(role) ?? "" });
    const post = (role: TestedRole, path: string, body: unknown = {}): Promise<Answer> =>
      api.ask("POST", path, { cookie: cookies.get(role) ?? "", body });
    const found = ({ status, body }: Answer): number => {
      expect(status).to.equal(200);
      return (body["items"] as unknown[]).length;
    };

    it("and callers' numbers are unmasked for operators, masked for supervisors and auditors, in lists, records, and exports", async () => {
      const ways: readonly ((role: TestedRole) => Promise<Answer>)[] = [
        (role) => get(role, "/mappings"),
        (role) => get(role, `/mappings/${id}`),
        (role) => post(role, "/mappings/search", { number: proxy }),
        (role) => get(role, "/calls"),
        (role) => get(role, "/calls/call-1"),
        (role) => post(role, "/calls/search", { number: proxy }),
        (role) => get(role, "/calls/export.csv"),
        (role) => post(role, "/calls/export.csv", { number: proxy }),
        (role) => post(role, "/calls/export.csv", new URLSearchParams({ number: proxy })),
      ];
      for (const [index, ask] of ways.entries()) {
        const isOfCalls = index >= 3;
        const { text: whole } = await ask("operator");
        expect(whole, String(index)).to.include(real).and.to.include(proxy);
        if (isOfCalls) expect(whole).to.include(caller);
        for (const role of maskedRoles) {
          const { text } = await ask(role);
          expect(text, `${role} ${index}`).to.include(masked).and.to.include(proxy);
          expect(text, `${role} ${index}`).not.to.include(real);
          expect(text, `${role} ${index}`).not.to.include(caller);
          if (isOfCalls) expect(text).to.include(maskedCaller);
        }
      }
      for (const path of ["/export/csv", "/export/xlsx"])
        for (const role of maskedRoles) {
          expect((await get(role, path)).status).to.equal(403);
          expect((await post(role, path)).status).to.equal(403);
        }
      expect((await get("operator", "/export/csv")).text).to.include(real);
    });

    it("that are masked cannot be found by guessing, and proxy numbers can be searched by all roles", async () => {
      for (const path of ["/mappings/search", "/calls/search"]) {
        expect(found(await post("operator", path, { number: real })), path).to.equal(1);
        for (const role of maskedRoles) {
          expect(found(await post(role, path, { number: proxy })), `${role} ${path}`).to.equal(1);
          expect(found(await post(role, path, { number: real })), `${role} ${path}`).to.equal(0);
        }
      }
      expect(found(await post("operator", "/calls/search", { number: caller }))).to.equal(1);
      for (const role of maskedRoles) {
        expect(found(await post(role, "/calls/search", { number: caller })), role).to.equal(0);
        const csv = await post(role, "/calls/export.csv", { number: real });
        expect(csv.text.trim().split("\n"), role).to.have.length(1);
        const bySuffix = (filter: object): Promise<number> =>
          post(role, "/mappings/search", filter).then(found);
        // The unmasked digits are not secret.
        expect(await bySuffix({ suffix: "233" }), role).to.equal(1);
        expect(await bySuffix({ suffix: real.slice(-4) }), role).to.equal(1);
        expect(await bySuffix({ suffix: real.slice(-5) }), role).to.equal(0);
        expect(await bySuffix({ number: proxy, suffix: real.slice(-4) }), role).to.equal(1);
        expect(await bySuffix({ number: proxy, suffix: real.slice(-5) }), role).to.equal(0);
        expect(await bySuffix({ suffix: proxy.slice(-7) }), role).to.equal(1);
        expect(await bySuffix({ suffix: short.real.slice(-4) }), role).to.equal(0);
        for (const sort of ["realNumber", "-realNumber"]) {
          const refused = await get(role, `/mappings?sort=${sort}`);
          expect(refused.body, role).to.include({ status: 403, code: "ORDER_NOT_ALLOWED" });
          expect(refused.body["remedy"]).to.be.a("string");
        }
      }
      expect(found(await post("operator", "/mappings/search", { suffix: real.slice(-7) }))).to.equal(1);
      expect(found(await get("operator", "/mappings?sort=realNumber"))).to.equal(2);
    });

    it("cannot be found by hidden digits, even with a key that may change them", async () => {
      const key = await api.key(["numbers.write"]);
      const matched = async (filter: object): Promise<unknown> =>
        (await api.ask("POST", "/mappings/bulk", { key, body: { filter, dryRun: true } })).body["matched"];
      expect(await matched({ number: proxy })).to.equal(1);
      expect(await matched({ number: real })).to.equal(0);
      expect(await matched({ suffix: real.slice(-6) })).to.equal(0);
    });

    it("are confirmed by no answer to a key that sees them masked, whatever else it may do", async () => {
      const scopes = keyScopes.filter(
        (scope) => !["numbers.real", "numbers.reveal", "lookups.read"].includes(scope),
      );
      const key = await api.key(scopes);
      const wholeKey = await api.key(keyScopes);
      const pool = await api.pools.ensureDefault([
        { first: phoneNumber("79580000000"), last: phoneNumber("79580000009") },
      ]);
      const form = (number: string): FormData => {
        const body = new FormData();
        body.set("file", new Blob([`phone\n${number}\n`], { type: "text/csv" }), "numbers.csv");
        return body;
      };
      const range = (number: string) => [{ first: number, last: number }];
      /** Each with a number that may be known. */
      const guesses: readonly (readonly [string, string, (number: string) => unknown])[] = [
        ["POST", "/mappings/search", (number) => ({ number })],
        ["POST", "/mappings/search", (number) => ({ suffix: number.slice(-7) })],
        ["POST", "/mappings/search", (number) => ({ search: number.slice(0, 9) })],
        ["POST", "/mappings/search", (number) => ({ search: number.slice(-5) })],
        ["POST", "/calls/search", (search) => ({ search })],
        ["POST", "/calls/search", (number) => ({ search: number.slice(2, -1) })],
        ["POST", "/calls/export.csv", (number) => ({ search: number.slice(-5) })],
        ["POST", "/mappings/bulk", (number) => ({ filter: { number }, dryRun: true })],
        ["POST", "/mappings/bulk", (number) => ({ filter: { suffix: number.slice(-5) }, dryRun: true })],
        ["POST", "/mappings/bulk", (number) => ({ filter: { number }, change: { label: "x" }, expected: 1 })],
        ["POST", "/calls/search", (number) => ({ number })],
        ["POST", "/calls/export.csv", (number) => ({ number })],
        ["POST", "/export/csv", (number) => ({ number })],
        ["POST", "/export/xlsx", (number) => ({ suffix: number.slice(-6) })],
        ["POST", "/mappings", (realNumber) => ({ realNumber })],
        ["PATCH", `/mappings/${id + 1}`, (realNumber) => ({ realNumber })],
        ["POST", `/mappings/${id}/simulate`, (caller) => ({ caller })],
        ["POST", "/upload?dryRun=true", form],
        ["POST", "/upload", form],
        ["POST", "/pools", (number) => ({ name: "guess", ranges: range(number) })],
        ["POST", `/pools/${pool}/extend`, (number) => ({ ranges: range(number) })],
        ["POST", `/pools/${pool}/shrink`, (number) => ({ ranges: range(number) })],
        ["POST", `/pools/${pool}/block`, (number) => ({ numbers: [number] })],
        ["POST", `/pools/${pool}/unblock`, (number) => ({ numbers: [number] })],
        ["POST", `/mappings/${id}/renumber`, (proxyNumber) => ({ proxyNumber })],
        ["POST", "/mappings/owners", (number) => ({ proxyNumbers: [number] })],
        ["POST", "/privacy/report", (number) => ({ number })],
        ["POST", "/privacy/erase", (number) => ({ number })],
        ["POST", "/lookup", (number) => ({ real: number })],
      ];
      for (const [method, path, body] of guesses) {
        const ask = async (number: string, by: string) => {
          const { status, text, body: answer } = await api.ask(method, path, { key: by, body: body(number) });
          // What was sent may be repeated.
          const said = text.replaceAll(number, "the number");
          // Files are named after the time.
          return { status, code: answer["code"], text: path.endsWith("xlsx") ? text.length : said };
        };
        const [known, unknown] = [await ask(real, key), await ask("79001112234", key)];
        expect(known, `${method} ${path}`).to.deep.equal(unknown);
        expect(known.status, `${method} ${path}`).to.be.oneOf([200, 403, 409]);
      }
      const refused = await api.ask("POST", "/pools", {
        key: wholeKey,
        body: { name: "guess", ranges: range(real) },
      });
      expect(refused.body).to.include({ status: 409, code: "RANGE_CONFLICT" });
      expect(refused.body).to.have.nested.property("conflicts[0].realNumber", real);
      const taken = await api.ask("PATCH", `/mappings/${id + 1}`, {
        key: wholeKey,
        body: { realNumber: real },
      });
      expect(taken.body).to.include({ status: 409, code: "REAL_NUMBER_TAKEN" });
      const label = await api.ask("PATCH", `/mappings/${id}`, { key, body: { label: "still" } });
      expect(label.status).to.equal(200);
    });

    it("can be revealed one by one by supervisors, which is audited", async () => {
      expect((await post("auditor", `/mappings/${id}/reveal`)).status).to.equal(403);
      expect((await post("auditor", "/calls/call-1/reveal")).status).to.equal(403);
      const revealed = await post("supervisor", "/calls/call-1/reveal");
      expect(revealed.body).to.deep.equal({ realNumber: real, caller: `+${caller}` });
      expect((await post("supervisor", `/mappings/${id}/reveal`)).body).to.deep.equal({ realNumber: real });
      const { items } = await api.access.audit.page({ actions: ["reveal"] }, { before: null, limit: 10 });
      expect(items.map(({ outcome, target }) => [outcome, target])).to.deep.equal([
        ["done", { kind: "mappings", id: String(id) }],
        ["done", { kind: "calls", id: "call-1" }],
      ]);
      // The audit log would have them under another ID.
      expect((await post("supervisor", "/calls/call-1%20/reveal")).status).to.equal(404);
      expect((await post("supervisor", `/mappings/${id}.0/reveal`)).status).to.equal(400);
    });

    it("are exported by filters outside the URL, as JSON or as a form", async () => {
      const operator = (path: string, body: unknown): Promise<Answer> => post("operator", path, body);
      const rows = ({ status, text }: Answer): string[] => {
        expect(status, text).to.equal(200);
        return text.trim().split("\r\n").slice(1);
      };
      const filter = { number: real, delimiter: "semicolon" };
      for (const body of [filter, new URLSearchParams(filter)]) {
        const answer = await operator("/export/csv", body);
        expect(rows(answer)).to.have.length(1);
        expect(answer.text).to.include(`+${real};+${proxy}`);
        expect(answer.headers.get("content-disposition")).to.match(
          /^attachment; filename="mappings-.*\.csv"$/,
        );
      }
      for (const body of [{ number: real }, new URLSearchParams({ number: real })]) {
        const workbook = await operator("/export/xlsx", body);
        expect(workbook.status).to.equal(200);
        expect(workbook.text.slice(0, 2)).to.equal("PK");
      }
      const calls = new URLSearchParams({ minSeconds: "0", maxSeconds: "60", number: real, zone: "UTC" });
      calls.append("status", "answered");
      calls.append("status", "busy");
      expect(rows(await operator("/calls/export.csv", calls))).to.have.length(1);
      calls.set("minSeconds", "30");
      expect(rows(await operator("/calls/export.csv", calls))).to.have.length(0);
      calls.set("status", "nonsense");
      calls.set("colour", "red");
      const wrong = await operator("/calls/export.csv", calls);
      expect(wrong.body).to.include({ status: 400, code: "BODY_INVALID" });
      expect(JSON.stringify(wrong.body["errors"])).to.include("status.0").and.to.include("colour");
      // Other routes reject forms, because pages of other sites can send them.
      const search = await operator("/calls/search", new URLSearchParams({ number: real }));
      expect(search.body).to.include({ status: 415, code: "BODY_NOT_JSON" });
      const { items } = await api.access.audit.page({ actions: ["export"] }, { before: null, limit: 20 });
      expect(items.filter(({ outcome }) => outcome === "done")).to.have.length(6);
      expect(JSON.stringify(items)).not.to.include("9001112233");
    });
  });
});
