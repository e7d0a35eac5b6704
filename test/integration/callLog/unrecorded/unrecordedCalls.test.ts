import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import {
  takeOverUnrecordedCalls,
  type UnrecordedCalls,
} from "../../../../src/callLog/unrecorded/takeOver.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import type { Store } from "../../../../src/store/types.ts";
import { callRecord } from "../../../support/callRecords.ts";
import { forEachDatabase, quietLogger } from "../../../support/databases.ts";
import { until } from "../../../support/until.ts";

const line = (callId: string, status = "answered", talk = 60): string =>
  `${callId},70001000001,79001112233,79005556677,2026-11-23T03:00:00.123Z,2026-11-23T03:01:10.500Z,${talk},${status},,16,trunk-in,trunk-out\n`;

interface Row {
  readonly call_id: string;
  readonly call_status: string;
  readonly status_reason: string | null;
  readonly talk_seconds: number;
  readonly answered_at: Date | string | null;
  readonly node: string | null;
}

describe("calls in the dialplan's file", function suite() {
  this.timeout(60_000);

  forEachDatabase((open) => {
    let folder: string;
    let file: string;
    let running: UnrecordedCalls[] = [];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "phone-proxy-unrecorded-"));
      file = join(folder, "calls.csv");
    });
    afterEach(async () => {
      for (const one of running) await one.close();
      running = [];
      await rm(folder, { recursive: true });
    });

    const takeOver = (store: Store): UnrecordedCalls => {
      const sink = createRecordSink(store);
      const one = takeOverUnrecordedCalls({
        file,
        sink,
        clock: systemClock,
        logger: quietLogger,
        everyMs: 20,
      });
      running.push(one);
      return one;
    };
    const rows = (store: Store): Promise<Row[]> =>
      store.transaction((manager) => manager.query("SELECT * FROM call_logs ORDER BY call_id"));
    const idsOf = async (store: Store): Promise<string[]> => (await rows(store)).map((row) => row.call_id);
    const nothingLeft = (): Promise<void> => until(async () => (await readdir(folder)).length === 0);

    it("become records, once each, and the file is removed", async () => {
      const { store } = await open();
      takeOver(store);
      await writeFile(file, line("a") + line("b", "busy", 0));
      await until(async () => (await rows(store)).length === 2);
      await nothingLeft();
      // Asterisk begins another file, and somebody brings the old one again.
      await appendFile(file, line("c") + line("a"));
      await until(async () => (await rows(store)).length === 3);
      await nothingLeft();
      expect(await idsOf(store)).to.deep.equal(["a", "b", "c"]);
      const [answered, busy] = await rows(store);
      expect(answered).to.include({ call_status: "answered", talk_seconds: 60, node: null });
      expect(busy).to.include({ call_status: "busy", talk_seconds: 0, answered_at: null });
    });

    it("complete a call that a controller started, whichever record comes first", async () => {
      const { store } = await open();
      const begun = (callId: string) =>
        callRecord(callId, {
          source: 0,
          status: "handed_back",
          statusReason: "lookup_unavailable",
          answeredAtMs: null,
          talkSeconds: 0,
          node: "node-1",
        });
      const controller = createRecordSink(store);
      await controller.write([begun("a")]);
      takeOver(store);
      await writeFile(file, line("a") + line("b"));
      await until(async () => (await rows(store)).length === 2);
      await nothingLeft();
      await controller.write([begun("b")]);
      const [first, second] = await rows(store);
      for (const row of [first, second])
        expect(row).to.include({ call_status: "answered", status_reason: null, talk_seconds: 60 });
      expect(first?.answered_at).not.to.equal(null);
      expect([first?.node, second?.node]).to.deep.equal(["node-1", "node-1"]);
    });

    it("are imported once each by two instances that share the folder", async () => {
      const { store, another } = await open();
      const other = await another();
      takeOver(store);
      takeOver(other);
      const ids = Array.from({ length: 1_200 }, (_, index) => `call-${1_000 + index}`);
      for (let from = 0; from < ids.length; from += 100)
        await appendFile(
          file,
          ids
            .slice(from, from + 100)
            .map((id) => line(id))
            .join(""),
        );
      await until(async () => (await rows(store)).length === ids.length, { timeoutMs: 20_000 });
      await nothingLeft();
      expect(await idsOf(store)).to.deep.equal(ids);
    });

    it("are kept next to it if invalid, without blocking others", async () => {
      const { store } = await open();
      const torn = line("c").slice(0, 50);
      // SQLite knows no length of a column: there, this is a call like another.
      const tooLong = store.kind === "mysql" ? line("x".repeat(200)).trim() : "no call either";
      await writeFile(file, `no call\n${line("a")}${tooLong}\n${line("b")}${torn}`);
      takeOver(store);
      await until(async () => (await readdir(folder)).join() === "calls.csv.rejected");
      expect(await idsOf(store)).to.deep.equal(["a", "b"]);
      const kept = await readFile(`${file}.rejected`, "utf8");
      expect(kept.split("\n")).to.have.members(["no call", torn, tooLong, ""]);
    });

    it("wait while the database is unavailable", async () => {
      const { store, another } = await open();
      const gone = await another();
      await gone.close();
      const waiting = takeOver(gone);
      await writeFile(file, line("a"));
      await until(async () => (await readdir(folder)).some((name) => name.includes(".taken-")));
      await waiting.close();
      expect(await idsOf(store)).to.deep.equal([]);
      takeOver(store);
      await until(async () => (await rows(store)).length === 1);
      await nothingLeft();
    });

    it("report an unusable folder in health", async () => {
      const { store } = await open();
      file = join(folder, "not-there", "calls.csv");
      const one = takeOver(store);
      await until(() => one.health.status === "degraded");
      expect(one.health.detail).to.contain("ENOENT");
    });
  });
});
