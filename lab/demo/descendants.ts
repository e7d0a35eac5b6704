import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

interface Relation {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** Fields 4 and 6 of /proc/PID/stat (proc(5)). The name before them may contain spaces and brackets. */
const relationOf = (pid: number): Relation | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(fields[1]), session: Number(fields[3]) };
  } catch {
    return null;
  }
};

/** All our descendants except the lab's servers, which have their own sessions and are stopped by the lab. */
const helpers = (): number[] => {
  const own = relationOf(process.pid);
  if (own === null) return [];
  const all = readdirSync("/proc")
    .filter((entry) => /^\d+$/u.test(entry))
    .flatMap((entry) => relationOf(Number(entry)) ?? [])
    .filter(({ session }) => session === own.session);
  const found = [own.pid];
  for (const parent of found)
    found.push(...all.filter((relation) => relation.parent === parent).map(({ pid }) => pid));
  return found.slice(1);
};

/**
 * Ends the installers and tools that `work` runs, until it has settled. The next start of the lab clears whatever they
 * leave half done.
 */
export const endHelpersOf = async (work: Promise<unknown>): Promise<void> => {
  const settled = work.then(
    () => true,
    () => true,
  );
  do {
    for (const pid of helpers())
      try {
        process.kill(pid, "SIGTERM");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    // A failed step may start another attempt, which has to end, too.
  } while (!(await Promise.race([settled, delay(100, false)])));
};
