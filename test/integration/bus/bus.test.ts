import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { labOrSkip } from "../../support/requirements.ts";
import { createRedisBus } from "../../../src/bus/redisBus.ts";
import type { Bus } from "../../../src/bus/types.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import type { TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";
import { systemClock } from "../../../src/ops/clock.ts";

describe("The bus over Redis", function () {
  this.timeout(60_000);
  let proxy: TroubledProxy;
  let prefix: string;
  let buses: Bus[];
  let redis: { host: string; port: number; url: string };

  const open = async (through: "proxy" | "direct"): Promise<Bus> => {
    const bus = createRedisBus({
      clock: systemClock,
      url: through === "direct" ? redis.url : `redis://${proxy.host}:${proxy.port}`,
      logger: silentLogger,
      prefix,
      pingEveryMs: 50,
    });
    buses.push(bus);
    bus.open();
    await until(() => bus.connected);
    return bus;
  };
  const hearing = (bus: Bus, topic = "calls"): unknown[] => {
    const heard: unknown[] = [];
    bus.subscribe(topic, (payload) => heard.push(payload));
    return heard;
  };
  /** Publishes until the message is received, because messages are lost before the subscription is active. */
  const saysUntilHeard = (bus: Bus, heard: readonly unknown[], payload: unknown): Promise<void> =>
    until(() => {
      bus.publish("calls", payload);
      return heard.some((one) => JSON.stringify(one) === JSON.stringify(payload));
    });

  before(async function prepareLab() {
    ({ redis } = await labOrSkip(this));
  });

  beforeEach(async () => {
    prefix = `phone-proxy-test:${randomUUID()}:`;
    buses = [];
    proxy = await startTroubledProxy(redis);
  });

  afterEach(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await proxy.close();
  });

  it("delivers messages to the other instances in order, and to this one exactly once", async () => {
    const [one, other] = [await open("direct"), await open("direct")];
    const own = hearing(one);
    const others = hearing(other);
    await saysUntilHeard(one, others, "begin");
    const numbered = (heard: readonly unknown[]): unknown[] => heard.filter((payload) => payload !== "begin");
    for (let n = 0; n < 100; n += 1) one.publish("calls", { n });
    one.publish("something else", 1);
    const expected = Array.from({ length: 100 }, (_, n) => ({ n }));
    await until(() => numbered(others).length >= 100);
    expect(numbered(others)).to.deep.equal(expected);
    expect(numbered(own)).to.deep.equal(expected);
  });

  it("receives topics subscribed before it was connected, and after", async () => {
    const early = createRedisBus({ clock: systemClock, url: redis.url, logger: silentLogger, prefix });
    buses.push(early);
    const heard = hearing(early);
    early.open();
    const other = await open("direct");
    await saysUntilHeard(other, heard, "early");
    const late = hearing(early, "late");
    await until(() => {
      other.publish("late", 1);
      return late.length > 0;
    });
  });

  it("works in process while Redis is down, reports it, and signals the gap", async () => {
    const [troubled, other] = [await open("proxy"), await open("direct")];
    const own = hearing(troubled);
    const others = hearing(other);
    await saysUntilHeard(other, own, "before");
    let gaps = 0;
    troubled.onGap(() => {
      gaps += 1;
    });
    proxy.cut();
    await until(() => !troubled.connected && troubled.health.status === "down");
    expect(gaps).to.equal(1);
    own.length = 0;
    troubled.publish("calls", "during");
    expect(own).to.deep.equal(["during"]);
    proxy.heal();
    await until(() => troubled.connected);
    expect(gaps).to.equal(2);
    expect(troubled.health.status).to.equal("up");
    await saysUntilHeard(other, own, "after");
    await saysUntilHeard(troubled, others, "and back");
    expect(others).not.to.include("during");
  });

  it("notices a Redis that hangs, and recovers", async () => {
    const troubled = await open("proxy");
    const heard = hearing(troubled);
    proxy.freeze();
    await until(() => !troubled.connected);
    proxy.heal();
    await until(() => troubled.connected);
    const other = await open("direct");
    await saysUntilHeard(other, heard, "after");
  });

  it("starts without Redis and finds it later", async () => {
    proxy.cut();
    const bus = createRedisBus({
      clock: systemClock,
      url: `redis://${proxy.host}:${proxy.port}`,
      logger: silentLogger,
      prefix,
    });
    buses.push(bus);
    const heard = hearing(bus);
    bus.open();
    await until(() => bus.health.status === "down" && bus.health.detail !== "Redis is unavailable.");
    proxy.heal();
    await until(() => bus.connected);
    const other = await open("direct");
    await saysUntilHeard(other, heard, "hello");
  });

  it("ignores foreign messages", async () => {
    const bus = await open("direct");
    const heard = hearing(bus);
    const other = await open("direct");
    await saysUntilHeard(other, heard, "begin");
    const stranger = new Redis(redis.url);
    try {
      for (const text of ["{", "null", "17", "{}", '{"payload":1}']) {
        expect(await stranger.publish(`${prefix}calls`, text)).to.equal(1);
      }
    } finally {
      stranger.disconnect();
    }
    await saysUntilHeard(other, heard, "end");
    expect(new Set(heard)).to.deep.equal(new Set(["begin", "end"]));
  });

  it("delivers nothing once closed, also when closed twice", async () => {
    const [one, other] = [await open("direct"), await open("direct")];
    const heard = hearing(other);
    await saysUntilHeard(one, heard, "begin");
    await one.close();
    await one.close();
    heard.length = 0;
    one.publish("calls", "too late");
    const third = await open("direct");
    await saysUntilHeard(third, heard, "end");
    expect(heard).not.to.include("too late");
    expect(one.health.status).to.equal("off");
  });
});
