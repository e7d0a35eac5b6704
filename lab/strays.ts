import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { endIdentity, identityOf } from "./process.ts";

/** A process as /proc shows it. */
export interface ProcessInfo {
  readonly pid: number;
  /** Its root folder: every process in the lab's root folder belongs to the lab. */
  readonly root: string;
  /** Its program, as seen from outside of its root folder. */
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
      // It ended meanwhile, or is a thread of the kernel.
      return [];
    }
  });

/**
 * Ends all processes that `chosen` names by SIGKILL, and resolves when they are gone; looks again until it
 * finds none, since one may have started another meanwhile.
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
