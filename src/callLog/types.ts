import type { AsteriskCall } from "../values/asteriskCall.ts";
import type { CallRecord, OpenCall } from "../values/callRecord.ts";
import type { LostCall } from "./rules/lostRecord.ts";

/** Hears of ended calls from Asterisk's own lines, about a second after their end. Must not throw. */
export type LineListener = (callId: string, call: AsteriskCall, record: CallRecord) => void;

/**
 * The call log. All methods return at once: they append to a spool on disk in groups, so a slow or unavailable
 * database never affects calls. A call ID has exactly one record, however often its end is reported: what the
 * controller saw and what Asterisk wrote become one row, in either order.
 */
export interface CallLog {
  /** Calling it again with more information (real number, trunk, time of answer) replaces the previous state. */
  opened(call: OpenCall): void;
  /** The controller's record of a call. Only the first one of a call counts. */
  ended(record: CallRecord): void;
  /**
   * Calls without an end that no controller of this process has opened: of a previous process, and those that the
   * dialplan connects by itself, which may be added at any time. If Asterisk does not have one of them, call `missing`;
   * one that is followed from now on stays here until `opened` or `ended`.
   */
  openCalls(): readonly OpenCall[];
  /** Whether the call is known to have a record. Covers the recent past only. */
  hasEnded(callId: string): boolean;
  /**
   * Asterisk does not have this open call. If neither a controller nor Asterisk's line reports its end within five
   * seconds, it is recorded with the known facts. May be repeated; a call that is not open is ignored.
   */
  missing(callId: string, found: LostCall): void;
  /** Returns a function that unsubscribes. */
  listen(listener: LineListener): () => void;
}
