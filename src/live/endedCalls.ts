import type { LiveCall } from "./browserMessages.ts";
import { keepEnded, keepEndedMs } from "./instanceMessages.ts";

/** Calls that ended in the last minutes, in the order in which their ends became known, up to a limit. */
export class EndedCalls {
  readonly #calls = new Map<string, LiveCall>();

  add(call: LiveCall): void {
    this.#calls.delete(call.callId);
    this.#calls.set(call.callId, call);
    if (this.#calls.size <= keepEnded) return;
    for (const oldest of this.#calls.keys()) {
      this.#calls.delete(oldest);
      return;
    }
  }

  has(callId: string): boolean {
    return this.#calls.has(callId);
  }

  delete(callId: string): void {
    this.#calls.delete(callId);
  }

  /** Newest first. */
  list(nowMs: number): LiveCall[] {
    const young = [...this.#calls.values()].filter(
      ({ endedAtMs }) => endedAtMs !== null && endedAtMs > nowMs - keepEndedMs,
    );
    return young.toSorted((one, other) => (other.endedAtMs ?? 0) - (one.endedAtMs ?? 0));
  }
}
