import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { createRedisLink } from "../../../src/store/redis.ts";
import type { RedisLink } from "../../../src/store/redis.ts";
import { blockEventLoop } from "../../support/blockEventLoop.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { labOrSkip } from "../../support/requirements.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import type { TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";

describe("The connection to Redis", function () {
  this.timeout(60_000);
  let proxy: TroubledProxy | null = null;
  let link: RedisLink;

  async function open(url: string): Promise<void> {
    link = createRedisLink({ url, role: "test", logger: silentLogger, commandTimeoutMs: 100 });
    link.open();
    await until(() => link.up);
  }
  afterEach(async () => {
    link?.close();
    await proxy?.close();
    proxy = null;
  });

  it("survives a blocked event loop: pending responses are read before a command times out", async function () {
    const { redis } = await labOrSkip(this);
    await open(redis.url);
    let losses = 0;
    link.onDown(() => (losses += 1));
    // Timers run next, before sockets are read.
    await setImmediate();
    const answers = [link.client.ping(), link.client.ping(), link.client.ping("third")];
    blockEventLoop(400);
    expect(await Promise.all(answers)).to.deep.equal(["PONG", "PONG", "third"]);
    expect({ losses, up: link.up }).to.deep.equal({ losses: 0, up: true });
  });

  it("is closed if Redis does not respond to a command", async function () {
    const { redis } = await labOrSkip(this);
    proxy = await startTroubledProxy(redis);
    await open(`redis://${proxy.host}:${proxy.port}`);
    proxy.freeze();
    const error: unknown = await link.client.ping().catch((thrown: unknown) => thrown);
    link.failed(error);
    await until(() => !link.up);
    expect(link.health.detail).to.equal("Redis is unavailable: a command timed out.");
  });
});
