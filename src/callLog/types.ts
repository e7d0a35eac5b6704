import type { CallRecord, OpenCall } from "../values/callRecord.ts";

/**
 * The record keeper. All three calls return at once: they append to a spool on disk in groups, and a
 * database that is slow or away is never felt here. A call id has exactly one record, however often and
 * by whomever it is ended.
 */
export interface CallLog {
  /** Called again with more known (real number, trunk, time of answer) replaces what was said before. */
  opened(call: OpenCall): void;
  ended(record: CallRecord): void;
  /** Calls begun by an earlier life of this process and not ended yet, for the reconciliation. */
  openCalls(): readonly OpenCall[];
  /** Whether the spool knows that the call has its record already. Covers the recent past only. */
  hasEnded(callId: string): boolean;
}
