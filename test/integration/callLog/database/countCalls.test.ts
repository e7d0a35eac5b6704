import { expect } from "chai";
import type { CallFilter } from "../../../../src/callLog/database/callFilter.ts";
import { createCallCount } from "../../../../src/callLog/database/countCalls.ts";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import { createStatsKeeper } from "../../../../src/callLog/database/statsKeeper.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import { CallLog } from "../../../../src/store/entities/calls.ts";
import type { Store } from "../../../../src/store/types.ts";
import type { CallRecord } from "../../../../src/values/callRecord.ts";
import { callRecord } from "../../../support/callRecords.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { until } from "../../../support/until.ts";

const startMs = Date.UTC(2026, 2, 1);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Calls are counted row by row up to here. */
const most = 20;

/** A call every hour for four days, at seven minutes past; every fourth is busy, and every third goes over another trunk. */
const calls: readonly CallRecord[] = Array.from({ length: 96 }, (_, hour) => {
  const startedAtMs = startMs + hour * hourMs + 7 * minuteMs;
  const isBusy = hour % 4 === 3;
  return callRecord(`call-${hour}`, {
    startedAtMs,
    endedAtMs: startedAtMs + minuteMs,
    status: isBusy ? "busy" : "answered",
    talkSeconds: isBusy ? 0 : hour + 1,
    outboundTrunk: hour % 3 === 0 ? "trunk-2" : "trunk-1",
  });
});

describe("The total of a list of calls", function () {
  this.timeout(60_000);
  forEachDatabase((open) => {
    it("is exact however many there are, or says that there are more", async () => {
      const { store } = await open();
      const nowMs = startMs + 4 * dayMs + 3 * minuteMs;
      const count = createCallCount(store, { nowMs: () => nowMs }, most);
      await createRecordSink(store).write(calls);

      const expected = (has: (call: CallRecord) => boolean) => {
        const found = calls.filter(has);
        const talkSeconds = found.reduce((sum, call) => sum + call.talkSeconds, 0);
        return { calls: found.length, talkSeconds, exact: true };
      };
      const since = (ms: number) => (call: CallRecord) => call.startedAtMs >= startMs + ms;
      const filters: readonly (readonly [CallFilter, (call: CallRecord) => boolean])[] = [
        [{}, () => true],
        [{ fromMs: startMs + dayMs }, since(dayMs)],
        // Within a quarter of an hour, and on the minute of a call.
        [{ fromMs: startMs + 7 * minuteMs }, since(7 * minuteMs)],
        [{ fromMs: startMs + 7 * minuteMs + 1 }, since(7 * minuteMs + 1)],
        [
          { fromMs: startMs + 5 * minuteMs, toMs: startMs + 2 * dayMs + 7 * minuteMs },
          (call) => !since(2 * dayMs)(call),
        ],
        [{ statuses: ["answered"] }, ({ status }) => status === "answered"],
        [{ statuses: ["busy", "failed"] }, ({ status }) => status === "busy"],
        [
          { trunk: "trunk-2", fromMs: startMs + hourMs },
          (call) => call.outboundTrunk === "trunk-2" && since(hourMs)(call),
        ],
      ];
      const judge = async (when: string): Promise<void> => {
        for (const [filter, has] of filters)
          expect(await count(filter), `${when}: ${JSON.stringify(filter)}`).to.deep.equal(expected(has));
      };
      await judge("before the statistics have any call");
      await countAll(store);
      await judge("from the statistics");

      // Of other filters, there are no statistics.
      expect(await count({ minSeconds: 1, fromMs: startMs + dayMs })).to.include({
        calls: most,
        exact: false,
      });
      expect(await count({ minSeconds: 1, fromMs: startMs + 90 * hourMs })).to.deep.include({ exact: true });
      expect(await count({ minSeconds: 1 }), "over more than a month").to.equal(null);
      expect(await count({ statuses: ["busy"], trunk: "trunk-1" })).to.equal(null);

      // A correction that the statistics have not yet.
      const corrected = { ...calls[0], status: "busy", talkSeconds: 0, source: 2 } as CallRecord;
      await createRecordSink(store).write([corrected]);
      expect(await count({ statuses: ["answered"] })).to.deep.equal({
        calls: 71,
        talkSeconds: talkOfAnswered - 1,
        exact: true,
      });
      await countAll(store);
      expect(await count({ statuses: ["answered"] })).to.deep.equal({
        calls: 71,
        talkSeconds: talkOfAnswered - 1,
        exact: true,
      });

      // Removed records stay in the statistics, but not in the list.
      await store.transaction((manager) =>
        manager
          .createQueryBuilder()
          .delete()
          .from(CallLog)
          .where("call_id IN (:...old)", { old: ["call-0", "call-1"] })
          .execute(),
      );
      const kept = expected((call) => since(2 * hourMs)(call));
      expect(await count({})).to.deep.equal(kept);
      expect(await count({ fromMs: startMs })).to.deep.equal(kept);
    });
  });
});

const talkOfAnswered = calls.reduce((sum, { talkSeconds }) => sum + talkSeconds, 0);

async function countAll(store: Store): Promise<void> {
  const keeper = createStatsKeeper({ store, clock: systemClock, logger: silentLogger });
  keeper.open();
  await until(async () => !(await store.read((manager) => manager.existsBy(CallLog, { statsDue: 1 }))));
  await keeper.close();
}
