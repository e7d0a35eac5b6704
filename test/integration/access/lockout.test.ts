import { expect } from "chai";
import { Secret, TOTP } from "otpauth";
import { RememberedAddresses } from "../../../src/access/knownAddresses.ts";
import { createPasswords, tooManySignIns } from "../../../src/access/passwords.ts";
import { newRecoveryCodes } from "../../../src/access/secondFactor.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { cheapPasswords, cookieOf, goodPassword, startAccessApi, unlimited } from "./support.ts";
import type { Answer, TestAccess } from "./support.ts";

const dayMs = 86_400_000;
const office = "198.51.100.1";
const hotel = "203.0.113.9";
const newPassword = "vier gelbe Birnen im Garten";

/** The addresses of an attacker, who has an IPv6 /48, too. */
const addresses = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? `192.0.2.${index + 1}` : `2001:db8:0:${index}::1`,
  );

describe("Guessing passwords", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let store: Store;
    let api: TestAccess;
    let nowMs: number;
    /** How long attempts were made to wait. */
    let waits: number[];
    let tried: number;

    /** Waits cost no time, and are noted. */
    const start = async (signInPoints = 0, addressPoints = 0): Promise<void> => {
      const passwords = cheapPasswords();
      api = await startAccessApi(store, {
        trustedProxies: ["127.0.0.1"],
        clock: {
          ...systemClock,
          nowMs: () => nowMs,
          setTimer(callback, afterMs) {
            if (afterMs < 10_000) waits.push(afterMs);
            return systemClock.setTimer(callback, afterMs < 10_000 ? 0 : afterMs);
          },
        },
        limits: {
          ...unlimited,
          signIn: { points: signInPoints, durationSeconds: 300 },
          address: { points: addressPoints, durationSeconds: 60 },
        },
        passwords: {
          hash: (...asked) => passwords.hash(...asked),
          matches(...asked) {
            tried += 1;
            return passwords.matches(...asked);
          },
        },
      });
    };

    beforeEach(async () => {
      ({ store } = await open());
      nowMs = Date.now();
      waits = [];
      tried = 0;
    });
    afterEach(() => api.close());

    const enter = (username: string, password: string, from: string, code?: string): Promise<Answer> =>
      api.ask("POST", "/session", {
        body: { username, password, ...(code !== undefined && { code }) },
        from,
      });
    const guess = (username: string, from: string): Promise<Answer> => enter(username, "a guess", from);
    const right = (username: string, from: string): Promise<Answer> => enter(username, goodPassword, from);
    const wrongPassword = (cookie: string): Promise<Answer> =>
      api.ask("PUT", "/account/password", { cookie, body: { current: "a guess", next: newPassword } });

    it("for hours from many addresses keeps neither the user out nor the user's session from a new password", async () => {
      await start();
      await api.user("administrator", "anna");
      const cookie = cookieOf(await right("anna", office));
      for (const from of addresses(12)) {
        for (let tries = 0; tries < 5; tries += 1)
          expect((await guess("anna", from)).status, from).to.equal(401);
        expect((await guess("anna", from)).body).to.include({ status: 429, code: "LOCKED_OUT" });
      }
      expect(waits.at(-1), "the last guesses").to.equal(4000);
      waits = [];
      expect((await right("anna", office)).status, "where she has signed in before").to.equal(200);
      expect(waits).to.deep.equal([]);
      expect((await right("anna", hotel)).status, "where she never was").to.equal(200);
      expect(waits, "slowed, not refused").to.deep.equal([4000]);
      expect((await right("anna", hotel)).status).to.equal(200);
      expect(waits, "known there now").to.deep.equal([4000]);
      const change = { current: goodPassword, next: newPassword };
      const changed = await api.ask("PUT", "/account/password", { cookie, body: change, from: office });
      expect(changed.status).to.equal(204);
      expect(waits).to.deep.equal([4000]);
    });

    it("in parallel, from any address of an IPv6 /64, is counted before it is tried", async () => {
      await start();
      await api.user("operator", "anna");
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => guess("anna", `2001:db8:1:2::${index + 1}`)),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).to.have.length(5);
      expect(statuses.filter((status) => status === 429)).to.have.length(35);
      expect(tried).to.equal(5);
    });

    it("in parallel from many addresses is counted for the user, attempt by attempt", async () => {
      await start();
      await api.user("operator", "anna");
      await Promise.all(addresses(30).map((from) => guess("anna", from)));
      const counts: { failures: number }[] = await store.read((manager) =>
        manager.query("SELECT failures FROM sign_in_failures ORDER BY failures DESC"),
      );
      expect(counts[0]?.failures).to.equal(30);
      expect(counts).to.have.length(31);
    });

    it("in parallel, without room to be tried, leaves connections of the database, and counts for nothing", async () => {
      let [running, most] = [0, 0];
      const transaction: Store["transaction"] = async (work) => {
        most = Math.max(most, (running += 1));
        return store.transaction(work).finally(() => (running -= 1));
      };
      const counted: Store = Object.create(store, { transaction: { value: transaction } });
      const matches = () => Promise.reject(tooManySignIns());
      api = await startAccessApi(counted, {
        trustedProxies: ["127.0.0.1"],
        passwords: { ...cheapPasswords(), matches },
      });
      const answers = await Promise.all(addresses(40).map((from) => guess("anna", from)));
      for (const { body } of answers) expect(body).to.include({ status: 503, code: "BUSY" });
      expect(most).to.be.at.most(4);
      const [left] = await store.read((manager) =>
        manager.query<{ failures: number }[]>("SELECT MAX(failures) AS failures FROM sign_in_failures"),
      );
      expect(left?.failures).to.equal(0);
    });

    it("by one user leaves an address to all others, and by one client to those who are known there", async () => {
      await start(10);
      for (const name of ["anna", "boris", "clara"]) await api.user("operator", name);
      expect((await right("anna", office)).status).to.equal(200);
      for (let tries = 0; tries < 20; tries += 1) await guess("boris", office);
      expect((await right("clara", office)).status, "new here").to.equal(200);
      for (let tries = 0; tries < 20; tries += 1) await guess(`invented-${tries}`, office);
      const boris = await right("boris", office);
      expect(boris.body).to.include({ status: 429, code: "LOCKED_OUT" });
      nowMs += 31_000;
      const late = await right("boris", office);
      expect(late.body).to.include({ status: 429, code: "TOO_MANY_REQUESTS" });
      expect(Number(late.headers.get("retry-after"))).to.be.within(1, 300);
      for (const name of ["anna", "clara"]) expect((await right(name, office)).status, name).to.equal(200);
      expect((await right("boris", hotel)).status).to.equal(200);
    });

    it("does not keep the known out of an address without requests left", async () => {
      await start(0, 10);
      await api.user("operator", "anna");
      expect((await right("anna", office)).status).to.equal(200);
      for (let asks = 0; asks < 12; asks += 1) await api.ask("GET", "/session", { from: office });
      expect((await api.ask("GET", "/session", { from: office })).status).to.equal(429);
      expect((await guess("invented", office)).body).to.include({ code: "TOO_MANY_REQUESTS" });
      expect((await right("anna", office)).status).to.equal(200);
    });

    it("is limited at each address; right passwords cost nothing, even without the code", async () => {
      await start(3);
      const { id } = await api.user("operator", "anna");
      for (let index = 0; index < 6; index += 1) {
        const name = `user-${index}`;
        await api.user("operator", name);
        expect((await right(name, office)).status, name).to.equal(200);
      }
      const secret = new Secret({ size: 20 });
      await store.transaction((manager) =>
        manager.query("UPDATE users SET totp_secret = ? WHERE id = ?", [secret.base32, id]),
      );
      for (let tries = 0; tries < 8; tries += 1)
        expect((await right("anna", office)).body).to.include({ code: "TOTP_REQUIRED" });
      const code = new TOTP({ secret }).generate({ timestamp: nowMs });
      const wrong = String((Number(code) + 500_000) % 1_000_000).padStart(6, "0");
      for (let tries = 0; tries < 3; tries += 1)
        expect((await enter("anna", goodPassword, office, wrong)).body).to.include({ code: "TOTP_WRONG" });
      expect((await right("anna", office)).body).to.include({ code: "TOO_MANY_REQUESTS" });
      for (let tries = 0; tries < 2; tries += 1) await enter("anna", goodPassword, hotel, wrong);
      expect((await enter("anna", goodPassword, hotel, code)).status).to.equal(200);
    });

    it("in one session makes only that session wait", async () => {
      await start();
      await api.user("operator", "anna");
      const [stolen, own] = [cookieOf(await right("anna", hotel)), cookieOf(await right("anna", office))];
      const answers = await Promise.all(Array.from({ length: 20 }, () => wrongPassword(stolen)));
      expect(answers.filter(({ status }) => status === 403)).to.have.length(5);
      expect((await wrongPassword(stolen)).body).to.include({ status: 429, code: "LOCKED_OUT" });
      const body = { current: goodPassword, next: newPassword };
      expect((await api.ask("PUT", "/account/password", { cookie: own, body })).status).to.equal(204);
    });

    it("at the code of an authenticator that is being set up counts like guessing at the password", async () => {
      await start();
      await api.user("operator", "anna");
      const cookie = cookieOf(await right("anna", office));
      const post = (path: string, body: object) => api.ask("POST", path, { cookie, body });
      expect((await post("/account/totp", { password: goodPassword })).status).to.equal(200);
      const guesses = Array.from({ length: 20 }, () => post("/account/totp/confirm", { code: "000000" }));
      const statuses = (await Promise.all(guesses)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 403)).to.have.length(5);
      expect(statuses.filter((status) => status === 429)).to.have.length(15);
      expect((await wrongPassword(cookie)).body).to.include({ status: 429, code: "LOCKED_OUT" });
    });

    it("at the code, with a stolen password and many addresses, has few tries and keeps the owner out nowhere", async () => {
      await start();
      const { id } = await api.user("operator", "anna");
      expect((await right("anna", office)).status).to.equal(200);
      const secret = new Secret({ size: 20 });
      const { shown, stored } = newRecoveryCodes();
      await store.transaction((manager) =>
        manager.query("UPDATE users SET totp_secret = ?, recovery_codes = ? WHERE id = ?", [
          secret.base32,
          stored,
          id,
        ]),
      );
      const code = new TOTP({ secret }).generate({ timestamp: nowMs });
      const wrong = String((Number(code) + 500_000) % 1_000_000).padStart(6, "0");
      const guesses = await Promise.all(
        addresses(40).map((from) => enter("anna", goodPassword, from, wrong)),
      );
      const codes = guesses.map(({ body }) => body["code"]);
      expect(codes.filter((one) => one === "TOTP_WRONG")).to.have.length(20);
      expect(codes.filter((one) => one === "LOCKED_OUT")).to.have.length(20);
      expect((await enter("anna", goodPassword, hotel, code)).body).to.include({ code: "LOCKED_OUT" });
      expect((await enter("anna", goodPassword, office, code)).status, "known there").to.equal(200);
      expect((await enter("anna", goodPassword, hotel, shown[0])).status, "by a recovery code").to.equal(200);
    });

    it("ends where the user has chosen a new password through a link", async () => {
      await start();
      const { id } = await api.user("operator", "anna");
      for (let tries = 0; tries < 5; tries += 1) await guess("anna", office);
      expect((await right("anna", office)).body).to.include({ code: "LOCKED_OUT" });
      const { token } = await api.access.links.forUser(id);
      const body = { token, password: newPassword };
      expect((await api.ask("POST", "/invitations", { body, from: office })).status).to.equal(200);
      expect((await enter("anna", newPassword, office)).status).to.equal(200);
    });

    it("knows an address for 90 days after the last sign-in, and all of an IPv6 /64", async () => {
      await start();
      const anna = await api.user("operator", "anna");
      await right("anna", "2001:db8:1:2::1");
      const slowedUnderAttack = async (from: string): Promise<boolean> => {
        for (const other of addresses(5))
          for (let tries = 0; tries < 5; tries += 1) await guess("anna", other);
        waits = [];
        expect((await right("anna", from)).status).to.equal(200);
        return waits.length > 0;
      };
      nowMs += 89 * dayMs;
      expect(await slowedUnderAttack("2001:db8:1:2:ffff::2")).to.equal(false);
      nowMs += 91 * dayMs;
      expect(await slowedUnderAttack("2001:db8:1:2::1")).to.equal(true);
      await api.access.users.remove(anna.id);
      const left: unknown[] = await store.read((manager) => manager.query("SELECT 1 FROM sign_in_addresses"));
      expect(left).to.deep.equal([]);
    });

    it("from any number of addresses has those who are known wait for a few of them only", async () => {
      await start();
      await api.user("operator", "anna");
      await right("anna", office);
      await api.close();
      await start();
      await api.access.open(() => undefined);
      let over = 0;
      const flood = addresses(40).map(async (from, index) => {
        await guess(`invented-${index}`, from);
        over += 1;
      });
      expect((await right("anna", office)).status).to.equal(200);
      // SQLite answers each attempt here before the next one arrives.
      if (store.kind === "mysql") expect(over).to.be.below(25);
      await Promise.all(flood);
    });

    it("does not hide from any instance where users have signed in within 90 days", async () => {
      await start();
      await api.user("operator", "anna");
      await right("anna", office);
      const known = async (from: string, afterDays: number): Promise<boolean> => {
        const remembered = new RememberedAddresses();
        await store.read((manager) => remembered.read(manager, nowMs + afterDays * dayMs));
        return remembered.has("anna", from);
      };
      expect([await known(office, 89), await known(office, 91), await known(hotel, 0)]).to.deep.equal([
        true,
        false,
        false,
      ]);
    });

    it("from one address, in any number, does not starve others", async () => {
      const slowPasswords = createPasswords({ cost: 2 ** 14, concurrency: 1, mostWaiting: 12 });
      api = await startAccessApi(store, {
        trustedProxies: ["127.0.0.1"],
        clock: { ...systemClock, nowMs: () => nowMs },
        passwords: slowPasswords,
      });
      const names = Array.from({ length: 8 }, (_, index) => `user-${index}`);
      for (const name of names) await api.user("operator", name);
      const flood = Array.from({ length: 60 }, (_, index) => guess(`invented-${index}`, hotel));
      const honest = await Promise.all(names.map((name, index) => right(name, `198.51.100.${index + 1}`)));
      expect(honest.map(({ status }) => status)).to.deep.equal(names.map(() => 200));
      const answers = await Promise.all(flood);
      expect(answers.map(({ status }) => status)).to.include(503);
      for (const { body } of answers) expect(body["code"]).to.be.oneOf(["SIGN_IN_FAILED", "BUSY"]);
    });
  });
});
