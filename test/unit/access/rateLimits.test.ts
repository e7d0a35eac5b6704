import { expect } from "chai";
import { createRateLimits } from "../../../src/access/rateLimits.ts";

const none = { points: 0, durationSeconds: 60 };

describe("A rate limit", () => {
  const limitOf = (points: number) =>
    createRateLimits({
      limits: { user: none, key: { points, durationSeconds: 60 }, address: none, signIn: none },
      redis: null,
      nowMs: () => 0,
    });
  const atOnce = (points: number, requests: number) => {
    const limits = limitOf(points);
    return Promise.all(Array.from({ length: requests }, () => limits.take("key", "1")));
  };
  const passed = (waits: readonly (number | null)[]): number => waits.filter((wait) => wait === null).length;

  it("allows concurrent requests up to its limit", async () => {
    expect(passed(await atOnce(1000, 400))).to.equal(400);
  });

  it("rejects concurrent requests beyond it", async () => {
    expect(passed(await atOnce(1000, 1200))).to.equal(1000);
    expect(passed(await atOnce(10, 12))).to.equal(10);
  });

  it("reports how long to wait", async () => {
    const waits = await atOnce(10, 11);
    expect(waits.at(-1)).to.be.within(1, 60_000);
  });
});
