import { expect } from "chai";
import { onMysql } from "../../support/databases.ts";
import { redisForEachTest } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { goodPassword, startAccessApi, unlimited } from "./support.ts";
import type { TestAccess } from "./support.ts";

describe("Several instances over Redis", function () {
  this.timeout(60_000);
  onMysql((open) => {
    const redis = redisForEachTest();

    const started = async (...parameters: Parameters<typeof startAccessApi>): Promise<TestAccess> => {
      const api = await startAccessApi(...parameters);
      redis.cleanUp(() => api.close());
      return api;
    };

    it("drop a revoked key and an ended session by another instance's message", async () => {
      const { store, another } = await open();
      const one = await started(store, { bus: await redis.openBus(redis.url) });
      const other = await started(await another(), { bus: await redis.openBus(redis.url) });
      const key = await one.key(["lookups.read"]);
      const user = await one.user("operator");
      const cookie = await one.signIn(user.username);
      const byKey = async (): Promise<number> => (await other.ask("GET", "/lookup/real/7", { key })).status;
      const bySession = async (): Promise<number> => (await other.ask("GET", "/roles", { cookie })).status;
      expect([await byKey(), await bySession()]).to.deep.equal([200, 200]);
      // The clocks of these instances are frozen, so only a message makes them check again.
      const [{ id } = { id: 0 }] = await one.access.keys.list();
      await one.access.keys.revoke(id);
      await until(async () => (await byKey()) === 401);
      const [session] = await one.access.sessions.list(user.id);
      await one.access.sessions.revoke(session?.id ?? 0, null);
      await until(async () => (await bySession()) === 401);
    });

    it("drop a revoked key within five seconds without a message", async () => {
      const { store, another } = await open();
      const one = await started(store);
      const other = await started(await another());
      const key = await one.key(["lookups.read"]);
      const byKey = async (): Promise<number> => (await other.ask("GET", "/lookup/real/7", { key })).status;
      expect(await byKey()).to.equal(200);
      const [{ id } = { id: 0 }] = await one.access.keys.list();
      await one.access.keys.revoke(id);
      expect(await byKey(), "still remembered").to.equal(200);
      other.clock.nowMs += 5000;
      expect(await byKey()).to.equal(401);
    });

    it("share rate limits by user, key, and address, and report when to retry", async () => {
      const { store, another } = await open();
      const limits = {
        user: { points: 10, durationSeconds: 60 },
        key: { points: 10, durationSeconds: 60 },
        address: { points: 10, durationSeconds: 60 },
        signIn: { points: 0, durationSeconds: 60 },
      };
      const { prefix, url } = redis;
      const one = await started(store, { limits, redis: await redis.openLink(url), prefix });
      const other = await started(await another(), { limits, redis: await redis.openLink(url), prefix });
      const cookie = await one.signIn((await one.user("operator")).username);
      const key = await one.key(["lookups.read"]);
      const statuses = async (ask: (api: TestAccess) => ReturnType<TestAccess["ask"]>): Promise<number[]> => {
        const answers: number[] = [];
        for (let index = 0; index < 12; index += 1)
          answers.push((await ask(index % 2 === 0 ? one : other)).status);
        return answers;
      };
      const tenThenNone = [...Array.from({ length: 10 }, () => 200), 429, 429];
      expect(await statuses((api) => api.ask("GET", "/roles", { cookie }))).to.deep.equal(tenThenNone);
      expect(await statuses((api) => api.ask("GET", "/lookup/real/7", { key }))).to.deep.equal(tenThenNone);
      // One of the ten was the sign-in.
      const byAddress = await statuses((api) => api.ask("GET", "/session"));
      expect(byAddress.filter((status) => status === 200)).to.have.length(9);
      const refused = await one.ask("GET", "/session");
      expect(refused.body).to.include({ status: 429, code: "TOO_MANY_REQUESTS" });
      expect(Number(refused.headers.get("retry-after"))).to.be.within(1, 60);
      expect(await redis.client.keys(`${prefix}*`)).to.have.length(3);
    });

    it("count failed sign-ins together, with and without Redis", async () => {
      const { store, another } = await open();
      const limits = { ...unlimited, signIn: { points: 8, durationSeconds: 300 } };
      const { prefix, proxyUrl } = redis;
      // Cut off, never frozen.
      const links = [await redis.openLink(proxyUrl, "patient"), await redis.openLink(proxyUrl, "patient")];
      const [one, other] = [
        await started(store, { limits, redis: links[0] ?? null, prefix }),
        await started(await another(), { limits, redis: links[1] ?? null, prefix }),
      ];
      for (const name of ["anna", "boris", "clara"]) await one.user("operator", name);
      const enter = async (api: TestAccess, username: string, password = "a guess"): Promise<unknown> =>
        (await api.ask("POST", "/session", { body: { username, password } })).body["code"] ?? "signed in";
      const codes: unknown[] = [];
      for (let tries = 0; tries < 6; tries += 1)
        codes.push(await enter(tries % 2 === 0 ? one : other, "anna"));
      expect(codes).to.deep.equal([...Array.from({ length: 5 }, () => "SIGN_IN_FAILED"), "LOCKED_OUT"]);
      // A right password gives back what it took; these leave three of eight.
      for (const api of [one, other, one])
        expect(await enter(api, "boris", goodPassword)).to.equal("signed in");
      for (const [api, name] of [
        [one, "x"],
        [other, "y"],
        [one, "z"],
      ] as const)
        expect(await enter(api, name)).to.equal("SIGN_IN_FAILED");
      for (const api of [one, other]) {
        expect(await enter(api, "clara", goodPassword)).to.equal("TOO_MANY_REQUESTS");
        expect(await enter(api, "boris", goodPassword), "known here").to.equal("signed in");
      }
      redis.proxy.cut();
      await until(() => links.every(({ up }) => !up));
      expect(await enter(other, "anna"), "in the database").to.equal("LOCKED_OUT");
      expect(await enter(other, "clara", goodPassword), "each instance by itself").to.equal("signed in");
      const alone: unknown[] = [];
      for (let tries = 0; tries < 9; tries += 1) alone.push(await enter(one, `invented-${tries}`));
      expect(alone.slice(0, 8)).to.deep.equal(Array.from({ length: 8 }, () => "SIGN_IN_FAILED"));
      expect(alone[8]).to.equal("TOO_MANY_REQUESTS");
    });

    it("limit requests individually without Redis", async () => {
      const { store } = await open();
      const limits = { ...unlimited, address: { points: 5, durationSeconds: 60 } };
      const link = await redis.openLink(redis.proxyUrl, "patient");
      const api = await started(store, { limits, redis: link, prefix: redis.prefix });
      redis.proxy.cut();
      await until(() => !link.up);
      const answers: number[] = [];
      for (let index = 0; index < 7; index += 1) answers.push((await api.ask("GET", "/session")).status);
      expect(answers).to.deep.equal([200, 200, 200, 200, 200, 429, 429]);
    });

    it("accept a known key for lookups only during a database outage", async () => {
      const { store } = await open();
      const bus = await redis.openBus(redis.proxyUrl, "patient");
      const api = await started(store, { bus });
      const key = await api.key(["lookups.read", "calls.read"]);
      const ask = (path: string) => api.ask("GET", path, { key });
      expect((await ask("/lookup/real/7")).status).to.equal(200);
      await store.close();
      // Without Redis, too, all cached values may be outdated.
      redis.proxy.cut();
      await until(() => !bus.connected);
      api.clock.nowMs += 60_000;
      expect((await ask("/lookup/real/7")).status).to.equal(200);
      expect((await ask("/calls")).body).to.include({ status: 503, code: "DATABASE_AWAY" });
      const unknown = await api.ask("GET", "/lookup/real/7", { key: `ppk_${"A".repeat(43)}` });
      expect(unknown.body).to.include({ status: 503, code: "DATABASE_AWAY" });
      api.clock.nowMs += 3_600_000;
      expect((await ask("/lookup/real/7")).status).to.equal(503);
    });
  });
});
