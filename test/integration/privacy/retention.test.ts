import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createRecordSink } from "../../../src/callLog/database/recordSink.ts";
import { createStatsKeeper } from "../../../src/callLog/database/statsKeeper.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { readRuns, removeOld } from "../../../src/privacy/retention.ts";
import type { RetainedKind } from "../../../src/privacy/retention.ts";
import { SignInFailure } from "../../../src/store/entities/access.ts";
import { CallLog, CallStat } from "../../../src/store/entities/calls.ts";
import { Import, ImportResult } from "../../../src/store/entities/imports.ts";
import { RetentionRun } from "../../../src/store/entities/privacy.ts";
import { StoreAwayError } from "../../../src/store/errors.ts";
import type { Store } from "../../../src/store/types.ts";
import { startApi } from "../../support/api.ts";
import { callRecord } from "../../support/callRecords.ts";
import { forEachDatabase } from "../../support/databases.ts";
import { requestsTo } from "../../support/imports.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

const dayMs = 24 * 3_600_000;

describe("Retention", function () {
  this.timeout(60_000);
  let uploadDirectory: string;
  beforeEach(async () => {
    uploadDirectory = await mkdtemp(join(tmpdir(), "retention-"));
  });
  afterEach(() => rm(uploadDirectory, { recursive: true }));

  forEachDatabase((open) => {
    it("removes what is older than its setting, on one instance a night; statistics and the history stay", async () => {
      const { store } = await open();
      const nowMs = Date.now();
      const ago = (days: number): number => nowMs - days * dayMs;
      const one = { store, clock: systemClock, uploadDirectory, signal: new AbortController().signal };
      const run = (what: RetainedKind, begun = new Set<RetainedKind>()): Promise<boolean> =>
        removeOld({ ...one, begun }, what, 30);

      // More than one batch.
      const old = Array.from({ length: 501 }, (_, index) =>
        callRecord(`old-${index}`, {
          startedAtMs: ago(31),
          answeredAtMs: ago(31),
          endedAtMs: ago(31) + 60_000,
        }),
      );
      const young = callRecord("young", { startedAtMs: ago(29), endedAtMs: ago(29) + 60_000 });
      await createRecordSink(store).write([...old, young]);
      const keeper = createStatsKeeper({ store, clock: systemClock, logger: silentLogger });
      keeper.open();
      const counted = async (): Promise<number> => {
        const sums = await store.read((manager) => manager.find(CallStat));
        return sums.reduce((sum, { calls }) => sum + calls, 0);
      };
      await until(async () => (await counted()) === 502);
      await keeper.close();

      const api = await startApi(store);
      await api.pools.create({
        name: "main",
        ranges: [{ first: "74957780000", last: "74957780099" }] as never,
      });
      const requests = requestsTo(api);
      const { body: ended } = await requests.upload("phone\n79035554433\n", { query: "?wait=20" });
      const { body: kept } = await requests.upload("phone\n79035554434\n", { query: "?wait=20" });
      await api.close();
      await store.transaction(async (manager) => {
        await manager.update(Import, { id: ended.id }, { finishedAt: ago(31) });
        const failure = { failures: 3, lockedUntil: ago(31) };
        await manager.insert(SignInFailure, { ...failure, subject: "old", lastAt: ago(31) });
        await manager.insert(SignInFailure, { ...failure, subject: "young", lastAt: ago(29) });
      });

      // The database goes away after the first batch, and this instance goes on as soon as it is back.
      const begun = new Set<RetainedKind>();
      let transactions = 0;
      const failing: Store = {
        ...store,
        transaction: (work) =>
          (transactions += 1) === 4 ? Promise.reject(new StoreAwayError()) : store.transaction(work),
      };
      await removeOld({ ...one, store: failing, begun }, "calls", 30).then(
        () => expect.fail("It did not notice."),
        (error: unknown) => expect(error).to.be.instanceOf(StoreAwayError),
      );
      const both = await Promise.all([run("calls"), run("calls", begun)]);
      expect(both).to.deep.equal([false, true]);
      expect(begun.size).to.equal(0);
      expect(await run("imports")).to.equal(true);
      expect(await run("signInFailures")).to.equal(true);

      await store.read(async (manager) => {
        expect((await manager.find(CallLog)).map(({ callId }) => callId)).to.deep.equal(["young"]);
        expect((await manager.find(SignInFailure)).map(({ subject }) => subject)).to.deep.equal(["young"]);
        const results = await manager.find(ImportResult, { select: { importId: true } });
        expect(results.map(({ importId }) => importId)).to.deep.equal([kept.id]);
        const history = await manager.find(Import, { order: { id: "ASC" } });
        expect(history.map(({ id }) => id)).to.deep.equal([ended.id, kept.id]);
        expect(history[0]?.description).to.not.include("79035554433");
      });
      expect(await counted()).to.equal(502);
      const removed = new Map((await readRuns(store)).map((one) => [one.what, one.removed]));
      expect(Object.fromEntries(removed)).to.deep.equal({ calls: 501, imports: 1, signInFailures: 1 });
      expect(await run("calls"), "the same night").to.equal(false);
      // A clock that was ahead for a while stops no later run.
      await store.transaction((manager) =>
        manager.update(RetentionRun, { what: "calls" }, { ranAt: ago(-400) }),
      );
      expect(await run("calls")).to.equal(true);
    });
  });
});
