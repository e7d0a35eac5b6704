import { expect } from "chai";
import { createPoolWatch } from "../../../../src/numbers/pools/watch.ts";
import type { PoolDetails } from "../../../../src/numbers/types.ts";
import { StoreAwayError } from "../../../../src/store/errors.ts";
import { silentLogger } from "../../../support/silentLogger.ts";

const pool = (
  id: number,
  free: number,
  emptyInDays: number | null,
  more: Partial<PoolDetails> = {},
): PoolDetails => ({
  id,
  name: "79001112233",
  label: null,
  country: null,
  callerIdPolicy: null,
  quarantineSeconds: 0,
  enabled: true,
  isDefault: false,
  warningDays: 14,
  ranges: [],
  listed: 0,
  counts: { total: 100, free, used: 100 - free, quarantined: 0, blocked: 0 },
  forecast: { emptyInDays, perDay: 1, basedOnDays: 28 },
  createdAtMs: 0,
  updatedAtMs: 0,
  ...more,
});

/** A watch with pools and a timer controlled by the test. */
function watchOver(list: () => Promise<readonly PoolDetails[]>) {
  const timers: (() => void)[] = [];
  const clock = {
    nowMs: () => 0,
    setTimer: (callback: () => void) => timers.push(callback),
    clearTimer: () => void timers.splice(0),
  };
  return { timers, watch: createPoolWatch({ pools: { list }, clock, logger: silentLogger }) };
}

describe("The pool watch", () => {
  it("warns of a pool that will be empty before its threshold, by its ID", async () => {
    const { watch } = watchOver(async () => [
      pool(1, 50, 14),
      pool(2, 13, 13),
      pool(3, 0, 0),
      pool(4, 9, null),
    ]);
    expect(watch.health.status).to.equal("up");
    await watch.look();
    expect(watch.low.map(({ id }) => id)).to.deep.equal([2, 3]);
    expect(watch.health).to.deep.equal({
      status: "degraded",
      detail: "Pool 2 will be empty in 13 days. Pool 3 has no free numbers.",
    });
  });

  it("ignores paused pools", async () => {
    const empty = { counts: { total: 0, free: 0, used: 0, quarantined: 0, blocked: 0 } };
    const { watch } = watchOver(async () => [pool(1, 0, 0, { enabled: false }), pool(2, 0, 0, empty)]);
    await watch.look();
    expect(watch.health.status).to.equal("up");
  });

  it("keeps its last result during a database outage, and reads again", async () => {
    let away = false;
    const { watch, timers } = watchOver(async () => {
      if (away) throw new StoreAwayError();
      return [pool(1, 5, 3)];
    });
    await watch.look();
    away = true;
    await watch.look();
    expect(watch.low).to.have.length(1);
    watch.start();
    await watch.close();
    expect(timers).to.have.length(0);
  });
});
