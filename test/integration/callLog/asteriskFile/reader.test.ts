import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type AsteriskFile, readAsteriskFile } from "../../../../src/callLog/asteriskFile/reader.ts";
import { openCallLog } from "../../../../src/callLog/callLog.ts";
import type { SpooledCallLog } from "../../../../src/callLog/spooledCallLog.ts";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import { systemClock } from "../../../../src/ops/clock.ts";
import { CallLog, type CallLogRow } from "../../../../src/store/entities/calls.ts";
import type { Store } from "../../../../src/store/types.ts";
import { beginLine, endLine, unanswered } from "../../../support/asteriskLines.ts";
import { callRecord } from "../../../support/callRecords.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { until } from "../../../support/until.ts";

const line = (callId: string, different?: Parameters<typeof endLine>[1]): string =>
  `${endLine(callId, different)}\n`;

describe("Asterisk's call file", function suite() {
  this.timeout(60_000);

  forEachDatabase((open) => {
    let folder: string;
    let spool: string;
    let file: string;
    let readers: AsteriskFile[] = [];
    let logs: SpooledCallLog[] = [];

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "phone-proxy-lines-"));
      spool = await mkdtemp(join(tmpdir(), "phone-proxy-spool-"));
      file = join(folder, "calls.csv");
    });
    afterEach(async () => {
      for (const one of readers.splice(0)) await one.close();
      for (const one of logs.splice(0)) await one.close();
      readers = [];
      logs = [];
      await rm(folder, { recursive: true });
      await rm(spool, { recursive: true });
    });

    async function read(
      store: Store,
      disk: Pick<Parameters<typeof readAsteriskFile>[0], "freeBytes"> = {},
    ): Promise<{ log: SpooledCallLog; reader: AsteriskFile }> {
      const directory = join(spool, String(logs.length));
      const log = await openCallLog({
        directory,
        sink: createRecordSink(store),
        logger: silentLogger,
        gatherMs: 1,
        awaitsLines: true,
      });
      logs.push(log);
      const reader = readAsteriskFile({
        file,
        lines: log.lines,
        saved: () => log.linesSaved,
        clock: systemClock,
        logger: silentLogger,
        everyMs: 20,
        ...disk,
      });
      readers.push(reader);
      return { log, reader };
    }
    const rows = (store: Store): Promise<CallLogRow[]> =>
      store.read((manager) => manager.find(CallLog, { order: { callId: "ASC" } }));
    const idsOf = async (store: Store): Promise<string[]> => (await rows(store)).map(({ callId }) => callId);
    const nothingLeft = (): Promise<void> => until(async () => (await readdir(folder)).length === 0);

    it("is reported by health while its disk is full", async () => {
      const { store } = await open();
      let free = 0;
      const { reader } = await read(store, { freeBytes: async () => free });
      await until(() => reader.health.status === "degraded");
      expect(reader.health.detail).to.contain("disk of Asterisk's call file is full");
      free = 1_000_000;
      await until(() => reader.health.status === "up");
    });

    it("becomes records, once each, and is removed", async () => {
      const { store } = await open();
      await read(store);
      await writeFile(file, line("a") + line("b", { ...unanswered, dialStatus: "BUSY", sipCode: "486" }));
      await until(async () => (await rows(store)).length === 2);
      await nothingLeft();
      // Asterisk begins another file, and an operator puts the old one back.
      await appendFile(file, line("c") + line("a"));
      await until(async () => (await rows(store)).length === 3);
      await nothingLeft();
      expect(await idsOf(store)).to.deep.equal(["a", "b", "c"]);
      const [answered, busy] = await rows(store);
      expect(answered).to.include({ callStatus: "answered", callDuration: 60, endedBy: "caller", source: 2 });
      expect(busy).to.include({ callStatus: "busy", callDuration: 0, answeredAt: null, endedBy: "callee" });
    });

    it("is read to the end although Asterisk wrote on after it was taken", async () => {
      const { store } = await open();
      await read(store);
      await writeFile(file, line("a"));
      await until(async () => (await readdir(folder)).some((name) => name.includes(".taken-")));
      const [taken = ""] = await readdir(folder);
      await appendFile(join(folder, taken), line("b").slice(0, 50));
      await appendFile(join(folder, taken), line("b").slice(50));
      await nothingLeft();
      expect(await idsOf(store)).to.deep.equal(["a", "b"]);
    });

    it("and the controller's record become one row, whichever comes first", async () => {
      const { store } = await open();
      const { log } = await read(store);
      const seen = (callId: string) =>
        callRecord(callId, { node: "node-1", talkSeconds: 55, timeline: [[0, "arrived", "lookingUp"]] });
      log.ended(seen("a"));
      await writeFile(file, line("a") + line("b"));
      await until(async () => (await rows(store)).length === 2);
      log.ended(seen("b"));
      expect(await log.drain(40_000)).to.equal(true);
      await nothingLeft();
      for (const row of await rows(store))
        expect(row).to.include({ callStatus: "answered", callDuration: 60, node: "node-1", source: 2 });
    });

    it("is read once by two instances that share the folder", async () => {
      const { store, another } = await open();
      await read(store);
      await read(await another());
      const ids = Array.from({ length: 1_200 }, (_, index) => `call-${1_000 + index}`);
      for (let from = 0; from < ids.length; from += 100)
        await appendFile(
          file,
          ids
            .slice(from, from + 100)
            .map((id) => line(id))
            .join(""),
        );
      await until(async () => (await rows(store)).length === ids.length);
      await nothingLeft();
      expect(await idsOf(store)).to.deep.equal(ids);
    });

    it("that another process left is read ten seconds later, and what cannot be read is kept next to it", async () => {
      const { store } = await open();
      const torn = line("c").slice(0, 50);
      // SQLite knows no length of a column: there, this is a call like another.
      const refused =
        store.kind === "mysql" ? line("d", { asterisk: "ä".repeat(3) }).trim() : "no call either";
      const left = join(folder, "calls.csv.taken-1");
      await writeFile(left, `no call\n${line("a")}${refused}\n${line("b")}${torn}`);
      const { reader } = await read(store);
      await until(async () => reader.health.status === "up");
      expect(await idsOf(store), "its owner may still be at it").to.deep.equal([]);
      const longAgo = (Date.now() - 11_000) / 1000;
      await utimes(left, longAgo, longAgo);
      await until(async () => (await readdir(folder)).join() === "calls.csv.rejected");
      expect(await idsOf(store)).to.deep.equal(["a", "b"]);
      const kept = await readFile(`${file}.rejected`, "utf8");
      expect(kept.split("\n")).to.have.members(["no call", torn, refused, ""]);
      expect((await stat(`${file}.rejected`)).mode & 0o777).to.equal(0o600);
    });

    it("waits while the database is unavailable, and is reported to those who follow calls", async () => {
      const { store, another } = await open();
      const gone = await another();
      await gone.close();
      const { log, reader } = await read(gone);
      const heard: string[] = [];
      log.listen((callId) => heard.push(callId));
      await writeFile(file, line("a"));
      await until(() => heard.length > 0);
      await appendFile(file, line("b") + `${beginLine("c")}\n`);
      await until(() => heard.length > 1);
      expect(heard).to.deep.equal(["a", "b"]);
      expect(log.openCalls().map(({ callId }) => callId)).to.deep.equal(["c"]);
      await reader.close();
      await log.close();
      for (const name of await readdir(folder)) await utimes(join(folder, name), 1, 1);
      await read(store);
      await until(async () => (await rows(store)).length === 2);
      await nothingLeft();
      expect(heard).to.deep.equal(["a", "b"]);
    });

    it("that cannot be read is named in health", async () => {
      const { store } = await open();
      file = join(folder, "not-there", "calls.csv");
      const { reader } = await read(store);
      await until(() => reader.health.status === "degraded");
      expect(reader.health.detail).to.contain("ENOENT");
    });
  });
});
