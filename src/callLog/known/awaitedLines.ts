import type { CallRecord } from "../../values/callRecord.ts";
import { RecentIds } from "./recentIds.ts";

/** How long a controller's record waits for Asterisk's line, so that both are written as one. */
const patienceMs = 3_000;
/** Records kept in memory meanwhile; older ones are written without waiting. */
const mostAwaited = 5_000;

interface Awaited {
  readonly record: CallRecord;
  readonly sinceMs: number;
}

/**
 * The controller's records whose lines have not come yet. They are in the spool as well: this saves a second write of
 * the same row and is not needed for its correctness.
 */
export class AwaitedLines {
  readonly #steadyMs: () => number;
  readonly #awaited = new Map<string, Awaited>();
  /** Records that were written together with their lines. */
  readonly #stored = new RecentIds();

  constructor(steadyMs: () => number) {
    this.#steadyMs = steadyMs;
  }

  add(record: CallRecord): void {
    this.#awaited.set(record.callId, { record, sinceMs: this.#steadyMs() });
    if (this.#awaited.size <= mostAwaited) return;
    for (const oldest of this.#awaited.keys()) {
      this.#awaited.delete(oldest);
      return;
    }
  }

  recordOf(callId: string): CallRecord | null {
    return this.#awaited.get(callId)?.record ?? null;
  }

  /** No line will come, or it says nothing. */
  release(callId: string): void {
    this.#awaited.delete(callId);
  }

  /** The record has been written together with its line. */
  stored(callId: string): void {
    if (this.#awaited.delete(callId)) this.#stored.add(callId);
  }

  /** Whether the record has been written with its line. Forgets it. */
  wasStored(callId: string): boolean {
    return this.#stored.take(callId);
  }

  /** How long the record should still wait; 0 if no longer. */
  waitMs(callId: string): number {
    const awaited = this.#awaited.get(callId);
    return awaited === undefined ? 0 : Math.max(0, awaited.sinceMs + patienceMs - this.#steadyMs());
  }
}
