import { readFileSync } from "node:fs";
import { setPriority } from "node:os";

/** Of 19: low enough not to disturb threads of normal priority, high enough to make progress. */
const niceness = 10;

/**
 * Lowers the priority of the calling thread below all others on the machine. Has no effect where that is not
 * possible (systems other than Linux, restricted containers). Never throws.
 */
export function yieldToOtherThreads(): void {
  try {
    // On Linux threads have process IDs; this file contains that of the thread that reads it (proc(5)).
    const threadId = Number(readFileSync("/proc/thread-self/stat", "latin1").split(" ", 1)[0]);
    setPriority(threadId, niceness);
  } catch {
    // The thread keeps its normal priority.
  }
}
