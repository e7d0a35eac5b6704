import type { LiveCall } from "./browserMessages.ts";
import { keepEnded, keepEndedMs } from "./instanceMessages.ts";

/** Calls that ended in the last minutes, in the order in which their ends became known, up to a limit. */
export class EndedCalls {
  readonly #calls = new Map<string, LiveCall>();

  add(call: LiveCall): void {
    this.#calls.delete(call.callId);
    this.#calls.set(call.callId, call);
    const youngMs = (call.endedAtMs ?? 0) - keepEndedMs;
    for (const { callId, endedAtMs } of this.#calls.values()) {
      if (this.#calls.size <= keepEnded && (endedAtMs ?? 0) > youngMs) return;
      this.#calls.delete(callId);
    }
  }

  has(callId: string): boolean {
    return this.#calls.has(callId);
  }

  delete(callId: string): void {
    this.#calls.delete(callId);
  }

  /** Removes the calls of an erased number. Returns their IDs. */
  forget(shows: (call: LiveCall) => boolean): readonly string[] {
    const ids = [...this.#calls.values()].filter(shows).map(({ callId }) => callId);
    for (const callId of ids) this.#calls.delete(callId);
    return ids;
  }

  /** Newest first. */
  list(nowMs: number): LiveCall[] {
    const young = [...this.#calls.values()].filter(
      ({ endedAtMs }) => endedAtMs !== null && endedAtMs > nowMs - keepEndedMs,
    );
    return young.toSorted((one, other) => (other.endedAtMs ?? 0) - (one.endedAtMs ?? 0));
  }
}
