import type { CallDirection, CallEnder, CallStatus, StatusReason } from "./callRecord.ts";

/** Which side looked up the number: the controller, or the dialplan's fallback over ODBC or HTTP. */
export const callPaths = ["controller", "odbc", "http"] as const;
type CallPath = (typeof callPaths)[number];

/** Values of `DIALSTATUS` (Asterisk's documentation of `Dial`). */
export const dialStatuses = [
  "ANSWER",
  "BUSY",
  "NOANSWER",
  "CANCEL",
  "CONGESTION",
  "CHANUNAVAIL",
  "DONTCALL",
  "TORTURE",
  "INVALIDARGS",
] as const;
export type DialStatus = (typeof dialStatuses)[number];

/** The start of a call that Asterisk connects without a controller. */
export interface AsteriskCallStart {
  /** ID of the caller's channel. */
  readonly callId: string;
  /** `systemname` of asterisk.conf. */
  readonly asterisk: string;
  /** UTC milliseconds, like all times here. */
  readonly startedAtMs: number;
  /** As dialled, at most 20 characters. */
  readonly dialled: string;
  /** The dialled number in E.164 digits; empty if it is not a number. */
  readonly proxyNumber: string;
  /** E.164 digits, or as given; empty if withheld or absent. */
  readonly callerId: string;
  /** Endpoint of the inbound trunk. */
  readonly inboundTrunk: string;
}

/** The answer to a call that the dialplan connects, with or without a controller. */
export interface AsteriskAnswer extends AsteriskCallStart {
  readonly direction: CallDirection;
  readonly answeredAtMs: number;
  readonly realNumber: string | null;
  /** Endpoint of the outbound trunk. */
  readonly outboundTrunk: string | null;
}

/**
 * What Asterisk knows about a call that has ended: the line that the dialplan's hangup handler wrote. Raw facts;
 * `recordOfLine` of the call log derives the record from them.
 */
export interface AsteriskCall extends AsteriskCallStart {
  readonly direction: CallDirection;
  /** null: the caller left before a decision, or the controller connected the legs itself (`CONNECT=bridge`). */
  readonly path: CallPath | null;
  readonly realNumber: string | null;
  /** Endpoint of the outbound trunk that was dialled last. */
  readonly outboundTrunk: string | null;
  /** The number that the callee saw; null if it was withheld or nothing was dialled. */
  readonly shownNumber: string | null;
  /** Set only where the decision or the dialplan knows it, as for refusals. */
  readonly status: CallStatus | null;
  readonly reason: StatusReason | null;
  readonly endedAtMs: number;
  readonly dialledAtMs: number | null;
  /** From answer to end, on a steady clock; null if the call was never answered, whatever `dialStatus` says. */
  readonly answeredMs: number | null;
  /** null if nothing was dialled. */
  readonly dialStatus: DialStatus | null;
  /** Q.850. */
  readonly cause: number | null;
  /** Final SIP code of the callee's leg. */
  readonly sipCode: number | null;
  readonly endedBy: CallEnder | null;
  /** From dialling to the first ringing, and to the first early media. */
  readonly ringMs: number | null;
  readonly progressMs: number | null;
  /** The limit that applied to the call. */
  readonly limitSeconds: number | null;
}
