import type { CallRecord, OpenCall } from "../values/callRecord.ts";

/**
 * The call log. All three methods return at once: they append to a spool on disk in groups, so a slow or
 * unavailable database never affects calls. A call ID has exactly one record, however often it is ended.
 */
export interface CallLog {
  /** Calling it again with more information (real number, trunk, time of answer) replaces the previous state. */
  opened(call: OpenCall): void;
  ended(record: CallRecord): void;
  /** Calls started by a previous process and not ended yet, for the reconciliation. */
  openCalls(): readonly OpenCall[];
  /** Whether the spool knows that the call has a record. Covers the recent past only. */
  hasEnded(callId: string): boolean;
}
