import { expect } from "chai";
import { TOTP, Secret } from "otpauth";
import { forEachDatabase } from "../../support/databases.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { cheapPasswords, cookieOf, goodPassword, startAccessApi } from "./support.ts";
import type { TestAccess } from "./support.ts";

describe("Signing in", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: TestAccess;
    let database: TestDatabase;

    beforeEach(async () => {
      database = await open();
      api = await startAccessApi(database.store);
    });
    afterEach(() => api.close());

    const rows = (sql: string): Promise<Record<string, unknown>[]> =>
      database.store.read((manager) => manager.query(sql));

    it("creates the first administrator through a one-time link", async () => {
      const links: string[] = [];
      await api.access.open((token) => links.push(token));
      const [token = ""] = links;
      const body = { token, username: "Anna", password: goodPassword };
      expect((await api.ask("GET", "/session")).body).to.include({ access: "required", setUpNeeded: true });
      const wrong = await api.ask("POST", "/set-up", { body: { ...body, token: "x".repeat(40) } });
      expect(wrong.status).to.equal(410);
      const weak = await api.ask("POST", "/set-up", { body: { ...body, password: "password1234" } });
      expect(weak.body).to.include({ status: 400, code: "PASSWORD_REFUSED" });
      const both = await Promise.all([
        api.ask("POST", "/set-up", { body }),
        api.ask("POST", "/set-up", { body: { ...body, username: "eve" } }),
      ]);
      const made = both.filter(({ status }) => status === 201);
      expect(made).to.have.length(1);
      expect(made[0]?.body).to.include({ role: "administrator" });
      expect((await api.ask("POST", "/set-up", { body })).status).to.be.oneOf([409, 410]);
      expect((await api.ask("GET", "/session")).body).to.include({ setUpNeeded: false });
      await api.access.open(() => links.push("again"));
      expect(links).to.have.length(1);
    });

    it("stores no passwords, tokens, or keys in plain text", async () => {
      await api.user("operator", "anna");
      const cookie = await api.signIn("anna");
      const key = await api.key(["lookups.read"]);
      const stored = JSON.stringify([
        await rows("SELECT * FROM users"),
        await rows("SELECT * FROM sessions"),
        await rows("SELECT * FROM api_keys"),
      ]);
      expect(stored).to.include("scrypt$");
      expect(stored).not.to.include(goodPassword);
      expect(stored).not.to.include(cookie.split("=")[1]);
      expect(stored).not.to.include(key);
    });

    it("answers a wrong password and an unknown name identically", async () => {
      await api.user("operator", "anna");
      const one = await api.ask("POST", "/session", { body: { username: "anna", password: "wrong" } });
      const other = await api.ask("POST", "/session", { body: { username: "nobody", password: "wrong" } });
      expect(one.body).to.include({ status: 401, code: "SIGN_IN_FAILED" });
      expect(other.body).to.deep.equal(one.body);
      expect(one.headers.get("set-cookie")).to.equal(null);
    });

    it("sets a cookie that scripts cannot read and other sites cannot send, new at every sign-in", async () => {
      await api.user("operator", "anna");
      const first = await api.ask("POST", "/session", {
        body: { username: "ANNA ", password: goodPassword },
      });
      expect(first.headers.get("set-cookie")).to.match(/; HttpOnly; SameSite=Strict$/);
      const before = cookieOf(first);
      const second = await api.ask("POST", "/session", {
        cookie: before,
        body: { username: "anna", password: goodPassword },
      });
      const after = cookieOf(second);
      expect(after).not.to.equal(before);
      expect((await api.ask("GET", "/account/sessions", { cookie: after })).body["items"]).to.have.length(1);
      expect((await api.ask("GET", "/account/sessions", { cookie: before })).status).to.equal(401);
    });

    it("never adopts a session planted in the browser", async () => {
      await api.user("operator", "anna");
      await api.user("operator", "eve");
      const evil = await api.signIn("eve");
      const invented = `phone_proxy_session=${"A".repeat(43)}`;
      for (const planted of [evil, invented]) {
        const answer = await api.ask("POST", "/session", {
          cookie: planted,
          body: { username: "anna", password: goodPassword },
        });
        expect(cookieOf(answer)).not.to.equal(planted);
        expect((await api.ask("GET", "/account/sessions", { cookie: planted })).status).to.equal(401);
      }
    });

    it("makes guessing wait longer and longer, without affecting others", async () => {
      await api.user("operator", "anna");
      await api.user("operator", "boris");
      const guess = (username: string) =>
        api.ask("POST", "/session", { body: { username, password: "a wrong guess" } });
      for (let tries = 0; tries < 5; tries += 1) expect((await guess("anna")).status).to.equal(401);
      const locked = await api.ask("POST", "/session", {
        body: { username: "anna", password: goodPassword },
      });
      expect(locked.body).to.include({ status: 429, code: "LOCKED_OUT" });
      expect(Number(locked.headers.get("retry-after"))).to.be.within(29, 30);
      await api.signIn("boris");
      api.clock.nowMs += 31_000;
      expect((await guess("anna")).status).to.equal(401);
      const longer = await guess("anna");
      expect(Number(longer.headers.get("retry-after"))).to.be.within(59, 60);
      api.clock.nowMs += 61_000;
      await api.signIn("anna");
      expect((await guess("anna")).status).to.equal(401);
      expect((await guess("anna")).status).to.equal(401);
    });

    it("counts concurrent failures one by one", async () => {
      await api.user("operator", "anna");
      const answers = await Promise.all(
        Array.from({ length: 12 }, () =>
          api.ask("POST", "/session", { body: { username: "anna", password: "a wrong guess" } }),
        ),
      );
      expect(answers.every(({ status }) => status === 401 || status === 429)).to.equal(true);
      const counted = await rows("SELECT failures FROM sign_in_failures");
      const refused = answers.filter(({ status }) => status === 401).length;
      expect(counted.map(({ failures }) => failures)).to.deep.equal([refused, refused]);
    });

    it("requires the authenticator's code, each valid once", async () => {
      await api.user("operator", "anna");
      const cookie = await api.signIn("anna");
      const { secret } = await begun(cookie, { password: goodPassword });
      const codeAt = (nowMs: number): string =>
        new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: nowMs });
      const signIn = (code?: string) =>
        api.ask("POST", "/session", {
          body: { username: "anna", password: goodPassword, ...(code && { code }) },
        });
      expect((await signIn()).status, "before it is confirmed").to.equal(200);
      const wrong = await api.ask("POST", "/account/totp/confirm", {
        cookie,
        body: { code: codeAt(api.clock.nowMs + 3_600_000) },
      });
      expect(wrong.body).to.include({ code: "TOTP_WRONG" });
      const code = codeAt(api.clock.nowMs);
      expect((await api.ask("POST", "/account/totp/confirm", { cookie, body: { code } })).status).to.equal(
        200,
      );
      expect((await signIn()).body).to.include({ status: 401, code: "TOTP_REQUIRED" });
      expect((await signIn(code)).body, "the code of the confirmation").to.include({ code: "TOTP_WRONG" });
      api.clock.nowMs += 30_000;
      const fresh = codeAt(api.clock.nowMs);
      const both = await Promise.all([signIn(fresh), signIn(fresh)]);
      expect(both.map(({ status }) => status)).to.have.members([200, 403]);
    });

    const begun = async (cookie: string, body: object): Promise<{ readonly secret: string }> => {
      const answer = await api.ask("POST", "/account/totp", { cookie, body });
      expect(answer.status, answer.text).to.equal(200);
      return answer.body as { secret: string };
    };

    it("replaces the authenticator, and turns it off, only with the password and a code from the old one", async () => {
      await api.user("operator", "anna");
      const cookie = await api.signIn("anna");
      const post = (path: string, body: object) => api.ask("POST", path, { cookie, body });
      const nextCode = (secret: string): string => {
        api.clock.nowMs += 30_000;
        return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: api.clock.nowMs });
      };
      const signIn = (secret: string) =>
        api.ask("POST", "/session", {
          body: { username: "anna", password: goodPassword, code: nextCode(secret) },
        });
      const withoutPassword = await post("/account/totp", { password: "a guess" });
      expect(withoutPassword.body).to.include({ status: 403, code: "PASSWORD_WRONG" });
      const old = await begun(cookie, { password: goodPassword });
      const used = nextCode(old.secret);
      expect((await post("/account/totp/confirm", { code: used })).status).to.equal(200);

      for (const path of ["/account/totp", "/account/totp/stop"]) {
        const missing = await post(path, { password: goodPassword });
        expect(missing.body, path).to.include({ status: 403, code: "TOTP_MISSING" });
        const again = await post(path, { password: goodPassword, code: used });
        expect(again.body, path).to.include({ status: 403, code: "TOTP_WRONG" });
        const guessed = await post(path, { password: "a guess", code: nextCode(old.secret) });
        expect(guessed.body, path).to.include({ status: 403, code: "PASSWORD_WRONG" });
      }
      const next = await begun(cookie, { password: goodPassword, code: nextCode(old.secret) });
      expect((await signIn(old.secret)).status, "until the new one is confirmed").to.equal(200);
      expect((await post("/account/totp/confirm", { code: nextCode(next.secret) })).status).to.equal(200);
      expect((await signIn(old.secret)).body).to.include({ code: "TOTP_WRONG" });
      expect((await signIn(next.secret)).status).to.equal(200);
      const stop = { password: goodPassword, code: nextCode(next.secret) };
      expect((await post("/account/totp/stop", stop)).status).to.equal(204);
      await api.signIn("anna");
    });

    it("accepts each recovery code once in place of a code, until new ones are made or the authenticator is off", async () => {
      await api.user("operator", "anna");
      const cookie = await api.signIn("anna");
      const { secret } = await begun(cookie, { password: goodPassword });
      const totp = new TOTP({ secret: Secret.fromBase32(secret) });
      const nextCode = (): string => {
        api.clock.nowMs += 30_000;
        return totp.generate({ timestamp: api.clock.nowMs });
      };
      const post = (path: string, body: object) => api.ask("POST", path, { cookie, body });
      const signIn = (code: string) =>
        api.ask("POST", "/session", { body: { username: "anna", password: goodPassword, code } });
      const left = async () => (await api.ask("GET", "/session", { cookie })).body["user"] as object;
      const confirmed = await post("/account/totp/confirm", { code: nextCode() });
      const codes = confirmed.body["codes"] as string[];
      expect(codes).to.have.length(10);
      expect(new Set(codes).size).to.equal(10);
      const [first = "", second = "", third = ""] = codes;
      expect(first).to.match(/^(?:[a-z]{4}-){3}[a-z]{4}$/);
      const both = await Promise.all([signIn(first), signIn(first)]);
      expect(both.map(({ status }) => status)).to.have.members([200, 403]);
      expect((await signIn(second.toUpperCase().replaceAll("-", " "))).status, "as typed by hand").to.equal(
        200,
      );
      expect(await left()).to.include({ recoveryCodesLeft: 8 });
      expect((await signIn("abcd-efgh-jkmn-pqrs")).body).to.include({ code: "TOTP_WRONG" });

      const proof = { password: goodPassword, code: third };
      const renewed = await post("/account/totp/recovery-codes", proof);
      const [fresh = ""] = renewed.body["codes"] as string[];
      expect((await signIn(codes[3] ?? "")).body, "an earlier one").to.include({ code: "TOTP_WRONG" });
      expect((await signIn(fresh)).status).to.equal(200);
      const stop = { password: goodPassword, code: (renewed.body["codes"] as string[])[1] };
      expect((await post("/account/totp/stop", stop)).status, "without the phone").to.equal(204);
      expect(await left()).to.include({ hasTotp: false, recoveryCodesLeft: 0 });
      expect((await post("/account/totp/recovery-codes", { password: goodPassword })).status).to.equal(409);
    });

    it("lets no administrator's session get around the password through the page of users", async () => {
      const root = await api.user("administrator", "root");
      const cookie = await api.signIn("root");
      for (const [method, path] of [
        ["POST", "invitation"],
        ["DELETE", "totp"],
      ] as const) {
        const refused = await api.ask(method, `/users/${root.id}/${path}`, { cookie });
        expect(refused.body, path).to.include({ status: 409, code: "OWN_ACCOUNT" });
      }
      const { id } = await api.user("operator", "anna");
      expect((await api.ask("POST", `/users/${id}/invitation`, { cookie })).status).to.equal(201);
      expect((await api.ask("DELETE", `/users/${id}/totp`, { cookie })).status).to.equal(204);
    });

    it("ends unused sessions, and all sessions after a week", async () => {
      await api.user("operator", "anna");
      const cookie = await api.signIn("anna");
      const alive = async (): Promise<boolean> =>
        (await api.ask("GET", "/account/sessions", { cookie })).status === 200;
      const hour = 3_600_000;
      for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
        expect(await alive()).to.equal(true);
        // The time of its last use is written after the response.
        await waitForTouch();
        api.clock.nowMs += 11 * hour;
      }
      api.clock.nowMs += 12 * hour;
      expect(await alive()).to.equal(false);

      async function waitForTouch(): Promise<void> {
        for (;;) {
          const [session] = await api.access.sessions.list(null);
          if (session === undefined || session.lastSeenAtMs === api.clock.nowMs) return;
        }
      }
    });

    it("ends the other sessions and links when the password is changed, and changes the cookie of this one", async () => {
      const { id } = await api.user("operator", "anna");
      const { token } = await api.access.links.forUser(id);
      const [here, there] = [await api.signIn("anna"), await api.signIn("anna")];
      const next = "vier gelbe Birnen im Garten";
      const wrong = await api.ask("PUT", "/account/password", {
        cookie: here,
        body: { current: "no", next },
      });
      expect(wrong.body).to.include({ status: 403, code: "PASSWORD_WRONG" });
      const changed = await api.ask("PUT", "/account/password", {
        cookie: here,
        body: { current: goodPassword, next },
      });
      expect(changed.status).to.equal(204);
      expect((await api.ask("POST", "/invitations/read", { body: { token } })).status).to.equal(410);
      for (const old of [here, there])
        expect((await api.ask("GET", "/roles", { cookie: old })).status).to.equal(401);
      expect((await api.ask("GET", "/roles", { cookie: cookieOf(changed) })).status).to.equal(200);
      const old = await api.ask("POST", "/session", { body: { username: "anna", password: goodPassword } });
      expect(old.status).to.equal(401);
    });

    it("keeps the password of a link, and a user disabled, during a change of the password", async () => {
      const passwords = cheapPasswords();
      let meanwhile: (() => Promise<unknown>) | null = null;
      const slow = await startAccessApi(database.store, {
        passwords: {
          ...passwords,
          async hash(...asked) {
            const act = meanwhile;
            meanwhile = null;
            await act?.();
            return passwords.hash(...asked);
          },
        },
      });
      try {
        const { id } = await slow.user("operator", "anna");
        const body = { current: goodPassword, next: "vier gelbe Birnen im Garten" };
        const { token } = await slow.access.links.forUser(id);
        const first = await slow.signIn("anna");
        meanwhile = () => slow.access.links.accept(token, goodPassword, { address: "127.0.0.1" });
        expect((await slow.ask("PUT", "/account/password", { cookie: first, body })).status).to.equal(403);
        const second = await slow.signIn("anna");
        meanwhile = () => slow.access.users.change(id, { disabled: true });
        expect((await slow.ask("PUT", "/account/password", { cookie: second, body })).status).to.equal(403);
        expect(await slow.access.sessions.list(id)).to.deep.equal([]);
      } finally {
        await slow.close();
      }
    });

    it("ends the sessions of users who are disabled, change roles, or are removed", async () => {
      await api.user("administrator", "root");
      const anna = await api.user("operator", "anna");
      const alive = async (cookie: string): Promise<number> =>
        (await api.ask("GET", "/roles", { cookie })).status;
      for (const change of [{ role: "auditor" as const }, { disabled: true }]) {
        await api.access.users.change(anna.id, { disabled: false });
        const cookie = await api.signIn("anna");
        expect(await alive(cookie)).to.equal(200);
        await api.access.users.change(anna.id, change);
        expect(await alive(cookie)).to.equal(401);
      }
      const disabled = await api.ask("POST", "/session", {
        body: { username: "anna", password: goodPassword },
      });
      expect(disabled.body).to.include({ code: "SIGN_IN_FAILED" });
      await api.access.users.change(anna.id, { disabled: false });
      const cookie = await api.signIn("anna");
      await api.access.users.remove(anna.id);
      expect(await alive(cookie)).to.equal(401);
    });

    it("protects the last administrator against concurrent changes", async () => {
      const [one, other] = [await api.user("administrator", "one"), await api.user("administrator", "other")];
      const results = await Promise.allSettled([
        api.access.users.change(one.id, { role: "operator" }),
        api.access.users.remove(other.id),
      ]);
      expect(results.filter(({ status }) => status === "rejected")).to.have.length(1);
      expect(await api.access.users.hasAdministrator()).to.equal(true);
    });

    it("audits sign-ins and attempts, without the entered name", async () => {
      const anna = await api.user("operator", "anna");
      await api.signIn("anna");
      await api.ask("POST", "/session", { body: { username: "anna", password: "wrong" } });
      await api.ask("POST", "/session", { body: { username: "my-real-password", password: "wrong" } });
      const { items } = await api.access.audit.page({ actions: ["sign-in"] }, { before: null, limit: 10 });
      expect(
        items.map(({ outcome, actor, target }) => [outcome, actor.name, target?.id ?? null]),
      ).to.deep.equal([
        ["refused", "", null],
        ["refused", "", String(anna.id)],
        ["done", "anna", null],
      ]);
      expect(JSON.stringify(items)).not.to.include("my-real-password");
    });
  });
});
