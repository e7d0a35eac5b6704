import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  endProcess,
  isRunning,
  parseIdentity,
  runningProcess,
  startDetached,
  tailOf,
} from "../../../lab/process.ts";

const BOOT_ID = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

describe("A process of the lab", () => {
  let folder: string;
  let stateFile: string;
  let logFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-lab-"));
    stateFile = join(folder, "state", "part.process");
    logFile = join(folder, "logs", "part.log");
  });
  afterEach(async () => {
    await endProcess(stateFile, 0);
    await rm(folder, { recursive: true });
  });

  /** Polls, because there is no event for the state file of a starting process. */
  const recorded = async (): Promise<number> => {
    for (;;) {
      const identity = runningProcess(stateFile);
      if (identity !== null) return identity.pid;
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  };

  it("is found by the file that it wrote, and ended", async () => {
    startDetached(["sleep", "1000"], stateFile, logFile);
    const pid = await recorded();
    expect(() => process.kill(pid, 0)).not.to.throw();
    expect(await endProcess(stateFile, 5_000)).to.equal(true);
    expect(runningProcess(stateFile)).to.equal(null);
    expect(await endProcess(stateFile, 5_000)).to.equal(false);
  });

  it("is killed if it does not exit", async () => {
    startDetached(["sh", "-c", 'trap "" TERM; echo deaf; while :; do sleep 1; done'], stateFile, logFile);
    await recorded();
    while ((await tailOf(logFile)) !== "deaf")
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    expect(await endProcess(stateFile, 50)).to.equal(true);
    expect(runningProcess(stateFile)).to.equal(null);
  });

  it("reports how it ended, and its output", async () => {
    const { exited } = startDetached(["sh", "-c", "echo no such port; exit 3"], stateFile, logFile);
    while (exited() === null)
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    expect(exited()).to.equal("exit status 3");
    expect(await tailOf(logFile)).to.equal("no such port");
  });

  it("is not confused with another process that reuses its PID", () => {
    const mine = parseIdentity(`${readFileSync("/proc/self/stat", "utf8").trim()}\n${BOOT_ID}\n`);
    if (mine === null) throw new Error("This process has no identity.");
    expect(isRunning(mine)).to.equal(true);
    expect(isRunning({ ...mine, startTicks: String(Number(mine.startTicks) - 1) })).to.equal(false);
    expect(isRunning({ ...mine, bootId: "an earlier boot" })).to.equal(false);
  });

  it("is not killed by a state file from before a reboot", async () => {
    startDetached(["sleep", "1000"], stateFile, logFile);
    const pid = await recorded();
    const stale = join(folder, "stale.process");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8").trim();
    writeFileSync(stale, `${stat}\nan-earlier-boot\n`);
    expect(await endProcess(stale, 0)).to.equal(false);
    expect(runningProcess(stateFile)?.pid).to.equal(pid);
  });

  it("is parsed with spaces and brackets in its name", () => {
    const fields = Array.from({ length: 50 }, (_, index) => String(index + 4)).join(" ");
    expect(parseIdentity(`42 (a (strange) name) S ${fields}\nboot\n`)).to.deep.equal({
      pid: 42,
      startTicks: "22",
      bootId: "boot",
    });
  });

  for (const text of ["", "42", "42 (cut off) S 1 2\nboot\n", `42 (no boot) S ${"1 ".repeat(50)}`])
    it(`is not read from the half-written "${text.slice(0, 16)}"`, () => {
      expect(parseIdentity(text)).to.equal(null);
    });
});
