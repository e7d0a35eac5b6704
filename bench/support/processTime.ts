import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** `sysconf(_SC_CLK_TCK)`: the unit of the times in /proc/PID/stat. */
const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** User and system time from /proc/PID/stat, in ticks (fields 14 and 15 of proc(5)). */
export const ticksOf = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
};

/** Processor time used by all threads of a process so far, in milliseconds. */
export const processTimeMs = (pid: number): number =>
  (ticksOf(readFileSync(`/proc/${pid}/stat`, "utf8")) * 1000) / ticksPerSecond;

/** Like `processTimeMs`, with nanosecond resolution, but only for the threads that still exist. */
export const exactProcessTimeMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => {
      try {
        return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
      } catch {
        // The thread has ended.
        return 0;
      }
    })
    .reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
