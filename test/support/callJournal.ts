import { type LostCall, lostRecord } from "../../src/callLog/rules/lostRecord.ts";
import { recordOfLine } from "../../src/callLog/rules/recordOfLine.ts";
import type { CallLog, LineListener } from "../../src/callLog/types.ts";
import type { AsteriskCall } from "../../src/values/asteriskCall.ts";
import type { CallRecord, OpenCall } from "../../src/values/callRecord.ts";
import type { ObservedCall, ObservedState } from "../../src/values/observedCall.ts";

/** A call log that a test can read; it outlives a controller as the spool on disk does. */
export class MemoryCallLog implements CallLog {
  readonly records: CallRecord[] = [];
  readonly #open = new Map<string, OpenCall>();
  /** The calls that an earlier controller left open; set by `restart`. */
  #leftOpen: readonly OpenCall[] = [];
  readonly #listeners = new Set<LineListener>();

  opened(call: OpenCall): void {
    this.#open.set(call.callId, call);
  }

  ended(record: CallRecord): void {
    this.records.push(record);
    this.#open.delete(record.callId);
  }

  openCalls(): readonly OpenCall[] {
    return this.#leftOpen.filter(({ callId }) => this.#open.has(callId));
  }

  hasEnded(callId: string): boolean {
    return this.records.some((record) => record.callId === callId);
  }

  /** Records it at once: here, no line follows. */
  missing(callId: string, found: LostCall): void {
    const call = this.#open.get(callId);
    if (call !== undefined) this.ended(lostRecord(call, found));
  }

  listen(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asterisk's line arrives. */
  line(call: AsteriskCall): void {
    for (const listener of this.#listeners) listener(call.callId, call, recordOfLine(call));
  }

  /** The spool is lost. */
  forgetOpen(): void {
    this.#open.clear();
  }

  /** A new process reads the data of the old one. */
  restart(): void {
    this.#leftOpen = [...this.#open.values()];
  }

  /** The same log for one process, ignored after the end of that process. */
  until(isOver: () => boolean): CallLog {
    return {
      opened: (call) => isOver() || this.opened(call),
      ended: (record) => isOver() || this.ended(record),
      openCalls: () => this.openCalls(),
      hasEnded: (callId) => this.hasEnded(callId),
      missing: (callId, found) => isOver() || this.missing(callId, found),
      listen: (listener) => this.listen((...line) => isOver() || listener(...line)),
    };
  }

  recordsOf(callId: string): CallRecord[] {
    return this.records.filter((record) => record.callId === callId);
  }
}

/** Keeps the states that each call went through. */
export class StateJournal {
  readonly #states = new Map<string, ObservedState[]>();

  readonly observe = (_before: ObservedCall | null, after: ObservedCall): void => {
    const states = this.#states.get(after.callId) ?? [];
    if (states.at(-1) !== after.state) states.push(after.state);
    this.#states.set(after.callId, states);
  };

  of(callId: string): readonly ObservedState[] {
    return this.#states.get(callId) ?? [];
  }
}
