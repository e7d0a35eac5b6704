/** How a call ended, as used by records, live board, and metrics. */
export const callStatuses = [
  "answered",
  "busy",
  "no_answer",
  "cancelled",
  "rejected",
  "unallocated",
  "congestion",
  "unknown_number",
  "disabled",
  "expired",
  "quarantined",
  "loop",
  "own_number",
  "overload",
  "limited",
  "handed_back",
  "failed",
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** The reason for a status, if the status alone does not say it. */
export const statusReasons = [
  "caller_hung_up",
  "callee_hung_up",
  "ring_timeout",
  "max_length",
  "redirect_refused",
  "real_number_is_proxy",
  "premium_number",
  "came_back",
  "invalid_number",
  "lookup_unavailable",
  "shutting_down",
  "supervisor",
  "asterisk_refused",
  "asterisk_lost",
  "media_timeout",
  "interrupted",
  "trunk_unavailable",
  "caller_blocked",
] as const;
export type StatusReason = (typeof statusReasons)[number];

/** `return`: the owner of a real number dialled their own proxy number and reached the other party of its newest call. */
export const callDirections = ["in", "return"] as const;
export type CallDirection = (typeof callDirections)[number];

/** The side that ended a call; `system` is Asterisk, its dialplan, or the application. */
export const callEnders = ["caller", "callee", "system"] as const;
export type CallEnder = (typeof callEnders)[number];

/**
 * A step of a call: milliseconds since its start, the event (of the call machine, or `arrived` or `adopted`), the
 * state after it, and the SIP code of the callee's leg if reported. A tuple, because every call has several of them
 * in the spool and the database.
 */
export type TimelineStep =
  | readonly [afterMs: number, event: string, state: string]
  | readonly [afterMs: number, event: string, state: string, sipCode: number];

/**
 * Whose account of a call a record is; the higher number knows better how the call ended.
 *
 * - `inferred`: the call is over and neither of the others has seen how.
 * - `controller`: the events that the controller received.
 * - `asterisk`: the line that Asterisk wrote when the call ended.
 */
export const recordSources = { inferred: 0, controller: 1, asterisk: 2 } as const;
export type RecordSource = (typeof recordSources)[keyof typeof recordSources];

/** One call, as written to `call_logs`. Times are UTC milliseconds since the epoch. */
export interface CallRecord {
  /** ID of the inbound channel; unique across Asterisks because each has its own system name. */
  readonly callId: string;
  readonly source: RecordSource;
  readonly direction: CallDirection;
  /** Digits as dialled, at most 20 characters. */
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  /** The number that the callee saw; null if it was withheld or nothing was dialled. */
  readonly shownNumber: string | null;
  /** The caller's number as sent by the inbound trunk; empty if withheld; at most 50 characters. */
  readonly callerId: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number;
  /** From dialling to the answer or the end; the whole call if nothing was dialled; null if unknown. */
  readonly ringSeconds: number | null;
  /** From answer to end; 0 if not answered. */
  readonly talkSeconds: number;
  readonly status: CallStatus;
  readonly statusReason: StatusReason | null;
  readonly endedBy: CallEnder | null;
  /**
   * The callee's final answer: 200 if the call was answered, else the code that the callee refused it with. null if the
   * callee gave none, as in calls that were not dialled, whose caller gave up, or whose ring time was over.
   */
  readonly sipCode: number | null;
  /** Q.850 cause of the leg that ended the call. */
  readonly cause: number | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string | null;
  /** The Asterisk that handled the call. */
  readonly asterisk: string;
  /** The controller whose events the record contains; empty without one. */
  readonly node: string;
  /** In order; null without a controller. */
  readonly timeline: readonly TimelineStep[] | null;
}

/** A started call without a record, as far as it is known. */
export interface OpenCall {
  readonly callId: string;
  readonly direction: CallDirection;
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  readonly callerId: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string | null;
  readonly asterisk: string;
}
