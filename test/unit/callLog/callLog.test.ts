import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openCallLog } from "../../../src/callLog/callLog.ts";
import type { CallLogOptions, SpooledCallLog } from "../../../src/callLog/spooledCallLog.ts";
import { SpoolInUseError } from "../../../src/callLog/errors.ts";
import { StartError } from "../../../src/ops/startError.ts";
import type { RecordSink } from "../../../src/callLog/database/recordSink.ts";
import { endedLine } from "../../../src/callLog/spool/line.ts";
import { type AsteriskLine, asteriskLineOf } from "../../../src/callLog/rules/asteriskLine.ts";
import type { CallRecord } from "../../../src/values/callRecord.ts";
import { answerLine, beginLine, endLine, undecided } from "../../support/asteriskLines.ts";
import { HandClock } from "../ari/support.ts";
import { callRecord, openCall } from "../../support/callRecords.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

class AwayError extends Error {
  readonly code = "AWAY";
}

/** Collects what reaches the database's door, and can close the door. The database itself has tests of its own. */
class Door implements RecordSink {
  readonly batches: string[][] = [];
  readonly records: CallRecord[] = [];
  open = true;
  refused = new Set<string>();
  /** What happens while it writes. */
  meanwhile: (() => Promise<void>) | null = null;

  async write(records: Parameters<RecordSink["write"]>[0]): Promise<void> {
    const { meanwhile } = this;
    this.meanwhile = null;
    await meanwhile?.();
    if (!this.open) throw new AwayError("closed");
    if (records.some(({ callId }) => this.refused.has(callId))) throw new RangeError("refused");
    this.batches.push(records.map(({ callId }) => callId));
    this.records.push(...records);
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
    const log = await openCallLog({ directory, sink: door, logger: silentLogger, gatherMs: 1, ...options });
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
    expect(await log.drain(30_000)).to.equal(true);
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
    await first.drain(30_000);
    door.open = false;
    first.ended(callRecord("b"));
    await first.close();
    door.open = true;
    const second = await open();
    expect(second.state.pendingRecords).to.equal(1);
    expect(await second.drain(30_000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "b"]);
  });

  it("writes again what may not have been written, never less", async () => {
    const first = await open();
    first.ended(callRecord("a"));
    await first.drain(30_000);
    await first.close();
    await writeFile(join(directory, "checkpoint"), "not a checkpoint");
    const second = await open();
    expect(await second.drain(30_000)).to.equal(true);
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
    expect(await log.drain(30_000)).to.equal(true);
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
    expect(await log.drain(30_000)).to.equal(true);
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
    expect(await second.drain(30_000)).to.equal(true);
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
    expect(await second.drain(30_000)).to.equal(true);
    expect(door.callIds).to.deep.equal(["a", "c"]);
    expect(await file("corrupt.lines")).to.match(/^e [\da-f]{8} \{"callId":"x".*\}\n$/);
    expect(second.health).to.deep.include({ status: "degraded" });
    expect(second.health.detail).to.contain("corrupt.lines");
  });

  it("sets a rejected record aside, and continues with the rest", async () => {
    const log = await open();
    door.refused.add("b");
    for (const id of ["a", "b", "c"]) log.ended(callRecord(id));
    expect(await log.drain(30_000)).to.equal(true);
    expect(door.callIds).to.have.members(["a", "c"]);
    expect(JSON.parse(await file("rejected.lines"))).to.deep.equal({
      error: "RangeError",
      record: callRecord("b"),
    });
    expect(log.health.detail).to.equal("1 records were rejected: see rejected.lines in the spool.");
  });

  describe("without its disk", () => {
    /** A folder where the next segment should be: it cannot be opened for writing. */
    const blocked = (): string => join(directory, "00000002.spool");

    async function openWithoutDisk(options: Partial<CallLogOptions> = {}): Promise<SpooledCallLog> {
      const log = await open({ segmentBytes: 1, ...options });
      await until(async () => (await segments()).length > 0);
      await mkdir(blocked());
      return log;
    }

    it("writes records straight to the database", async () => {
      const log = await openWithoutDisk();
      for (const id of ["a", "b", "c"]) log.ended(callRecord(id));
      await until(() => door.callIds.length === 3);
      expect(log.health).to.deep.include({ status: "degraded" });
      expect(log.health.detail).to.match(/^The spool is not writable \(EISDIR\): records go straight/);
      expect(log.state).to.include({ pendingRecords: 0, queuedBytes: 0, lostLines: 0 });
      expect(await log.drain(30_000)).to.equal(true);
      await rmdir(blocked());
      // A record that comes while the disk recovers may be written twice, directly and from the spool.
      await until(() => log.health.status === "up");
      log.ended(callRecord("d"));
      await log.flush();
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.callIds).to.deep.equal(["a", "b", "c", "d"]);
      expect(log.health.status).to.equal("up");
    });

    it("keeps records in memory while the database is away as well, says so, and writes them later", async () => {
      door.open = false;
      const log = await openWithoutDisk();
      log.ended(callRecord("a"));
      await until(() => log.health.status === "down");
      expect(log.health.detail).to.match(/accepts no records: 1 records wait in memory/);
      log.ended(callRecord("b"));
      expect(log.state.queuedBytes).to.be.above(0);
      await rmdir(blocked());
      await log.flush();
      expect(log.state.queuedBytes).to.equal(0);
      door.open = true;
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.callIds).to.deep.equal(["a", "b"]);
      expect(log.health.status).to.equal("up");
    });

    it("keeps a record that the database rejects until the disk takes it", async () => {
      door.refused.add("b");
      const log = await openWithoutDisk();
      for (const id of ["a", "b", "c"]) log.ended(callRecord(id));
      await until(() => door.callIds.length === 2);
      expect(log.state.pendingRecords).to.equal(1);
      await rmdir(blocked());
      await log.flush();
      expect(await log.drain(30_000)).to.equal(true);
      expect(await file("rejected.lines")).to.contain('"callId":"b"');
    });

    it("limits memory, and counts lost lines", async () => {
      door.open = false;
      const log = await openWithoutDisk({ maxQueuedBytes: 1000 });
      for (let index = 0; index < 100; index += 1) log.ended(callRecord(String(index)));
      await until(() => log.health.status === "down");
      expect(log.state.queuedBytes).to.be.within(1000, 2000);
      const kept = log.state.pendingRecords;
      expect(log.state.lostLines).to.equal(100 - kept);
      expect(kept).to.be.above(0);
      await rmdir(blocked());
      door.open = true;
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.callIds).to.have.length(kept);
      await until(() => log.health.detail.includes(`${100 - kept} lines were lost`));
    });
  });

  describe("with Asterisk's lines", () => {
    const lineOf = (text: string): AsteriskLine => {
      const line = asteriskLineOf(text);
      if (line === null) throw new Error("This is no line.");
      return line;
    };
    const lines = async (log: SpooledCallLog, ...texts: string[]): Promise<void> => {
      const some = texts.map(lineOf);
      log.lines.tell(some);
      await log.lines.store(some);
    };
    const waiting = (options: Partial<CallLogOptions> = {}) => open({ awaitsLines: true, ...options });

    it("writes one row for a record and the line that follows it", async () => {
      const log = await waiting();
      log.ended(callRecord("a", { node: "node-1", talkSeconds: 55, sipCode: null }));
      log.ended(callRecord("b", { node: "node-1" }));
      await log.flush();
      await lines(log, endLine("a"), endLine("b"));
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.batches).to.deep.equal([["a", "b"]]);
      expect(door.records[0]).to.include({ source: 2, talkSeconds: 60, sipCode: 200, node: "node-1" });
    });

    it("counts refused calls once, and records only those that the dialplan refused", async () => {
      const log = await waiting();
      const shed = endLine("b", { ...undecided, path: "controller", status: "overload" });
      for (let turn = 0; turn < 2; turn++) await lines(log, "2,over-limit,a,lab", shed, endLine("c"));
      expect(log.lines.counts).to.deep.equal({ overLimit: 1, overload: 1 });
      expect(await log.drain(30_000)).to.equal(true);
      expect(new Set(door.callIds)).to.deep.equal(new Set(["b", "c"]));
      expect(door.records.find(({ callId }) => callId === "b")).to.include({ status: "overload" });
    });

    it("waits for a line no longer than three seconds, and writes records together then", async () => {
      const clock = new HandClock();
      const log = await waiting({ clock });
      const startMs = clock.steadyMs();
      for (const id of ["a", "b"]) log.ended(callRecord(id));
      await until(() => (clock.advance(10), clock.steadyMs() >= startMs + 2_900));
      expect(door.batches).to.deep.equal([]);
      await until(() => (clock.advance(10), door.callIds.length === 2));
      expect(door.batches).to.deep.equal([["a", "b"]]);
    });

    it("does not wait at the end of the process", async () => {
      const clock = new HandClock();
      const startMs = clock.steadyMs();
      const log = await waiting({ clock });
      log.ended(callRecord("a"));
      const drained = log.drain(1_000_000);
      await until(() => (clock.advance(1), door.callIds.length === 1));
      expect(clock.steadyMs()).to.be.below(startMs + 3_000);
      expect(await drained).to.equal(true);
    });

    it("completes a line with a record that comes after it", async () => {
      const log = await waiting();
      await lines(log, endLine("a"));
      expect(log.hasEnded("a")).to.equal(true);
      log.ended(callRecord("a", { node: "node-1" }));
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.records.map(({ source }) => source)).to.deep.equal([2, 1]);
    });

    it("completes a line with a record that comes while the line is being written", async () => {
      const log = await waiting();
      door.meanwhile = async () => {
        log.ended(callRecord("a", { node: "node-1" }));
        await log.flush();
      };
      await lines(log, endLine("a"));
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.records.map(({ source, node }) => [source, node])).to.deep.equal([
        [2, ""],
        [1, "node-1"],
      ]);
    });

    it("writes a record whose line another instance has stored", async () => {
      const log = await waiting();
      log.ended(callRecord("a", { node: "node-1" }));
      await log.flush();
      log.lines.stored([lineOf(endLine("a"))]);
      expect(await log.drain(30_000)).to.equal(true);
      expect(door.records.map(({ node }) => node)).to.deep.equal(["node-1"]);
    });

    it("notifies listeners once, before the line is stored, even if the database is away", async () => {
      const log = await waiting();
      const heard: string[] = [];
      const stop = log.listen((callId, call, record) => {
        heard.push(`${callId} ${call.endedBy} ${record.status}`);
        log.ended(callRecord(callId, { node: "node-1" }));
      });
      door.open = false;
      await lines(log, endLine("a")).then(
        () => expect.fail("It was stored."),
        (error: unknown) => expect(error).to.be.instanceOf(AwayError),
      );
      door.open = true;
      await lines(log, endLine("a"));
      stop();
      await lines(log, endLine("b"));
      expect(heard).to.deep.equal(["a caller answered"]);
      expect(door.records[0], "merged with what the listener recorded").to.include({
        source: 2,
        node: "node-1",
      });
    });

    it("knows the calls that the dialplan began until their lines come, after a restart too", async () => {
      const first = await waiting();
      await lines(first, beginLine("a"), beginLine("b"), beginLine("c"), endLine("c"));
      expect(first.openCalls().map(({ callId }) => callId)).to.deep.equal(["a", "b"]);
      await until(() => first.linesSaved);
      await first.close();
      const second = await waiting();
      expect(second.openCalls().map(({ callId }) => callId)).to.deep.equal(["a", "b"]);
      await lines(second, endLine("a"));
      expect(second.openCalls()).to.deep.equal([
        openCall("b", { startedAtMs: 1_763_873_000_123, asterisk: "lab" }),
      ]);
      second.opened(openCall("b"));
      expect(second.openCalls(), "a controller follows it").to.deep.equal([]);
    });

    it("reopens a call that was handed back, and no other", async () => {
      const log = await waiting();
      log.ended(callRecord("a", { source: 0, status: "handed_back" }));
      log.ended(callRecord("b"));
      await lines(log, beginLine("a"), beginLine("b"));
      expect(log.openCalls().map(({ callId }) => callId)).to.deep.equal(["a"]);
      expect(log.hasEnded("a")).to.equal(false);
    });

    describe("and a call that Asterisk does not have any more", () => {
      const found = { lastSeenMs: 1_763_873_030_123, asteriskLost: true };

      async function lost(log: SpooledCallLog, clock: HandClock, callId = "a"): Promise<void> {
        log.missing(callId, found);
        log.missing(callId, { ...found, lastSeenMs: found.lastSeenMs + 4_000 });
        await until(() => (clock.advance(50), log.hasEnded(callId)));
      }

      it("records it five seconds later; if only its first line is known, without any time after it", async () => {
        const clock = new HandClock();
        const log = await waiting({ clock });
        await lines(log, beginLine("a"));
        log.missing("a", found);
        clock.advance(4_990);
        expect(log.hasEnded("a")).to.equal(false);
        clock.advance(10);
        expect(log.hasEnded("a")).to.equal(true);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        expect(door.records).to.have.length(1);
        expect(door.records[0]).to.include({
          source: 0,
          status: "failed",
          statusReason: "asterisk_lost",
          endedBy: "system",
          endedAtMs: door.records[0]?.startedAtMs,
          talkSeconds: 0,
        });
        expect(log.openCalls()).to.deep.equal([]);
      });

      it("records it as answered if Asterisk's line of the answer is known, after a restart too", async () => {
        const clock = new HandClock();
        const first = await waiting({ clock });
        await lines(first, beginLine("a"), answerLine("a"));
        await until(() => (clock.advance(10), first.linesSaved));
        await first.close();
        const log = await waiting({ clock });
        await lost(log, clock);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        expect(door.records[0]).to.include({
          status: "answered",
          statusReason: "asterisk_lost",
          realNumber: "79001112233",
          outboundTrunk: "trunk-out",
          answeredAtMs: 1_763_873_005_200,
          talkSeconds: 25,
        });
      });

      it("records it as answered if the controller that decided it did not see the answer", async () => {
        const clock = new HandClock();
        const first = await waiting({ clock });
        for (const callId of ["a", "b"]) first.opened(openCall(callId));
        await lines(first, answerLine("a"), answerLine("b"));
        await until(() => (clock.advance(10), first.linesSaved));
        // It looks again, and knows no better.
        first.opened(openCall("b"));
        const lostAtMs = found.lastSeenMs - 60_000;
        first.ended(
          callRecord("b", {
            status: "failed",
            statusReason: "asterisk_lost",
            answeredAtMs: null,
            endedAtMs: lostAtMs,
            ringSeconds: 3,
            talkSeconds: 0,
          }),
        );
        await first.close();
        const log = await waiting({ clock });
        await lost(log, clock);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        expect(door.records.map(({ callId }) => callId)).to.have.members(["a", "b"]);
        for (const record of door.records)
          expect(record).to.include({
            status: "answered",
            statusReason: "asterisk_lost",
            answeredAtMs: 1_763_873_005_200,
            sipCode: 200,
          });
      });

      it("records it again if the line of its answer comes later, and no other line makes it do so", async () => {
        const clock = new HandClock();
        const log = await waiting({ clock });
        await lines(log, beginLine("a"), beginLine("b"));
        for (const callId of ["a", "b"]) await lost(log, clock, callId);
        log.ended(callRecord("c", { source: 0, status: "failed", answeredAtMs: null }));
        await lines(log, beginLine("a"), beginLine("b"), answerLine("a"), answerLine("c"), beginLine("c"));
        expect(log.openCalls().map(({ callId }) => callId)).to.deep.equal(["a", "c"]);
        for (const callId of ["a", "c"]) await lost(log, clock, callId);
        await lines(log, answerLine("a"), answerLine("c"));
        expect(log.openCalls()).to.deep.equal([]);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        const statusesOf = (id: string) =>
          door.records.filter(({ callId }) => callId === id).map(({ status }) => status);
        expect(["a", "b", "c"].map(statusesOf)).to.deep.equal([
          ["failed", "answered"],
          ["failed"],
          ["failed", "answered"],
        ]);
      });

      it("records the caller from its first line if the controller that adopted it names none", async () => {
        const clock = new HandClock();
        const log = await waiting({ clock });
        await lines(log, beginLine("a"), beginLine("b"));
        log.opened(openCall("a", { callerId: "", answeredAtMs: found.lastSeenMs - 20_000 }));
        log.ended(callRecord("b", { callerId: "" }));
        await lost(log, clock);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        const callerOf = (id: string) => door.records.find(({ callId }) => callId === id)?.callerId;
        expect(callerOf("a")).to.match(/^\d+$/u);
        expect(callerOf("b")).to.equal(callerOf("a"));
      });

      it("counts the talk time of an answered one", async () => {
        const clock = new HandClock();
        const log = await waiting({ clock });
        log.opened(openCall("a", { answeredAtMs: found.lastSeenMs - 20_000 }));
        await lost(log, clock);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        expect(door.records[0]).to.include({
          status: "answered",
          statusReason: "asterisk_lost",
          talkSeconds: 20,
        });
      });

      it("takes the line or the record if one comes in time, and ignores unknown calls", async () => {
        const clock = new HandClock();
        const log = await waiting({ clock });
        await lines(log, beginLine("a"));
        log.opened(openCall("b"));
        for (const id of ["a", "b", "unknown"]) log.missing(id, found);
        await lines(log, endLine("a"));
        log.ended(callRecord("b"));
        clock.advance(10_000);
        await until(() => (clock.advance(10), log.state.pendingRecords === 0));
        expect(door.records.map(({ callId, source }) => [callId, source])).to.deep.equal([
          ["a", 2],
          ["b", 1],
        ]);
      });
    });

    describe("that say nothing", () => {
      it("leave the record to the controller that follows the call", async () => {
        const log = await waiting();
        log.opened(openCall("a"));
        log.ended(callRecord("b"));
        await lines(log, endLine("a", undecided), endLine("b", undecided));
        log.ended(callRecord("a"));
        await lines(log, endLine("a", undecided));
        expect(await log.drain(30_000)).to.equal(true);
        expect(door.records.map(({ callId, source }) => [callId, source])).to.have.deep.members([
          ["a", 1],
          ["b", 1],
        ]);
      });

      it("end a call whose controller died with what the spool knows", async () => {
        const first = await waiting();
        first.opened(openCall("a", { answeredAtMs: 1_763_873_005_500 }));
        await first.close();
        const second = await waiting();
        await lines(second, endLine("a", undecided));
        expect(door.records[0]).to.include({ source: 0, status: "answered", talkSeconds: 60 });
        expect(second.openCalls()).to.deep.equal([]);
      });

      it("are all there is of a call that no controller took", async () => {
        const log = await waiting();
        await lines(log, endLine("a", undecided));
        expect(door.records[0]).to.include({ source: 0, status: "cancelled" });
      });
    });
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
          .to.be.instanceOf(StartError)
          .with.property("message")
          .match(/^SPOOL_DIR: .*taken cannot be used \(EEXIST\)\. A part of this path is a file/),
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
