import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makePrivateFolder } from "../src/ops/privateFiles.ts";
import { LabPartError } from "./errors.ts";

/** Identifies a process by PID, start time, and boot, so that a recycled PID is never mistaken for it. */
interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc(5)). */
  readonly startTicks: string;
  readonly bootId: string;
}

const BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id";

/**
 * The process writes its own identity before it executes the program, so it never runs unrecorded. The file appears
 * complete, by a rename.
 */
const LAUNCHER = `
ulimit -n "$(ulimit -Hn)"
cat /proc/$$/stat ${BOOT_ID_FILE} > "$1.$$" && mv "$1.$$" "$1" || exit 70
shift
exec "$@"
`;

/** PID and start time from /proc/PID/stat. The program's name in it may contain spaces and brackets. */
const parseStat = (line: string): { pid: number; state: string; startTicks: string } | null => {
  const afterName = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const pid = Number.parseInt(line, 10);
  const state = afterName[0];
  const startTicks = afterName[19];
  return Number.isInteger(pid) && state !== undefined && startTicks !== undefined
    ? { pid, state, startTicks }
    : null;
};

export const parseIdentity = (text: string): ProcessIdentity | null => {
  const [line, bootId] = text.split("\n");
  const stat = parseStat(line ?? "");
  return stat !== null && bootId !== undefined && bootId !== ""
    ? { pid: stat.pid, startTicks: stat.startTicks, bootId }
    : null;
};

/** The identity recorded in `stateFile` if its process is still running, otherwise null. */
export const runningProcess = (stateFile: string): ProcessIdentity | null => {
  let identity: ProcessIdentity | null;
  try {
    identity = parseIdentity(readFileSync(stateFile, "utf8"));
  } catch {
    return null;
  }
  return identity !== null && isRunning(identity) ? identity : null;
};

/** The process with this PID; null if there is none. */
export const identityOf = (pid: number): ProcessIdentity | null => {
  try {
    return parseIdentity(
      `${readFileSync(`/proc/${pid}/stat`, "utf8").trim()}\n${readFileSync(BOOT_ID_FILE, "utf8")}`,
    );
  } catch {
    return null;
  }
};

export const isRunning = (identity: ProcessIdentity): boolean => {
  try {
    if (readFileSync(BOOT_ID_FILE, "utf8").trim() !== identity.bootId) return false;
    const stat = parseStat(readFileSync(`/proc/${identity.pid}/stat`, "utf8"));
    if (stat === null || stat.startTicks !== identity.startTicks) return false;
    // A zombie is gone unless some of its threads are still ending, which hold its ports until then.
    return stat.state !== "Z" || readdirSync(`/proc/${identity.pid}/task`).length > 1;
  } catch {
    return false;
  }
};

/**
 * Starts a program that outlives us and appends its output to `logFile`. In the result, `exited()` describes the exit,
 * or is null while the program is running.
 */
export const startDetached = (
  command: readonly string[],
  stateFile: string,
  logFile: string,
): { readonly exited: () => string | null } => {
  mkdirSync(dirname(stateFile), { recursive: true });
  makePrivateFolder(dirname(logFile));
  rmSync(stateFile, { force: true });
  const log = openSync(logFile, "a", 0o600);
  try {
    const child = spawn("/bin/sh", ["-c", LAUNCHER, "sh", stateFile, ...command], {
      detached: true,
      stdio: ["ignore", log, log],
      cwd: "/",
    });
    let end: string | null = null;
    child.once("error", (error) => {
      end = error.message;
    });
    child.once("exit", (status, signal) => {
      end = signal === null ? `exit status ${status}` : `signal ${signal}`;
    });
    child.unref();
    return { exited: () => end };
  } finally {
    closeSync(log);
  }
};

const sendSignal = (identity: ProcessIdentity, signal: NodeJS.Signals): void => {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

/** Polls, because /proc has no event for the end of a process that is not our child. */
const goneWithin = async (identity: ProcessIdentity, milliseconds: number): Promise<boolean> => {
  const deadline = Date.now() + milliseconds;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
};

/** Ends a process by SIGTERM, then by SIGKILL if it has not ended in time. Without grace, by SIGKILL at once. */
export const endIdentity = async (identity: ProcessIdentity, graceMs: number): Promise<void> => {
  if (graceMs > 0) {
    sendSignal(identity, "SIGTERM");
    if (await goneWithin(identity, graceMs)) return;
  }
  sendSignal(identity, "SIGKILL");
  if (!(await goneWithin(identity, 10_000)))
    throw new LabPartError(`Process ${identity.pid} has not ended, even after SIGKILL.`);
};

/** Ends the recorded process; true if it was running. */
export const endProcess = async (stateFile: string, graceMs: number): Promise<boolean> => {
  const identity = runningProcess(stateFile);
  if (identity !== null) await endIdentity(identity, graceMs);
  rmSync(stateFile, { force: true });
  return identity !== null;
};

/** The last lines of a log file; empty if it does not exist. */
export const tailOf = async (logFile: string, lines = 15): Promise<string> => {
  const text = await readFile(logFile, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
};
