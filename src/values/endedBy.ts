import type { CallEnder, CallStatus, StatusReason } from "./callRecord.ts";

const endersByReason = new Map<StatusReason, CallEnder>([
  ["caller_hung_up", "caller"],
  ["callee_hung_up", "callee"],
  ["redirect_refused", "callee"],
  ["ring_timeout", "system"],
  ["max_length", "system"],
  ["media_timeout", "system"],
  ["supervisor", "system"],
  ["asterisk_lost", "system"],
]);

const endersByStatus = new Map<CallStatus, CallEnder>([
  ["busy", "callee"],
  ["rejected", "callee"],
]);

/** The party that ended a call with this outcome; null if the outcome does not show it. */
export function enderOf(status: CallStatus, reason: StatusReason | null): CallEnder | null {
  const byReason = reason === null ? undefined : endersByReason.get(reason);
  if (byReason !== undefined) return byReason;
  // The end of an interrupted conversation was not seen.
  if (reason === "interrupted") return null;
  return endersByStatus.get(status) ?? "system";
}
