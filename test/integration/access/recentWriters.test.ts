import { expect } from "chai";
import { randomInt } from "node:crypto";
import { VirtualClock } from "../../../lab/simulated/clock.ts";
import { createRecentWriters } from "../../../src/access/recentWriters.ts";
import type { Viewer } from "../../../src/access/rules/rights.ts";
import { openViewer } from "../../../src/access/rules/rights.ts";
import { redisForEachTest } from "../../support/redis.ts";
import { until } from "../../support/until.ts";

const permissions: ReadonlySet<never> = new Set();
const userOf = (userId: number): Viewer => ({
  kind: "user",
  userId,
  username: "someone",
  role: "operator",
  sessionId: 1,
  permissions,
});

describe("Recent writers", () => {
  const redis = redisForEachTest();
  const clock = new VirtualClock();
  // Of other runs on the same Redis.
  const writerId = randomInt(1, 2 ** 40);
  const [writer, other] = [userOf(writerId), userOf(0)];
  const key = `phone-proxy:wrote:1:user:${writerId}`;

  async function instance(url: string) {
    redis.cleanUp(async () => void (await redis.client.del(key)));
    const link = await redis.openLink(url, "patient");
    return { link, writers: createRecentWriters({ link, clock }) };
  }

  it("read from the primary for 10 s, on every instance, unlike all others", async () => {
    const [one, two] = [await instance(redis.url), await instance(redis.url)];
    expect(await two.writers.mayLag(other), "unknown who wrote before the start").to.equal(false);
    await clock.advance(10_000);
    expect(await two.writers.mayLag(writer)).to.equal(true);
    await one.writers.wrote(writer);
    expect(await Promise.all([one, two].map(({ writers }) => writers.mayLag(writer)))).to.deep.equal([
      false,
      false,
    ]);
    expect(await two.writers.mayLag(other)).to.equal(true);
    expect(await two.writers.mayLag(openViewer)).to.equal(true);
    await redis.client.del(key);
    expect(await one.writers.mayLag(writer), "the instance itself").to.equal(false);
    await clock.advance(10_000);
    expect(await one.writers.mayLag(writer)).to.equal(true);
  });

  it("are known to Redis for 10 s", async () => {
    const { writers } = await instance(redis.url);
    await writers.wrote(writer);
    expect(await redis.client.pttl(key)).to.be.within(1, 10_000);
  });

  it("cannot be distinguished while Redis is away, and for 10 s after: all read from the primary", async () => {
    const { writers, link } = await instance(redis.proxyUrl);
    await clock.advance(10_000);
    expect(await writers.mayLag(writer)).to.equal(true);
    redis.proxy.cut();
    await until(() => !link.up);
    await writers.wrote(writer);
    expect(await writers.mayLag(other)).to.equal(false);
    redis.proxy.heal();
    await until(() => link.up);
    expect(await writers.mayLag(other)).to.equal(false);
    await clock.advance(10_000);
    expect(await writers.mayLag(other)).to.equal(true);
  });

  it("need no Redis on a single instance", async () => {
    const writers = createRecentWriters({ link: null, clock });
    await clock.advance(10_000);
    await writers.wrote(writer);
    expect([await writers.mayLag(writer), await writers.mayLag(other)]).to.deep.equal([false, true]);
    await clock.advance(10_000);
    expect(await writers.mayLag(writer)).to.equal(true);
  });
});
