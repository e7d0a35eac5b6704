import { readFileSync } from "node:fs";
import { setPriority } from "node:os";

/** Of 19; enough that a thread of ordinary priority hardly feels it, and it still gets on with its work. */
const niceness = 10;

/**
 * Lets all other threads of the machine go before the calling one. Where that cannot be done (other systems
 * than Linux, a container that forbids it) it has no effect. Never throws.
 */
export function yieldToOtherThreads(): void {
  try {
    // Linux counts threads like processes; this file names the one that reads it (proc(5)).
    const threadId = Number(readFileSync("/proc/thread-self/stat", "latin1").split(" ", 1)[0]);
    setPriority(threadId, niceness);
  } catch {
    // It competes on equal terms then.
  }
}
