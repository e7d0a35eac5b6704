import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { openCallLog } from "../../../../src/callLog/callLog.ts";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import type { Store } from "../../../../src/store/types.ts";
import { forEachDatabase } from "../../../support/databases.ts";
import { fillDisk } from "../../../support/fillDisk.ts";
import { silentLogger } from "../../../support/silentLogger.ts";
import { skipOrFail } from "../../../support/requirements.ts";
import { until } from "../../../support/until.ts";

const child = new URL("../../../support/fullDiskChild.ts", import.meta.url).pathname;

describe("A spool whose disk is full", function suite() {
  this.timeout(60_000);
  let disk: string;

  before(function onlyAsRoot() {
    disk = mkdtempSync(join(tmpdir(), "phone-proxy-full-"));
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    if (status === 0) return;
    rmdirSync(disk);
    skipOrFail(this, "a small disk cannot be mounted; this needs root");
  });
  after(() => {
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  forEachDatabase((open) => {
    const stored = async (store: Store): Promise<number> => {
      const rows: { n: number | string }[] = await store.read((manager) =>
        manager.query("SELECT COUNT(DISTINCT call_id) AS n FROM call_logs"),
      );
      return Number(rows[0]?.n);
    };

    it("loses no record to a kill, because the database gets them meanwhile", async () => {
      const { address, store } = await open();
      const directory = join(disk, store.kind);
      const running = spawn(
        process.execPath,
        ["--import", "tsx", child, directory, JSON.stringify(address)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const exited = once(running, "exit");
      let ended = 0;
      let health = "";
      createInterface(running.stdout).on("line", (line) => {
        const [what, value = ""] = line.split(" ");
        if (what === "ended") ended = Number(value) + 1;
        else health = value;
      });
      await until(() => ended > 50);
      const filling = fillDisk(disk);
      await until(() => health === "degraded");
      const before = ended;
      await until(() => ended > before + 200);
      const told = ended;
      // The disk stays full, so these cannot have come through the spool.
      await until(async () => (await stored(store)) >= told);
      running.kill("SIGKILL");
      await exited;
      expect(await stored(store)).to.be.at.least(told);

      rmSync(filling);
      const log = await openCallLog({ directory, sink: createRecordSink(store), logger: silentLogger });
      expect(await log.drain(40_000)).to.equal(true);
      await log.close();
      const rows: { call_id: string }[] = await store.read((manager) =>
        manager.query("SELECT call_id FROM call_logs"),
      );
      expect(new Set(rows.map(({ call_id: id }) => id)).size, "each call has one row").to.equal(rows.length);
      expect(rows.map(({ call_id: id }) => id)).to.include.members(
        Array.from({ length: told }, (_, index) => `call-${index}`),
      );
    });
  });
});
