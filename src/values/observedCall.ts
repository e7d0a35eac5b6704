import type { CallDirection, CallStatus, StatusReason } from "./callRecord.ts";
import type { PhoneNumber } from "./phoneNumber.ts";

/**
 * The states of a call in progress. `preparing` exists only where the controller itself creates the callee's leg.
 * `ending`: the outcome is final and the record is written, but parts of the call are still in Asterisk.
 */
export type ObservedState =
  | "lookingUp"
  | "preparing"
  | "dialling"
  | "ringing"
  | "talking"
  | "announcing"
  | "ending"
  | "ended";

/** How the call ended. */
export interface ObservedEnding {
  readonly atMs: number;
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** Final SIP code of the callee's leg, if Asterisk reports it. */
  readonly sipCode: number | null;
  /** Q.850. */
  readonly cause: number | null;
}

/** A call as the live board, the metrics, and the statistics see it. Times are UTC milliseconds since the epoch. */
export interface ObservedCall {
  readonly callId: string;
  readonly asterisk: string;
  readonly inboundTrunk: string;
  /** As dialled. */
  readonly dialled: string;
  /** null if the dialled digits cannot be a number. */
  readonly proxyNumber: PhoneNumber | null;
  /** null if withheld. */
  readonly callerNumber: string | null;
  /** When the call arrived. */
  readonly atMs: number;
  readonly state: ObservedState;
  readonly direction: CallDirection;
  readonly realNumber: PhoneNumber | null;
  readonly outboundTrunk: string | null;
  readonly answeredAtMs: number | null;
  /** Set in `announcing` (the planned ending), `ending`, and `ended`; null in `ended` if another controller has the call. */
  readonly ending: ObservedEnding | null;
}

/**
 * Called for every transition, in order, after the decision and before its commands run; `before` is null for a call
 * that is new here. `cause` is the event, or `arrived`, `adopted`, or `takenOver`: another controller has the call,
 * so it is over here, without an ending. Must not throw.
 */
export type CallObserver = (before: ObservedCall | null, after: ObservedCall, cause: string) => void;

/** The outcome is final: the call is over, except for cleaning up in Asterisk. */
export const isOver = ({ state }: ObservedCall): boolean => state === "ending" || state === "ended";
