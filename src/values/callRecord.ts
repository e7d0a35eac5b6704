/** How a call ended, in the words that the record, the live board and the metrics share. */
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
  "handed_back",
  "failed",
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** Why the status came about, where the status alone does not say it. */
export const statusReasons = [
  "caller_hung_up",
  "callee_hung_up",
  "ring_timeout",
  "max_length",
  "redirect_refused",
  "real_number_is_proxy",
  "came_back",
  "invalid_number",
  "lookup_unavailable",
  "shutting_down",
  "supervisor",
  "asterisk_refused",
  "interrupted",
  "trunk_unavailable",
] as const;
export type StatusReason = (typeof statusReasons)[number];

/**
 * A step in the course of a call: milliseconds since its begin, what happened (an event of the call machine,
 * `arrived` or `adopted`), the state from then on, and the SIP code of the callee's leg where one was reported.
 * A tuple, because every call takes several of them through the spool into the database.
 */
export type TimelineStep =
  | readonly [afterMs: number, event: string, state: string]
  | readonly [afterMs: number, event: string, state: string, sipCode: number];

/** One call, as written to `call_logs`. Times are UTC milliseconds since the epoch. */
export interface CallRecord {
  /** Id of the inbound channel; unique over all Asterisks because each has its own system name. */
  readonly callId: string;
  /** Digits as dialled, at most 20 characters. */
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  /** The caller's number as the inbound trunk gave it; empty when withheld; at most 50 characters. */
  readonly callerId: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number;
  /** From dialling to the answer or the end; the whole call when nobody was dialled. */
  readonly ringSeconds: number;
  /** From answer to the end; 0 when not answered. */
  readonly talkSeconds: number;
  readonly status: CallStatus;
  readonly statusReason: StatusReason | null;
  /** Final SIP code of the callee's leg, where Asterisk reports it (22.7 and later). */
  readonly sipCode: number | null;
  /** Q.850 cause of the leg that ended the call. */
  readonly cause: number | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string | null;
  /** Name of the Asterisk that carried the call. */
  readonly asterisk: string;
  /** Name of the controller that wrote the record. */
  readonly node: string;
  /** In the order of the steps; absent in records of earlier versions. */
  readonly timeline?: readonly TimelineStep[];
}

/** A call that has begun and has no record yet, as far as it is known. */
export interface OpenCall {
  readonly callId: string;
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  readonly callerId: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly inboundTrunk: string;
  readonly outboundTrunk: string | null;
  readonly asterisk: string;
}
