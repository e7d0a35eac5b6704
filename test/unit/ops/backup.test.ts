import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createBackupWatch } from "../../../src/ops/backup.ts";
import type { BackupWatch } from "../../../src/ops/backup.ts";

const hourMs = 3_600_000;

describe("The backup watch", () => {
  let folder: string;
  let nowMs: number;
  const watches: BackupWatch[] = [];
  const clock = { nowMs: () => nowMs, setTimer: () => 0, clearTimer: () => undefined };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "backup-"));
    nowMs = Date.UTC(2026, 10, 23, 6);
  });
  afterEach(async () => {
    for (const watch of watches.splice(0)) watch.close();
    await rm(folder, { recursive: true });
  });

  function watchOver(statusFile: string | null): BackupWatch {
    const watch = createBackupWatch({ statusFile, maxAgeMs: 26 * hourMs, clock });
    watches.push(watch);
    return watch;
  }

  it("reports that backups are not monitored without a file", async () => {
    const watch = watchOver(null);
    await watch.look();
    expect(watch.state).to.deep.equal({ status: "unwatched", lastAtMs: null, maxAgeMs: 26 * hourMs });
    expect(watch.health.status).to.equal("off");
  });

  it("uses the time of the file, and warns if it is too old", async () => {
    const file = join(folder, "done");
    await writeFile(file, "");
    await utimes(file, nowMs / 1000, nowMs / 1000);
    const watch = watchOver(file);
    await watch.look();
    nowMs += 26 * hourMs;
    expect(watch.state).to.deep.include({ status: "fresh", lastAtMs: nowMs - 26 * hourMs });
    expect(watch.health).to.deep.equal({ status: "up", detail: "The last backup is 26 hours old." });
    nowMs += 1;
    expect(watch.state.status).to.equal("late");
    expect(watch.health.status).to.equal("degraded");
    await utimes(file, nowMs / 1000, nowMs / 1000);
    await watch.look();
    expect(watch.state.status).to.equal("fresh");
  });

  it("warns if the file is missing or cannot be read", async () => {
    const missing = watchOver(join(folder, "none"));
    await missing.look();
    expect([missing.state.status, missing.health.status]).to.deep.equal(["missing", "degraded"]);
    await writeFile(join(folder, "file"), "");
    const unreadable = watchOver(join(folder, "file", "below"));
    await unreadable.look();
    expect([unreadable.state.status, unreadable.health.status]).to.deep.equal(["unreadable", "degraded"]);
    expect(unreadable.health.detail).to.include("ENOTDIR");
  });
});
