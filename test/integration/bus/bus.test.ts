import { expect } from "chai";
import type { Bus } from "../../../src/bus/types.ts";
import { redisForEachTest } from "../../support/redis.ts";
import { until } from "../../support/until.ts";

describe("The bus over Redis", function () {
  this.timeout(60_000);
  const redis = redisForEachTest();
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

  it("delivers messages to the other instances in order, and to this one exactly once", async () => {
    const [one, other] = [await redis.openBus(redis.url), await redis.openBus(redis.url)];
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

  it("publishes no message for other instances while it is alone", async () => {
    const one = await redis.openBus(redis.url);
    const own = hearing(one);
    const sent = (): void => one.publish("calls", "change", { unlessAlone: true });
    const other = await redis.openBus(redis.url);
    // Once it knows that no other instance listens to this topic.
    await until(() => {
      one.publish("calls", "sign of life");
      return own.length > 3;
    });
    const others = hearing(other);
    await until(() => {
      sent();
      one.publish("calls", "sign of life");
      return others.includes("sign of life");
    });
    await until(() => {
      sent();
      return others.includes("change");
    });
    expect(own).to.include("change");
  });

  it("receives topics subscribed before it was connected, and after", async () => {
    const early = redis.createBus(redis.url);
    const heard = hearing(early);
    early.open();
    const other = await redis.openBus(redis.url);
    await saysUntilHeard(other, heard, "early");
    const late = hearing(early, "late");
    await until(() => {
      other.publish("late", 1);
      return late.length > 0;
    });
  });

  it("works in process while Redis is down, reports it, and signals the gap", async () => {
    const [troubled, other] = [
      await redis.openBus(redis.proxyUrl, "patient"),
      await redis.openBus(redis.url),
    ];
    const own = hearing(troubled);
    const others = hearing(other);
    await saysUntilHeard(other, own, "before");
    let gaps = 0;
    troubled.onGap(() => {
      gaps += 1;
    });
    redis.proxy.cut();
    await until(() => !troubled.connected && troubled.health.status === "down" && gaps > 0);
    expect(gaps).to.equal(1);
    own.length = 0;
    troubled.publish("calls", "during");
    expect(own).to.deep.equal(["during"]);
    redis.proxy.heal();
    await until(() => troubled.connected && troubled.health.status === "up" && gaps > 1);
    expect(gaps).to.equal(2);
    await saysUntilHeard(other, own, "after");
    await saysUntilHeard(troubled, others, "and back");
    expect(others).not.to.include("during");
  });

  it("notices a Redis that hangs, and recovers", async () => {
    const troubled = await redis.openBus(redis.proxyUrl);
    const heard = hearing(troubled);
    redis.proxy.freeze();
    await until(() => !troubled.connected);
    redis.proxy.heal();
    await until(() => troubled.connected);
    const other = await redis.openBus(redis.url);
    await saysUntilHeard(other, heard, "after");
  });

  it("starts without Redis and finds it later", async () => {
    redis.proxy.cut();
    const bus = redis.createBus(redis.proxyUrl, "patient");
    const heard = hearing(bus);
    bus.open();
    await until(() => bus.health.status === "down" && bus.health.detail !== "Redis is unavailable.");
    redis.proxy.heal();
    await until(() => bus.connected);
    const other = await redis.openBus(redis.url);
    await saysUntilHeard(other, heard, "hello");
  });

  it("ignores foreign messages", async () => {
    const bus = await redis.openBus(redis.url);
    const heard = hearing(bus);
    const other = await redis.openBus(redis.url);
    await saysUntilHeard(other, heard, "begin");
    for (const text of ["{", "null", "17", "{}", '{"payload":1}'])
      expect(await redis.client.publish(`${redis.prefix}calls`, text)).to.equal(1);
    await saysUntilHeard(other, heard, "end");
    expect(new Set(heard)).to.deep.equal(new Set(["begin", "end"]));
  });

  it("delivers nothing once closed, also when closed twice", async () => {
    const [one, other] = [await redis.openBus(redis.url), await redis.openBus(redis.url)];
    const heard = hearing(other);
    await saysUntilHeard(one, heard, "begin");
    await one.close();
    await one.close();
    heard.length = 0;
    one.publish("calls", "too late");
    const third = await redis.openBus(redis.url);
    await saysUntilHeard(third, heard, "end");
    expect(heard).not.to.include("too late");
    expect(one.health.status).to.equal("off");
  });
});
