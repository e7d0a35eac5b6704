import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openCallLog } from "../../../src/callLog/callLog.ts";
import type { CallLogOptions, SpooledCallLog } from "../../../src/callLog/callLog.ts";
import { SpoolError, SpoolInUseError } from "../../../src/callLog/errors.ts";
import type { RecordSink } from "../../../src/callLog/database/recordSink.ts";
import { endedLine } from "../../../src/callLog/spool/line.ts";
import { callRecord, openCall } from "../../support/callRecords.ts";
import { quietLogger } from "../../support/databases.ts";
import { until } from "../../support/until.ts";

class AwayError extends Error {
  readonly code = "AWAY";
}

/** Collects what reaches the database's door, and can close the door. The database itself has tests of its own. */
class Door implements RecordSink {
  readonly batches: string[][] = [];
  open = true;
  refused = new Set<string>();

  async write(records: Parameters<RecordSink["write"]>[0]): Promise<void> {
    if (!this.open) throw new AwayError("closed");
    if (records.some(({ callId }) => this.refused.has(callId))) throw new RangeError("refused");
    this.batches.push(records.map(({ callId }) => callId));
  }

  blame(error: unknown): "row" | "away" {
    return error instanceof RangeError ? "row" : "away";
  }

  get callIds(): string[] {
    return this.batches.flat();
  }
}

describe("The call log", () => {
  let directory: string;
  let door: Door;
  const logs: SpooledCallLog[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "spool-"));
    door = new Door();
  });

  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
    await rm(directory, { recursive: true });
  });

  async function open(options: Partial<CallLogOptions> = {}): Promise<SpooledCallLog> {
    const log = await openCallLog({ directory, sink: door, logger: quietLogger, gatherMs: 1, ...options });
    logs.push(log);
    return log;
  }

  const file = (name: string): Promise<string> => readFile(join(directory, name), "utf8");
  const segments = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name.endsWith(".spool")).sort();

  it("writes every ended call to the database, once and in order", async () => {
    const log = await open();
    const ids = Array.from({ length: 1234 }, (_, index) => `1763.${index}`);
    for (const id of ids) {
      log.opened(openCall(id));
      log.ended(callRecord(id));
      log.ended(callRecord(id, { status: "failed" }));
    }
    expect(log.state.pendingRecords).to.equal(1234);
    expect(await log.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(ids);
    expect(Math.max(...door.batches.map(({ length }) => length))).to.be.at.most(500);
    expect(log.state.pendingRecords).to.equal(0);
    expect(log.health.status).to.equal("up");
  });

  it("knows open calls in their latest state, and ended calls, after a restart", async () => {
    const first = await open();
    first.opened(openCall("a"));
    first.opened(openCall("a", { realNumber: "79001112233", answeredAtMs: 5 }));
    first.opened(openCall("b"));
    first.ended(callRecord("b"));
    expect(first.openCalls()).to.deep.equal([]);
    await first.close();

    const second = await open();
    expect(second.openCalls()).to.deep.equal([openCall("a", { realNumber: "79001112233", answeredAtMs: 5 })]);
    expect(second.hasEnded("b")).to.equal(true);
    expect(second.hasEnded("a")).to.equal(false);
    second.opened(openCall("c"));
    expect(second.openCalls().map(({ callId }) => callId)).to.deep.equal(["a"]);
    second.ended(callRecord("a"));
    expect(second.openCalls()).to.deep.equal([]);
    expect(second.hasEnded("a")).to.equal(true);
  });

  it("ignores late facts about an ended call", async () => {
    const log = await open();
    log.ended(callRecord("a"));
    log.opened(openCall("a"));
    await log.close();
    expect((await open()).openCalls()).to.deep.equal([]);
  });

  it("continues after a restart where the database had stopped", async () => {
    const first = await open();
    first.ended(callRecord("a"));
    await first.drain(5000);
    door.open = false;
    first.ended(callRecord("b"));
    await first.close();
    door.open = true;
    const second = await open();
    expect(second.state.pendingRecords).to.equal(1);
    expect(await second.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "b"]);
  });

  it("writes again what may not have been written, never less", async () => {
    const first = await open();
    first.ended(callRecord("a"));
    await first.drain(5000);
    await first.close();
    await writeFile(join(directory, "checkpoint"), "not a checkpoint");
    const second = await open();
    expect(await second.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "a"]);
  });

  it("keeps no records in memory while the database is unavailable, and reports how many wait", async () => {
    door.open = false;
    const log = await open({ segmentBytes: 20_000 });
    for (let index = 0; index < 500; index += 1) log.ended(callRecord(String(index)));
    await log.flush();
    await until(() => log.health.status === "degraded");
    expect(log.health.detail).to.match(/^500 records wait for the database \(AWAY\), the oldest for \d+ s/);
    expect(log.state).to.include({ pendingRecords: 500, queuedBytes: 0, lostLines: 0 });
    expect(log.state.oldestPendingMs).to.be.above(0);
    door.open = true;
    expect(await log.drain(5000)).to.equal(true);
    expect(door.callIds).to.have.length(500);
    expect(log.health.status).to.equal("up");
  });

  it("stops waiting for the database at the time limit", async () => {
    door.open = false;
    const log = await open();
    log.ended(callRecord("a"));
    expect(await log.drain(20)).to.equal(false);
    expect(log.state.pendingRecords).to.equal(1);
  });

  it("removes segments that are in the database, and carries open calls over", async () => {
    const log = await open({ segmentBytes: 2000 });
    log.opened(openCall("long"));
    for (let index = 0; index < 100; index += 1) {
      log.ended(callRecord(String(index)));
      await log.flush();
    }
    expect(await log.drain(5000)).to.equal(true);
    await until(async () => (await segments()).length <= 2);
    expect(await segments()).to.not.include("00000001.spool");
    await log.close();
    const second = await open();
    expect(second.openCalls().map(({ callId }) => callId)).to.deep.equal(["long"]);
    await until(async () => (await segments()).length === 1);
  });

  it("skips a line torn by a crash and loses none before it", async () => {
    door.open = false;
    const first = await open();
    first.ended(callRecord("a"));
    await first.close();
    const [segment = ""] = await segments();
    await appendFile(join(directory, segment), endedLine(callRecord("torn")).slice(0, 100));
    door.open = true;
    const second = await open();
    second.ended(callRecord("b"));
    expect(await second.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "b"]);
    expect(second.state.corruptLines).to.equal(1);
  });

  it("sets a damaged line aside, reports it, and loses no other", async () => {
    door.open = false;
    const first = await open();
    for (const id of ["a", "b", "c"]) first.ended(callRecord(id));
    await first.close();
    const [segment = ""] = await segments();
    await writeFile(join(directory, segment), (await file(segment)).replace('"callId":"b"', '"callId":"x"'));
    door.open = true;
    const second = await open();
    expect(await second.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "c"]);
    expect(await file("corrupt.lines")).to.match(/^e [\da-f]{8} \{"callId":"x".*\}\n$/);
    expect(second.health).to.deep.include({ status: "degraded" });
    expect(second.health.detail).to.contain("corrupt.lines");
  });

  it("sets a rejected record aside, and continues with the rest", async () => {
    const log = await open();
    door.refused.add("b");
    for (const id of ["a", "b", "c"]) log.ended(callRecord(id));
    expect(await log.drain(5000)).to.equal(true);
    expect(door.callIds).to.have.members(["a", "c"]);
    expect(JSON.parse(await file("rejected.lines"))).to.deep.equal({
      error: "RangeError",
      record: callRecord("b"),
    });
    expect(log.health.detail).to.equal("1 records were rejected: see rejected.lines in the spool.");
  });

  it("keeps lines in memory while the disk is not writable, and writes them later", async () => {
    const log = await open({ segmentBytes: 1 });
    await log.flush();
    await until(async () => (await segments()).length > 0);
    // A folder where the next segment should be: it cannot be opened for writing.
    await mkdir(join(directory, "00000002.spool"));
    log.ended(callRecord("a"));
    await until(() => log.health.status === "down");
    expect(log.health.detail).to.match(/^The spool is not writable \(EISDIR\): 1 records wait/);
    log.ended(callRecord("b"));
    expect(log.state.queuedBytes).to.be.above(0);
    await rmdir(join(directory, "00000002.spool"));
    await log.flush();
    expect(await log.drain(5000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "b"]);
    expect(log.health.status).to.equal("up");
  });

  it("limits memory while the disk is not writable, and counts lost lines", async () => {
    const log = await open({ segmentBytes: 1, maxQueuedBytes: 1000 });
    await until(async () => (await segments()).length > 0);
    await mkdir(join(directory, "00000002.spool"));
    for (let index = 0; index < 100; index += 1) log.ended(callRecord(String(index)));
    await until(() => log.health.status === "down");
    expect(log.state.queuedBytes).to.be.within(1000, 2000);
    const kept = log.state.pendingRecords;
    expect(log.state.lostLines).to.equal(100 - kept);
    expect(kept).to.be.above(0);
    await rmdir(join(directory, "00000002.spool"));
    expect(await log.drain(5000)).to.equal(true);
    expect(door.callIds).to.have.length(kept);
    expect(log.health.detail).to.contain(`${100 - kept} lines were lost`);
  });

  it("locks its folder, and releases it on close", async () => {
    const first = await open();
    await open().then(
      () => expect.fail("The folder was shared."),
      (error: unknown) =>
        expect(error)
          .to.be.instanceOf(SpoolInUseError)
          .with.property("message")
          .match(/SPOOL_DIR/),
    );
    await first.close();
    expect((await open()).health.status).to.equal("up");
  });

  it("explains why a folder is unusable", async () => {
    await writeFile(join(directory, "taken"), "");
    await open({ directory: join(directory, "taken") }).then(
      () => expect.fail("A file was taken for a folder."),
      (error: unknown) =>
        expect(error)
          .to.be.instanceOf(SpoolError)
          .with.property("message")
          .match(/EEXIST.*SPOOL_DIR/),
    );
  });

  it("resolves a flush only once the lines are in the file", async () => {
    for (const sync of [true, false]) {
      const log = await open({ sync });
      log.ended(callRecord(`a-${sync}`));
      await log.flush();
      const texts = await Promise.all((await segments()).map(file));
      expect(texts.join("")).to.contain(endedLine(callRecord(`a-${sync}`)));
      await log.close();
    }
  });

  it("can be closed twice, and keeps everything so far", async () => {
    door.open = false;
    const log = await open();
    log.ended(callRecord("a"));
    await Promise.all([log.close(), log.close()]);
    expect((await open()).state.pendingRecords).to.equal(1);
  });
});
