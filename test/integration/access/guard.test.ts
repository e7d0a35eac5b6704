import { request as httpRequest } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { expect } from "chai";
import { permissionsOf, roles } from "../../../src/access/rules/rights.ts";
import type { Role } from "../../../src/access/rules/rights.ts";
import type { Requirement } from "../../../src/http/server/route.ts";
import { HttpProblem } from "../../../src/http/server/problems.ts";
import { forEachDatabase } from "../../support/databases.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { nameOf, routeRules } from "../../support/routeRules.ts";
import { until } from "../../support/until.ts";
import { cheapPasswords, goodPassword, startAccessApi, startGuardedApi, unlimited } from "./support.ts";
import type { GuardedApi, TestAccess } from "./support.ts";

/** A request to each route for something that does not exist, so that an accepted one has no effect. */
const routes = routeRules.map((rule) => ({
  route: nameOf(rule),
  requires: rule.may,
  /** What it needs besides. */
  also: rule.confirmsNumbers ? ("numbers.real" as const) : null,
  method: rule.method,
  path: rule.path.replaceAll(/:\w+/g, "987654321").replace("*rest", "calls/1"),
}));
const isForEveryone = (requires: Requirement): requires is "public" | "probe" =>
  requires === "public" || requires === "probe";
/** Leaves out routes that change the requesting session, which would affect later requests. */
const harmless = routes.filter(({ route }) => route !== "DELETE /session" && !route.endsWith("end-others"));

describe("Permissions", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: GuardedApi;
    let database: TestDatabase;

    /** A proxy number in use, so that a lookup has an answer. */
    const proxy = "70001000000";

    beforeEach(async () => {
      database = await open();
      await database.store.transaction((manager) =>
        manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES ('79005556677', ?)", [
          proxy,
        ]),
      );
      api = await startGuardedApi(database.store);
    });
    afterEach(() => api.close());

    it("are required on every route that is not public", async () => {
      for (const { route, requires, method, path } of routes) {
        const { status, body } = await api.ask(method, path);
        if (isForEveryone(requires)) expect(status, route).to.not.be.oneOf([401, 403]);
        else expect(body, route).to.include({ status: 401, code: "SIGN_IN_REQUIRED" });
      }
    });

    it("are not granted to unknown sessions and keys", async () => {
      for (const { route, requires, method, path } of routes.filter(
        ({ requires }) => !isForEveryone(requires),
      )) {
        const forged = { cookie: `phone_proxy_session=${"A".repeat(43)}` };
        expect((await api.ask(method, path, forged)).status, `${route} ${requires}`).to.equal(401);
        expect((await api.ask(method, path, { key: `ppk_${"A".repeat(43)}` })).status, route).to.equal(401);
      }
      expect((await api.ask("GET", "/mappings", { key: "x".repeat(5000) })).status).to.equal(401);
    });

    for (const role of roles) {
      it(`are those of the ${role} role, on every route`, async () => {
        const { username } = await api.user(role);
        const cookie = await api.signIn(username);
        const rights = permissionsOf(role);
        let refused = 0;
        for (const { route, requires, method, path } of harmless) {
          const { status, body } = await api.ask(method, path, { cookie });
          const allowed =
            isForEveryone(requires) ||
            requires === "signedIn" ||
            requires === "person" ||
            rights.has(requires);
          if (allowed) {
            expect(status, route).to.not.equal(401);
            expect(body["code"], route).to.not.equal("NOT_ALLOWED");
          } else {
            expect(body, route).to.include({ status: 403, code: "NOT_ALLOWED", permission: requires });
            refused += 1;
          }
        }
        expect(refused > 0).to.equal(role !== "administrator");
      });
    }

    it("are the scopes of a key, on every route, and never access itself", async () => {
      const key = await api.key(["calls.read", "access.users"]);
      for (const { route, requires, method, path } of routes) {
        const { status } = await api.ask(method, path, { key });
        if (isForEveryone(requires) || requires === "signedIn" || requires === "calls.read")
          expect(status, route).to.not.be.oneOf([401, 403]);
        else expect(status, route).to.equal(403);
      }
    });

    it("to change numbers do not include answers that confirm a real number", async () => {
      const key = await api.key(["numbers.write"]);
      for (const { route, requires, also, method, path } of routes) {
        if (requires !== "numbers.write") continue;
        const { body } = await api.ask(method, path, { key });
        if (also === null) expect(body["code"], route).not.to.equal("NOT_ALLOWED");
        else expect(body, route).to.include({ status: 403, code: "NOT_ALLOWED", permission: also });
      }
    });

    it("do not open unknown paths, even where a route would be", async () => {
      const cookie = await api.signIn((await api.user("administrator")).username);
      expect((await api.ask("GET", "/nowhere")).status).to.equal(401);
      const known = await api.ask("GET", "/nowhere", { cookie });
      expect(known.body).to.include({ status: 404, code: "NOT_FOUND" });
      expect((await api.ask("PROPFIND", "/mappings")).status).to.equal(401);
      const { status, headers } = await api.ask("PROPFIND", "/mappings", { cookie });
      expect([status, headers.get("allow")]).to.deep.equal([405, "HEAD, GET, POST"]);
    });

    it("do not include other users' sessions", async () => {
      const [anna, boris] = [await api.user("operator"), await api.user("operator")];
      const [annas, boriss] = [await api.signIn(anna.username), await api.signIn(boris.username)];
      const [session] = await api.access.sessions.list(boris.id);
      const path = `/account/sessions/${session?.id}`;
      expect((await api.ask("DELETE", path, { cookie: annas })).status).to.equal(404);
      expect((await api.ask("GET", "/roles", { cookie: boriss })).status).to.equal(200);
      expect((await api.ask("DELETE", path, { cookie: boriss })).status).to.equal(204);
      expect((await api.ask("GET", "/roles", { cookie: boriss })).status).to.equal(401);
    });

    it("do not apply to requests of other sites with the user's cookie", async () => {
      const cookie = await api.signIn((await api.user("administrator")).username);
      const headersOf = {
        "another site": { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
        "another site, old browser": { Origin: "https://evil.example", "Sec-Fetch-Site": "" },
        "a neighbour": { Origin: "http://evil.127.0.0.1", "Sec-Fetch-Site": "same-site" },
        "a sandbox": { Origin: "null", "Sec-Fetch-Site": "cross-site" },
      };
      for (const [name, headers] of Object.entries(headersOf)) {
        for (const { method, path } of harmless.filter(({ method }) => method !== "GET")) {
          const { body } = await api.ask(method, path, { cookie, headers });
          expect(body, `${name}: ${method} ${path}`).to.include({ status: 403, code: "FOREIGN_ORIGIN" });
        }
      }
      const silent = await fetch(`${api.server.url}/users/1`, {
        method: "DELETE",
        headers: { Cookie: cookie },
      });
      expect(silent.status).to.equal(403);
      const signIn = await fetch(`${api.server.url}/session`, {
        method: "POST",
        headers: { Origin: "https://evil.example", "Content-Type": "application/json" },
        body: JSON.stringify({ username: "anna", password: goodPassword }),
      });
      expect(signIn.status, "a sign-in from a page of another site").to.equal(403);
    });

    it("require JSON bodies of limited size", async () => {
      const form = await api.ask("POST", "/session", {
        body: '{"username":"anna","password":"x"}',
        headers: { "Content-Type": "text/plain" },
      });
      expect(form.body).to.include({ status: 415, code: "BODY_NOT_JSON" });
      const large = await api.ask("POST", "/session", {
        body: { username: "a", password: "x".repeat(20_000) },
      });
      expect(large.body).to.include({ status: 413, code: "BODY_TOO_LARGE" });
      const broken = await api.ask("POST", "/session", { body: '{"password":"my secret' });
      expect(broken.status).to.equal(400);
      expect(JSON.stringify(broken.body)).not.to.include("my secret");
      const wrong = await api.ask("POST", "/session", {
        body: { username: 7, password: "my secret", more: 1 },
      });
      expect(wrong.body["errors"]).to.have.length(2);
      expect(JSON.stringify(wrong.body)).not.to.include("my secret");
    });

    it("are checked for uploads before the file arrives", async () => {
      const { hostname, port } = new URL(api.server.url);
      const upload = httpRequest({
        hostname,
        port,
        method: "POST",
        path: "/upload",
        headers: { "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "10000000000" },
      });
      upload.on("error", () => undefined);
      upload.write("--x\r\n");
      const [response] = await once(upload, "response");
      expect(response.statusCode).to.equal(401);
      expect(response.headers.connection).to.equal("close");
      upload.destroy();
    });

    it("are denied on a connection that goes on if the body is small, so that its sender gets the answer", async () => {
      const { hostname, port } = new URL(api.server.url);
      const socket = connect(Number(port), hostname);
      let received = "";
      socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
      socket.write(`POST /upload HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 6\r\n\r\n`);
      await until(() => received.startsWith("HTTP/1.1 401"));
      socket.write(`late\r\nGET /health/live HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
      await until(() => received.includes("HTTP/1.1 200"));
      socket.destroy();
    });

    it("are granted to a key, which is shown once, until it expires or is revoked", async () => {
      const root = await api.user("administrator");
      const cookie = await api.signIn(root.username);
      const expiresAt = new Date(api.clock.nowMs + 3_600_000).toISOString();
      const made = await api.ask("POST", "/api-keys", {
        cookie,
        body: { name: "asterisk", scopes: ["lookups.read"], expiresAt },
      });
      expect(made.status).to.equal(201);
      const { secret, key } = made.body as { secret: string; key: { id: number; hint: string } };
      expect(secret.startsWith(key.hint)).to.equal(true);
      const lookUp = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`${api.server.url}/lookup/real/${proxy}`, { headers })).status;
      expect(await lookUp({ "X-API-Key": secret })).to.equal(200);
      expect(await lookUp({ Authorization: `Bearer ${secret}` })).to.equal(200);
      const forCall = await api.ask("GET", `/lookup/real/${proxy}?for=call`, { key: secret });
      expect(forCall.status).to.equal(403);
      expect(forCall.body).to.include({ code: "ONLY_FOR_ASTERISK" });
      const listed = await api.ask("GET", "/api-keys", { cookie });
      expect(JSON.stringify(listed.body)).to.include(key.hint).and.not.to.include(secret);
      expect((await api.ask("DELETE", `/api-keys/${key.id}`, { cookie })).status).to.equal(204);
      expect(await lookUp({ "X-API-Key": secret })).to.equal(401);
      const short = await api.ask("POST", "/api-keys", {
        cookie,
        body: { name: "short", scopes: ["lookups.read"], expiresAt },
      });
      api.clock.nowMs += 3_600_001;
      expect(await lookUp({ "X-API-Key": String(short.body["secret"]) })).to.equal(401);
      const greedy = await api.ask("POST", "/api-keys", {
        cookie,
        body: { name: "greedy", scopes: ["access.keys"] },
      });
      expect(greedy.status).to.equal(400);
    });

    it("give an Asterisk lookups by its address, and nothing else", async () => {
      const cookie = await api.signIn((await api.user("administrator")).username);
      const ask = async (path: string): Promise<number> => (await fetch(`${api.server.url}${path}`)).status;
      expect(await ask(`/lookup/real/${proxy}`)).to.equal(401);
      const body = { purpose: "lookups", network: "127.0.0.0/8", note: "the Asterisks" };
      const made = await api.ask("POST", "/ip-rules", { cookie, body });
      expect(made.status).to.equal(201);
      expect(await ask(`/lookup/real/${proxy}`)).to.equal(200);
      expect(await ask(`/lookup/real/${proxy}?for=call`)).to.equal(200);
      expect(await ask("/mappings")).to.equal(401);
      expect((await api.ask("POST", "/ip-rules", { cookie, body })).body).to.include({ code: "RULE_EXISTS" });
      expect((await api.ask("DELETE", `/ip-rules/${String(made.body["id"])}`, { cookie })).status).to.equal(
        204,
      );
      expect(await ask(`/lookup/real/${proxy}`)).to.equal(401);
    });

    it("are rechecked: a revoked session closes its live board", async () => {
      const user = await api.user("supervisor");
      const cookie = await api.signIn(user.username);
      const admitted = await api.http.admitLive(upgrade({ cookie, origin: "http://ours", host: "ours" }));
      expect(admitted.seesRealNumbers).to.equal(false);
      let ended = 0;
      admitted.onRevoked(() => {
        ended += 1;
      });
      const [session] = await api.access.sessions.list(user.id);
      await api.access.sessions.revoke(session?.id ?? 0, user.id);
      await until(() => ended === 1);
    });

    it("are required for a WebSocket, as are a session and our own page", async () => {
      const cookies: Record<Role, string> = { administrator: "", operator: "", supervisor: "", auditor: "" };
      for (const role of roles) cookies[role] = await api.signIn((await api.user(role)).username);
      const own = { origin: "http://ours", host: "ours", "sec-fetch-site": "same-origin" };
      const codeOf = async (headers: Record<string, string>): Promise<string> => {
        try {
          const { seesRealNumbers } = await api.http.admitLive(upgrade(headers));
          return seesRealNumbers ? "real numbers" : "masked numbers";
        } catch (error) {
          if (error instanceof HttpProblem) return error.code;
          throw error;
        }
      };
      const cookie = cookies.supervisor;
      expect(await codeOf({ ...own, cookie })).to.equal("masked numbers");
      expect(await codeOf({ ...own, cookie: cookies.operator })).to.equal("real numbers");
      expect(await codeOf({ ...own, cookie: cookies.auditor })).to.equal("NOT_ALLOWED");
      expect(await codeOf(own)).to.equal("SIGN_IN_REQUIRED");
      expect(await codeOf({ ...own, cookie, origin: "https://evil.example" })).to.equal("FOREIGN_ORIGIN");
      expect(await codeOf({ ...own, cookie, "sec-fetch-site": "cross-site" })).to.equal("FOREIGN_ORIGIN");
      expect(await codeOf({ cookie, host: "ours" })).to.equal("FOREIGN_ORIGIN");
      expect(await codeOf({ "x-api-key": await api.key(["live.watch"]) })).to.equal("masked numbers");
    });

    it("are audited, and the log cannot be changed", async () => {
      const root = await api.user("administrator");
      const cookie = await api.signIn(root.username);
      await database.store.transaction((manager) =>
        manager.query(
          "INSERT INTO phone_mappings (real_phone, fake_phone) VALUES ('79001112233', '70001000001')",
        ),
      );
      const supervisor = await api.signIn((await api.user("supervisor")).username);
      const [mapping]: { id: number }[] = await database.store.read((manager) =>
        manager.query("SELECT id FROM phone_mappings WHERE fake_phone = '70001000001'"),
      );
      const revealed = await api.ask("POST", `/mappings/${mapping?.id}/reveal`, { cookie: supervisor });
      expect(revealed.body).to.deep.equal({ realNumber: "79001112233" });
      await api.ask("POST", "/users", {
        cookie,
        body: { username: "new", displayName: "New", role: "auditor" },
      });
      await api.ask("POST", "/users", {
        cookie,
        body: { username: "new", displayName: "New", role: "auditor" },
      });
      await api.ask("GET", "/export/csv", { cookie });
      const page = await api.ask("GET", "/audit?limit=4", { cookie });
      const items = page.body["items"] as Record<string, unknown>[];
      expect(items.map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)).to.deep.equal([
        "export done",
        "user.create failed",
        "user.create done",
        "reveal done",
      ]);
      expect(items[3]?.["target"]).to.deep.equal({ kind: "mappings", id: String(mapping?.id) });
      expect(JSON.stringify(items)).not.to.include("9001112233");
      const rest = await api.ask("GET", `/audit?limit=1000&after=${String(page.body["next"])}`, { cookie });
      expect((rest.body["items"] as unknown[]).length).to.equal(2);
      expect(rest.body["next"]).to.equal(null);
      const filtered = await api.ask("GET", `/audit?action=export&action=reveal&userId=${root.id}`, {
        cookie,
      });
      expect(filtered.body["items"]).to.have.length(1);
      // Without permission to create triggers, a MySQL database does not have this second protection.
      const guarded = await hasTriggers(database);
      if (database.store.kind === "sqlite") expect(guarded).to.equal(true);
      if (!guarded) return;
      for (const sql of ["UPDATE audit_log SET actor_name = 'x'", "DELETE FROM audit_log"]) {
        const error = await database.store
          .transaction((manager) => manager.query(sql))
          .then(() => null)
          .catch((reason: unknown) => reason);
        expect(error, sql).to.be.instanceOf(Error);
      }
    });
  });
});

describe("The audit log", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestAccess;
    afterEach(() => api.close());

    it("names keys, rules, and users of sessions as they were at that time", async () => {
      api = await startAccessApi((await open()).store);
      await api.user("administrator", "root");
      await api.user("operator", "anna");
      const cookie = await api.signIn("root");
      const own = await api.signIn("anna");
      await api.signIn("anna");
      const ask = async (method: string, path: string, body?: object, by = cookie) => {
        const answer = await api.ask(method, path, { cookie: by, ...(body !== undefined && { body }) });
        expect(answer.status, answer.text).to.be.lessThan(300);
        return answer.body;
      };
      const made = await ask("POST", "/api-keys", { name: "CRM", scopes: ["calls.read"], expiresAt: null });
      const key = (made["key"] as { id: number }).id;
      await ask("DELETE", `/api-keys/${key}`);
      const { id: rule } = await ask("POST", "/ip-rules", { purpose: "lookups", network: "10.0.0.0/8" });
      await ask("DELETE", `/ip-rules/${String(rule)}`);
      const sessions = (await api.access.sessions.list(null)).filter(({ username }) => username === "anna");
      const { items: mine } = await ask("GET", "/account/sessions", undefined, own);
      const other = (mine as { id: number; current: boolean }[]).find(({ current }) => !current)?.id;
      await ask("DELETE", `/account/sessions/${other}`, undefined, own);
      const current = sessions.find(({ id }) => id !== other)?.id;
      await ask("DELETE", `/sessions/${current}`);
      expect((await api.ask("DELETE", `/sessions/${current}`, { cookie })).status).to.equal(404);
      const { items } = await api.access.audit.page(
        {
          actions: ["key.create", "key.revoke", "rule.create", "rule.delete", "session.revoke"],
          outcome: "done",
        },
        { before: null, limit: 10 },
      );
      const told = items.map(({ target, details }) => {
        const { name, network, username } = details ?? {};
        return [target?.kind, target?.id, name ?? network ?? username];
      });
      expect(told).to.deep.equal([
        ["sessions", String(current), "anna"],
        ["account", String(other), "anna"],
        ["ip-rules", String(rule), "10.0.0.0/8"],
        ["ip-rules", String(rule), "10.0.0.0/8"],
        ["api-keys", String(key), "CRM"],
        ["api-keys", String(key), "CRM"],
      ]);
    });
  });
});

describe("An address", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestAccess;
    afterEach(() => api.close());

    const from = (forwarded: string) => ({ "X-Forwarded-For": forwarded });

    it("that is not allowed has no access, whatever its X-Forwarded-For", async () => {
      const { store } = await open();
      api = await startAccessApi(store);
      const rule = { purpose: "access" as const, note: "", createdBy: null };
      await api.access.rules.create({ ...rule, network: "203.0.113.0/24" }, "203.0.113.9");
      for (const headers of [{}, from("203.0.113.9"), from("203.0.113.9, 127.0.0.1")]) {
        const answer = await api.ask("GET", "/session", { headers });
        expect(answer.body).to.include({ status: 403, code: "ADDRESS_NOT_ALLOWED" });
        const inBrowser = { ...headers, Accept: "text/html,*/*;q=0.8", "Accept-Language": "ru" };
        const page = await api.ask("GET", "/app/numbers", { headers: inBrowser });
        expect(page.status).to.equal(403);
        expect(page.text, "people get a page in their language").to.contain(
          "<h1>Доступ с вашего IP-адреса запрещён",
        );
        expect((await api.ask("GET", "/health", { headers })).status).to.equal(200);
      }
    });

    it("is accepted from our own proxy only", async () => {
      const { store } = await open();
      api = await startAccessApi(store, { trustedProxies: ["127.0.0.1"] });
      const rule = { purpose: "access" as const, note: "", createdBy: null };
      await api.access.rules.create({ ...rule, network: "203.0.113.0/24" }, "203.0.113.9");
      const statusFrom = async (forwarded: string): Promise<number> =>
        (await api.ask("GET", "/session", { headers: from(forwarded) })).status;
      expect(await statusFrom("203.0.113.9")).to.equal(200);
      // The first entry is from the client, the last one from our proxy.
      expect(await statusFrom("203.0.113.9, 198.51.100.1")).to.equal(403);
      expect(await statusFrom("198.51.100.1, 203.0.113.9")).to.equal(200);
      expect(await statusFrom("nonsense")).to.equal(403);
    });

    it("of the administrator cannot be locked out by the administrator", async () => {
      const { store } = await open();
      api = await startAccessApi(store);
      const cookie = await api.signIn((await api.user("administrator")).username);
      const create = (network: string) =>
        api.ask("POST", "/ip-rules", { cookie, body: { purpose: "access", network } });
      expect((await create("203.0.113.0/24")).body).to.include({ status: 409, code: "WOULD_LOCK_OUT" });
      const own = await create("127.0.0.1");
      expect(own.status).to.equal(201);
      expect((await create("203.0.113.0/24")).status).to.equal(201);
      const removal = await api.ask("DELETE", `/ip-rules/${String(own.body["id"])}`, { cookie });
      expect(removal.body).to.include({ code: "WOULD_LOCK_OUT" });
      expect((await create("10.0.0.0/40")).body).to.include({ status: 400, code: "NETWORK_INVALID" });
    });

    it("over HTTPS has its cookie bound to the host", async () => {
      const { store } = await open();
      api = await startAccessApi(store, { trustedProxies: ["127.0.0.1"] });
      const { username } = await api.user("operator");
      const https = { "X-Forwarded-Proto": "https" };
      const answer = await api.ask("POST", "/session", {
        body: { username, password: goodPassword },
        headers: https,
      });
      expect(answer.headers.get("set-cookie")).to.match(
        /^__Host-phone_proxy_session=.*; Path=\/;.*; Secure$/,
      );
      const token = /=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] ?? "";
      const ask = async (cookie: string): Promise<number> =>
        (await api.ask("GET", "/roles", { cookie, headers: https })).status;
      expect(await ask(`__Host-phone_proxy_session=${token}`)).to.equal(200);
      expect(await ask(`phone_proxy_session=${token}`), "planted by a neighbour").to.equal(401);
    });

    it("may try to sign in 10,000 times, and only a few attempts cost us anything", async function manyTries() {
      this.timeout(300_000);
      const { store } = await open();
      let worked = 0;
      const passwords = cheapPasswords();
      api = await startAccessApi(store, {
        limits: { ...unlimited, signIn: { points: 30, durationSeconds: 300 } },
        passwords: {
          hash: (password, place) => passwords.hash(password, place),
          matches: (password, stored, place) => {
            worked += 1;
            return passwords.matches(password, stored, place);
          },
        },
      });
      const { username } = await api.user("administrator");
      const statuses = new Map<number, number>();
      for (let round = 0; round < 200; round += 1) {
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            api.ask("POST", "/session", {
              body: {
                username: index % 2 === 0 ? username : `name${round}-${index}`,
                password: `guess ${index}`,
              },
            }),
          ),
        );
        for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect([...statuses.keys()]).to.have.members([401, 429]);
      expect(statuses.get(429)).to.be.at.least(9970);
      expect(worked).to.be.at.most(30);
      const right = await api.ask("POST", "/session", { body: { username, password: goodPassword } });
      expect(right.status).to.equal(429);
      expect(Number(right.headers.get("retry-after"))).to.be.within(1, 300);
      expect((await api.ask("GET", "/health")).status).to.equal(200);
    });
  });
});

async function hasTriggers({ store }: TestDatabase): Promise<boolean> {
  const found: unknown[] = await store.read((manager) =>
    manager.query(
      store.kind === "sqlite"
        ? "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'"
        : "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() AND event_object_table = 'audit_log'",
    ),
  );
  return found.length === 2;
}

/** A browser's request for a WebSocket. */
function upgrade(headers: Record<string, string>): Parameters<TestAccess["http"]["admitLive"]>[0] {
  const headersDistinct = { host: [headers["host"] ?? "ours"] };
  return {
    headers,
    headersDistinct,
    httpVersion: "1.1",
    socket: { remoteAddress: "127.0.0.1" },
    method: "GET",
  } as never;
}
