import { type CallRecord, type OpenCall, recordSources } from "../../values/callRecord.ts";
import { withUnseenAnswer } from "../rules/lostRecord.ts";
import { RecentIds } from "./recentIds.ts";

/** The open calls of a spool, and those that ended recently. */
export class KnownCalls {
  readonly #open: Map<string, OpenCall>;
  /** Open calls that no controller of this process has opened. */
  readonly #unattended: Set<string>;
  readonly #ended: RecentIds;
  readonly #recorded: RecentIds;
  readonly #handedBack = new RecentIds();
  /** Calls that were lost without a known answer. */
  readonly #lostUnanswered = new RecentIds();

  constructor(open: Map<string, OpenCall>, ended: readonly string[]) {
    this.#open = open;
    this.#unattended = new Set(open.keys());
    this.#ended = new RecentIds(ended);
    this.#recorded = new RecentIds(ended);
  }

  get open(): ReadonlyMap<string, OpenCall> {
    return this.#open;
  }

  /** Changes what is known of each open call. */
  change(change: (call: OpenCall) => OpenCall): void {
    for (const [callId, call] of this.#open) this.#open.set(callId, change(call));
  }

  get unattended(): readonly OpenCall[] {
    return [...this.#unattended].flatMap((callId) => this.#open.get(callId) ?? []);
  }

  isUnattended(callId: string): boolean {
    return this.#unattended.has(callId);
  }

  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }

  /** False if the call has ended. */
  openedByController(call: OpenCall): boolean {
    if (this.#ended.has(call.callId)) return false;
    const known = this.#open.get(call.callId);
    this.#open.set(call.callId, known === undefined ? call : withAnswer(withCaller(call, known), known));
    this.#unattended.delete(call.callId);
    return true;
  }

  /** A call that Asterisk's lines report. False if nothing new is known. */
  openedByAsterisk(call: OpenCall): boolean {
    const { callId } = call;
    const known = this.#open.get(callId);
    if (known !== undefined) {
      const completed = withAnswer(withCaller(known, call), call);
      this.#open.set(callId, completed);
      return completed !== known;
    }
    if (this.#ended.has(callId)) {
      // The record was not the end of the call, or was inferred before the answer was known.
      const isNews = call.answeredAtMs !== null && this.#lostUnanswered.take(callId);
      if (!this.#handedBack.take(callId) && !isNews) return false;
      this.#ended.take(callId);
    }
    this.#open.set(callId, call);
    this.#unattended.add(callId);
    return true;
  }

  /** The record, completed with facts that only Asterisk's first lines of the call had. */
  completed(record: CallRecord): CallRecord {
    const known = this.#open.get(record.callId);
    return known === undefined ? record : withUnseenAnswer(withCaller(record, known), known.answeredAtMs);
  }

  /** False if a record of a controller is known already. */
  endedByController(record: CallRecord): boolean {
    const { callId } = record;
    if (this.#recorded.has(callId)) return false;
    this.#recorded.add(callId);
    if (record.status === "handed_back") this.#handedBack.add(callId);
    else if (record.source === recordSources.inferred) this.lost(record);
    this.ended(callId);
    return true;
  }

  /** The record of this call had to be inferred. */
  lost({ callId, answeredAtMs }: CallRecord): void {
    if (answeredAtMs === null) this.#lostUnanswered.add(callId);
    this.ended(callId);
  }

  ended(callId: string): void {
    this.#ended.add(callId);
    this.#open.delete(callId);
    this.#unattended.delete(callId);
  }
}

/** Asterisk's report of an answer that no controller saw. */
function withAnswer(
  call: OpenCall,
  { answeredAtMs, realNumber, outboundTrunk, direction }: OpenCall,
): OpenCall {
  return call.answeredAtMs !== null || answeredAtMs === null
    ? call
    : { ...call, answeredAtMs, realNumber, outboundTrunk, direction };
}

/** A controller that adopts a call cannot tell whether its caller is withheld, so it names none. */
function withCaller<T extends { readonly callerId: string }>(call: T, other: OpenCall): T {
  return call.callerId !== "" || other.callerId === "" ? call : { ...call, callerId: other.callerId };
}
