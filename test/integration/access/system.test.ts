import { expect } from "chai";
import { forEachDatabase } from "../../support/databases.ts";
import { startGuardedApi } from "./support.ts";
import type { GuardedApi } from "./support.ts";

/** Like a request through a reverse proxy that is missing in the settings. */
const fromAfar = { "X-Forwarded-For": "203.0.113.9" };

describe("The state of the system", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    let api: GuardedApi;
    let closeStore: () => Promise<void>;

    beforeEach(async () => {
      const { store } = await open();
      closeStore = () => store.close();
      api = await startGuardedApi(store);
      api.health.register("asterisk-1", { kind: "asterisk", needed: true }, () => ({
        status: "degraded",
        detail: "Asterisk 22.10.1 has a secret",
      }));
    });
    afterEach(() => api.close());

    const part = (detail: string) => ({ kind: "asterisk", status: "degraded", detail });
    const whole = part("Asterisk 22.10.1 has a secret");
    const healthFor = async (request: Parameters<GuardedApi["ask"]>[2]): Promise<unknown> => {
      const { status, body } = await api.ask("GET", "/health", request);
      expect(status).to.equal(200);
      return body;
    };
    const detailFor = async (request: Parameters<GuardedApi["ask"]>[2]): Promise<unknown> => {
      const body = (await healthFor(request)) as Record<string, unknown>;
      expect(body).to.include({ status: "degraded", node: "test" });
      return (body["parts"] as Record<string, unknown>)["asterisk-1"];
    };
    /** For load balancers and monitors. */
    const onlyStatus = { status: "degraded" };

    it("is public as one word, with each part for operators", async () => {
      expect(await healthFor({ headers: fromAfar })).to.deep.equal(onlyStatus);
      const unknown = { ...fromAfar, Cookie: "phone_proxy_session=x" };
      expect(await healthFor({ headers: unknown })).to.deep.equal(onlyStatus);
      const cookie = await api.signIn((await api.user("supervisor")).username);
      expect(await detailFor({ headers: fromAfar, cookie })).to.deep.equal(whole);
      const [reading, watching] = [await api.key(["system.read"]), await api.key(["live.watch"])];
      expect(await detailFor({ headers: fromAfar, key: reading })).to.deep.equal(whole);
      expect(await healthFor({ headers: fromAfar, key: watching })).to.deep.equal(onlyStatus);
      // From the machine itself.
      expect(await detailFor({})).to.deep.equal(whole);
    });

    it("is public during a database outage, too", async () => {
      const [known, unknown] = [await api.user("supervisor"), await api.user("supervisor")];
      const [cookie, other] = [await api.signIn(known.username), await api.signIn(unknown.username)];
      expect(await detailFor({ headers: fromAfar, cookie })).to.deep.equal(whole);
      await closeStore();
      api.clock.nowMs += 60_000;
      expect(await healthFor({ headers: fromAfar })).to.deep.equal(onlyStatus);
      expect(await healthFor({ headers: fromAfar, cookie: other })).to.deep.equal(onlyStatus);
      expect(await detailFor({ headers: fromAfar, cookie }), "for those who look what is down").to.deep.equal(
        whole,
      );
      api.clock.nowMs += 3_600_000;
      expect(await healthFor({ headers: fromAfar, cookie })).to.deep.equal(onlyStatus);
    });

    it("includes version, uptime, and backup for operators", async () => {
      const anonymous = await api.ask("GET", "/system");
      expect(anonymous.body).to.include({ status: 401, code: "SIGN_IN_REQUIRED" });
      const { status, body } = await api.ask("GET", "/system", { key: await api.key(["system.read"]) });
      expect(status).to.equal(200);
      expect(body).to.include({ version: "1.2.3", node: "test" });
      expect(body["uptimeSeconds"]).to.be.a("number").that.is.at.least(0);
      expect(body["backup"]).to.deep.equal({ status: "unwatched", lastAt: null, maxAgeHours: 1 });
      expect(body).to.have.nested.property("health.parts.asterisk-1").that.deep.equals(whole);
    });
  });
});
