import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openCallLog } from "../../../../src/callLog/callLog.ts";
import type { SpooledCallLog } from "../../../../src/callLog/spooledCallLog.ts";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import { CallLog } from "../../../../src/store/entities/calls.ts";
import type { CallLogRow } from "../../../../src/store/entities/calls.ts";
import { createStore } from "../../../../src/store/store.ts";
import type { Store } from "../../../../src/store/types.ts";
import { callRecord } from "../../../support/callRecords.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { startTroubledProxy } from "../../../support/troubledProxy.ts";
import { until } from "../../../support/until.ts";

describe("call records", function () {
  this.timeout(60_000);
  let directory: string;
  let log: SpooledCallLog | null = null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "spool-"));
  });
  afterEach(async () => {
    await log?.close();
    log = null;
    await rm(directory, { recursive: true });
  });

  async function keep(store: Store): Promise<SpooledCallLog> {
    log = await openCallLog({ directory, sink: createRecordSink(store), logger: silentLogger, gatherMs: 1 });
    return log;
  }

  const rows = (store: Store): Promise<CallLogRow[]> =>
    store.read((manager) => manager.find(CallLog, { order: { id: "ASC" } }));

  forEachDatabase((open) => {
    it("are stored completely, with times in UTC to the millisecond", async () => {
      const { store } = await open();
      const kept = await keep(store);
      kept.ended(callRecord("1763873000.1"));
      kept.ended(
        callRecord("1763873000.2", {
          realNumber: null,
          callerId: "",
          answeredAtMs: null,
          status: "unknown_number",
          statusReason: null,
          talkSeconds: 0,
          sipCode: null,
          cause: null,
          outboundTrunk: null,
        }),
      );
      expect(await kept.drain(40_000)).to.equal(true);
      const [first, second] = await rows(store);
      expect(first).to.deep.include({
        callId: "1763873000.1",
        fakePhone: "70001000001",
        realPhone: "79001112233",
        callerId: "79005556677",
        callDuration: 60,
        callStatus: "answered",
        statusReason: "caller_hung_up",
        ringSeconds: 5,
        sipCode: 200,
        cause: 16,
        inboundTrunk: "trunk-in",
        outboundTrunk: "trunk-out",
        asterisk: "asterisk",
        node: "test",
      });
      expect(first?.callTimestamp).to.equal(1_763_873_000_123);
      expect(first?.answeredAt).to.equal(1_763_873_005_456);
      expect(first?.endedAt).to.equal(1_763_873_065_789);
      expect(second).to.deep.include({
        realPhone: null,
        callerId: "",
        answeredAt: null,
        statusReason: null,
        cause: null,
      });
    });

    it("are set aside if they can never be stored, and the rest is stored", async () => {
      const { store } = await open();
      const kept = await keep(store);
      for (let index = 0; index < 50; index += 1) {
        kept.ended(callRecord(`1.${index}`, index === 7 ? { endedAtMs: Number.NaN } : {}));
      }
      expect(await kept.drain(40_000)).to.equal(true);
      expect(await rows(store)).to.have.length(49);
      const [line, ...more] = (await readFile(join(directory, "rejected.lines"), "utf8"))
        .trimEnd()
        .split("\n");
      expect(line).to.contain('"callId":"1.7"');
      expect(more).to.deep.equal([]);
    });

    it("wait while the database lacks its tables, and none is given up", async () => {
      const { store } = await open();
      await store.transaction((manager) => manager.query("ALTER TABLE call_logs RENAME TO away"));
      const kept = await keep(store);
      for (let index = 0; index < 20; index += 1) kept.ended(callRecord(`1.${index}`));
      await until(() => kept.health.status === "degraded");
      expect(kept.state).to.include({ pendingRecords: 20, refusedRecords: 0 });
      await store.transaction((manager) => manager.query("ALTER TABLE away RENAME TO call_logs"));
      expect(await kept.drain(40_000)).to.equal(true);
      expect(await rows(store)).to.have.length(20);
    });

    it("survive a MySQL outage that starts within a batch", async function outage() {
      const { address, store } = await open();
      // SQLite has no connection that could be lost.
      if (address.kind !== "mysql") this.skip();
      const url = new URL(address.url);
      const proxy = await startTroubledProxy({ host: url.hostname, port: Number(url.port) });
      url.hostname = proxy.host;
      url.port = String(proxy.port);
      const troubled = createStore({
        address: { ...address, url: url.href },
        logger: silentLogger,
        connectTimeoutMs: 2_000,
        transactionTimeoutMs: 2_000,
      });
      try {
        troubled.open();
        await troubled.ready();
        const kept = await keep(troubled);
        const ids = Array.from({ length: 3000 }, (_, index) => `1.${index}`);
        for (const id of ids) kept.ended(callRecord(id));
        await until(() => kept.state.pendingRecords < ids.length);
        proxy.cut();
        await until(() => kept.health.status === "degraded");
        expect(kept.state.pendingRecords).to.be.above(0);
        proxy.freeze();
        kept.ended(callRecord("late"));
        proxy.heal();
        expect(await kept.drain(40_000)).to.equal(true);
        expect((await rows(store)).map(({ callId }) => callId)).to.have.members([...ids, "late"]);
      } finally {
        await log?.close();
        await troubled.close();
        await proxy.close();
      }
    });
  });
});
