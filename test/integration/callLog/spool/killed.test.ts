import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { openCallLog } from "../../../../src/callLog/callLog.ts";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import type { DatabaseAddress } from "../../../../src/store/dataSource.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { silentLogger } from "../../../support/silentLogger.ts";

const child = new URL("../../../support/spoolingChild.ts", import.meta.url).pathname;

/** Runs the child until it has printed this many lines, then kills it. Resolves with the last number printed. */
async function runAndKill(
  directory: string,
  prefix: string,
  address: DatabaseAddress,
  lines: number,
): Promise<number> {
  const killed = spawn(
    process.execPath,
    ["--import", "tsx", child, directory, prefix, JSON.stringify(address)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exited = once(killed, "exit");
  let said = 0;
  let ended = 0;
  for await (const line of createInterface(killed.stdout)) {
    ended = Number(line);
    said += 1;
    if (said === lines) killed.kill("SIGKILL");
  }
  const [, signal] = await exited;
  expect(signal, "the child died by itself").to.equal("SIGKILL");
  return ended;
}

describe("A process that writes call records and is killed at any moment", function () {
  this.timeout(60_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "spool-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  forEachDatabase((open) => {
    it("leaves exactly one record for every call that it noted", async function kills() {
      this.timeout(120_000);
      const { address, store } = await open();
      const noted = new Set<string>();
      // Different lifetimes: some end before the first batch is stored, others between batches.
      for (const [life, lines] of [1, 2, 7, 23, 60].entries()) {
        const ended = await runAndKill(directory, `life${life}`, address, lines);
        for (let call = 0; call < ended; call += 1) noted.add(`life${life}.${call}`);
        noted.add(`life${life}.open`);
      }

      const log = await openCallLog({ directory, sink: createRecordSink(store), logger: silentLogger });
      expect(log.openCalls().map(({ callId }) => callId))
        .to.include("life4.open")
        .and.not.include("life3.open");
      expect(await log.drain(30_000)).to.equal(true);
      expect(log.state).to.include({ pendingRecords: 0, refusedRecords: 0, lostLines: 0 });
      await log.close();

      const rows: { call_id: string; rows: number | string; open: number }[] = await store.read((manager) =>
        manager.query("SELECT call_id, COUNT(*) AS `rows` FROM call_logs GROUP BY call_id"),
      );
      const stored = new Set(rows.map((row) => row.call_id));
      expect(rows.filter((row) => Number(row.rows) !== 1)).to.deep.equal([]);
      noted.delete("life4.open");
      expect([...noted].filter((callId) => !stored.has(callId))).to.deep.equal([]);
    });
  });
});
