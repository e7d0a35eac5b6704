import { randomInt } from "node:crypto";
import { expect } from "chai";
import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import { findNewestCall } from "../../../src/callLog/database/newestCall.ts";
import { createNewestCalls, type NewestCalls } from "../../../src/callLog/newestCalls.ts";
import type { Owner } from "../../../src/callLog/rules/newestCall.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import type { Store } from "../../../src/store/types.ts";
import type { CallRecord } from "../../../src/values/callRecord.ts";
import { callRecord } from "../../support/callRecords.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { phone } from "../../support/numbers.ts";
import { redisForEachTest } from "../../support/redis.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const anna = "79261110001";
const vera = "79261110002";
/** Another controller is to know the call within a second of its end. */
const inTime = { timeoutMs: 3_000 };

describe("the newest call of a number, on two instances with one Redis", function () {
  this.timeout(60_000);
  const redis = redisForEachTest();
  let owner: Owner;
  let serial = 0;

  beforeEach(() => {
    // The keys are those of production, so each test has a number of its own.
    owner = {
      proxyNumber: phone(`7495${randomInt(1e6, 9e6)}`),
      realNumber: phone(`7916${randomInt(1e6, 9e6)}`),
    };
    redis.cleanUp(async () => {
      const keys = await redis.client.keys(`phone-proxy:newest-call:*:${owner.proxyNumber}:*`);
      if (keys.length > 0) await redis.client.del(...keys);
    });
  });

  /** A call that began so many seconds ago. */
  const call = (callerId: string, secondsAgo: number, different: Partial<CallRecord> = {}): CallRecord => {
    const endedAtMs = Date.now();
    return callRecord(`newest-${owner.proxyNumber}-${(serial += 1)}`, {
      ...owner,
      callerId,
      startedAtMs: endedAtMs - secondsAgo * 1_000,
      answeredAtMs: null,
      endedAtMs,
      status: "no_answer",
      talkSeconds: 0,
      ...different,
    });
  };

  forEachDatabase((open) => {
    const instance = async (
      store: Store,
      url = redis.url,
      maxAgeMs = 86_400_000,
    ): Promise<{ readonly calls: NewestCalls; readonly isUp: () => boolean }> => {
      const link = await redis.openLink(url);
      const calls = createNewestCalls({
        find: (whose, sinceMs) => findNewestCall(store, whose, sinceMs),
        link,
        clock: systemClock,
        logger: silentLogger,
        maxAgeMs,
        timeoutMs: 10_000,
      });
      return { calls, isUp: () => link.up };
    };
    const comesToBe = (calls: NewestCalls, party: string | null): Promise<void> =>
      until(async () => (await calls.party(owner)) === party, inTime);
    const write = (store: Store, record: CallRecord): Promise<void> =>
      createRecordSink(store).write([record]);

    it("is known to both before its row is in the database", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another())];
      one.calls.note(call(anna, 30));
      // The instance that ended the call does not wait for the others.
      expect(await one.calls.party(owner)).to.equal(anna);
      await comesToBe(other.calls, anna);
      other.calls.note(call(vera, 10));
      await comesToBe(one.calls, vera);
      expect(await findNewestCall(store, owner, 0)).to.equal(null);
    });

    it("is known to both during an outage of the database", async () => {
      const { store, another } = await open();
      const others = await another();
      const [one, other] = [await instance(store), await instance(others)];
      await write(store, call(vera, 60));
      await store.close();
      await others.close();
      one.calls.note(call(anna, 30));
      await comesToBe(other.calls, anna);
    });

    it("is the one that began last, in whatever order they end and wherever they are known", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another())];
      one.calls.note(call(anna, 10));
      await comesToBe(other.calls, anna);
      other.calls.note(call(vera, 60));
      expect(await other.calls.party(owner)).to.equal(anna);
      // Without a controller, a call is known once it is in the database.
      await write(store, call(vera, 5));
      expect(await one.calls.party(owner)).to.equal(vera);
    });

    it("has no party if it was withheld, even if an earlier one in the database has", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another())];
      await write(store, call(anna, 60));
      expect(await other.calls.party(owner)).to.equal(anna);
      one.calls.note(call("", 10));
      await comesToBe(other.calls, null);
    });

    it("has no party once it was erased in the database", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another())];
      const newest = call(anna, 10);
      one.calls.note(newest);
      await comesToBe(other.calls, anna);
      // Asterisk's line has another start than the controller.
      await write(store, { ...newest, startedAtMs: newest.startedAtMs - 20, callerId: "" });
      for (const { calls } of [one, other]) expect(await calls.party(owner)).to.equal(null);
    });

    it("is the party of a return call, and no refused call counts", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another())];
      one.calls.note(call(owner.realNumber, 30, { direction: "return", realNumber: anna }));
      await comesToBe(other.calls, anna);
      one.calls.note(call(vera, 10, { status: "disabled" }));
      expect(await one.calls.party(owner)).to.equal(anna);
      expect(await other.calls.party(owner)).to.equal(anna);
    });

    it("is forgotten once it is too old to be returned", async () => {
      const { store } = await open();
      const { calls } = await instance(store, redis.url, 11_000);
      // For three more seconds.
      calls.note(call(anna, 8));
      expect(await calls.party(owner)).to.equal(anna);
      await until(async () => (await calls.party(owner)) === null);
    });

    it("is taken from the database while Redis hangs, and from Redis again once it is back", async () => {
      const { store, another } = await open();
      const [one, other] = [await instance(store), await instance(await another(), redis.proxyUrl)];
      one.calls.note(call(anna, 60));
      await comesToBe(other.calls, anna);
      redis.proxy.freeze();
      await write(store, call(vera, 30));
      expect(await other.calls.party(owner)).to.equal(vera);
      await until(() => !other.isUp());
      one.calls.note(call(anna, 10));
      expect(await other.calls.party(owner)).to.equal(vera);
      redis.proxy.heal();
      await until(other.isUp);
      await comesToBe(other.calls, anna);
    });
  });
});
