import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { endIdentity, identityOf } from "./process.ts";

/** A process, from /proc. */
export interface ProcessInfo {
  readonly pid: number;
  /** Root folder. Every process in the lab's root folder belongs to the lab. */
  readonly root: string;
  /** Path of its program outside the root folder. */
  readonly program: string;
  readonly args: readonly string[];
}

const processes = (): ProcessInfo[] =>
  readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/u.test(entry) || Number(entry) === process.pid) return [];
    try {
      return [
        {
          pid: Number(entry),
          root: readlinkSync(`/proc/${entry}/root`),
          program: readlinkSync(`/proc/${entry}/exe`),
          args: readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0"),
        },
      ];
    } catch {
      // The process has ended meanwhile, or is a kernel thread.
      return [];
    }
  });

/**
 * Ends all processes selected by `chosen` with SIGKILL, and resolves when they are gone. Repeats until there is none
 * left, because one may have started another.
 */
export const endAll = async (chosen: (process: ProcessInfo) => boolean): Promise<void> => {
  for (;;) {
    const identities = processes()
      .filter(chosen)
      .flatMap(({ pid }) => identityOf(pid) ?? []);
    if (identities.length === 0) return;
    await Promise.all(identities.map((identity) => endIdentity(identity, 0)));
  }
};
