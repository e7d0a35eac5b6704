import type { CallStatus, StatusReason } from "../../values/callRecord.ts";
import type { CallerIdPolicy, Lookup } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";

/**
 * The states that a person would draw on a board.
 *
 * ```
 * lookingUp ─┬─ preparing ── dialling ── ringing ── talking ─┐
 *            └─ announcing ──────────────────────────────────┴─ ending ── ended
 * ```
 * `ending`: the outcome stands and the record is written; legs and bridge are being taken down.
 */
export type CallState =
  | "lookingUp"
  | "preparing"
  | "dialling"
  | "ringing"
  | "talking"
  | "announcing"
  | "ending"
  | "ended";

export interface OutboundTrunk {
  /** Name of the PJSIP endpoint. */
  readonly name: string;
  /** Put before the digits of E.164 in the request URI, usually empty or `+`. */
  readonly dialPrefix: string;
  /** For mappings without a policy of their own. */
  readonly callerIdPolicy: CallerIdPolicy;
}

/** What a caller hears before he is hung up on; a media URI of Asterisk, or null for nothing. */
export interface Announcements {
  readonly unknown: string | null;
  readonly disabled: string | null;
  readonly expired: string | null;
}

export interface CallPolicy {
  readonly node: string;
  /** In the order in which they are tried: the next one when the one before is out of order or full. */
  readonly trunks: readonly [OutboundTrunk, ...OutboundTrunk[]];
  readonly lookupTimeoutMs: number;
  readonly ringTimeoutMs: number;
  readonly maxLengthMs: number;
  readonly announcements: Announcements;
}

/** What the inbound trunk told us. */
export interface IncomingCall {
  readonly callId: string;
  readonly asterisk: string;
  readonly inboundTrunk: string;
  /** As dialled, for the record. */
  readonly dialled: string;
  /** The dialled number in E.164, or null when it cannot be one. */
  readonly proxyNumber: PhoneNumber | null;
  /** null when withheld. */
  readonly callerNumber: string | null;
  /** The call bears the mark of a leg that we ourselves sent out. */
  readonly cameBack: boolean;
  readonly atMs: number;
}

type LegState = "none" | "requested" | "up" | "gone";

/** How the call ends, fixed once. */
export interface Ending {
  readonly atMs: number;
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  readonly callerCause: number;
  readonly sipCode: number | null;
  readonly cause: number | null;
}

export interface Call extends IncomingCall {
  readonly state: CallState;
  readonly realNumber: PhoneNumber | null;
  /** The mapping's own policy, null for the trunk's. */
  readonly callerIdPolicy: CallerIdPolicy | null;
  readonly trunkIndex: number;
  readonly outboundTrunk: string | null;
  readonly presentedNumber: string | null;
  readonly callerLeg: "up" | "gone";
  readonly calleeLeg: LegState;
  readonly bridge: LegState;
  readonly callerJoined: boolean;
  readonly dialledAtMs: number | null;
  readonly answeredAtMs: number | null;
  /** Set in `announcing` (what is to come), `ending` and `ended`. */
  readonly ending: Ending | null;
  /** Attempts to take down what is left. */
  readonly cleanups: number;
}

/** A call has one timer at a time: setting another replaces it. */
export type CallTimer = "setUp" | "ring" | "maxLength" | "announcement" | "cleanup";

/**
 * Facts. `atMs` is when it happened, not when the controller learned of it: what Asterisk tells may be read late, and
 * then it is older than what the controller did meanwhile.
 */
export type CallEvent =
  | { readonly type: "lookedUp"; readonly atMs: number; readonly result: Lookup }
  | { readonly type: "calleeLegReady"; readonly atMs: number }
  /** Asterisk has begun to dial. */
  | { readonly type: "calleeDialled"; readonly atMs: number }
  | { readonly type: "calleeProgressed"; readonly atMs: number }
  | { readonly type: "calleeRang"; readonly atMs: number }
  | { readonly type: "calleeAnswered"; readonly atMs: number }
  | { readonly type: "calleeRedirected"; readonly atMs: number }
  | {
      readonly type: "calleeLeft";
      readonly atMs: number;
      readonly cause: number | null;
      readonly sipCode: number | null;
    }
  | {
      readonly type: "callerLeft";
      readonly atMs: number;
      readonly cause: number | null;
      /** His channel was answered. The news of the callee's answer may be on its way still, behind this. */
      readonly wasUp: boolean;
    }
  | { readonly type: "announcementFinished"; readonly atMs: number }
  | { readonly type: "bridgeDestroyed"; readonly atMs: number }
  | { readonly type: "timerFired"; readonly atMs: number; readonly timer: CallTimer }
  | { readonly type: "hangUpRequested"; readonly atMs: number; readonly reason: "supervisor" }
  | {
      readonly type: "commandFailed";
      readonly atMs: number;
      readonly command: CallCommand["type"];
      readonly failure: CommandFailure;
    }
  | {
      readonly type: "reconciled";
      readonly atMs: number;
      /** `up`: he was answered, which only ever happens because the callee answered. */
      readonly caller: "absent" | "unanswered" | "up";
      readonly callee: "absent" | "unanswered" | "up";
      /** `joined`: the callee's leg is in the bridge, so it was told to dial in the same breath. */
      readonly bridge: "absent" | "apart" | "joined";
    };

/**
 * `lostRace`: Asterisk knows the channel no longer, or not yet in that state (404, 409, 422), the normal
 * course when somebody hangs up meanwhile. `refused`: Asterisk said no. `unknown`: no answer in time, so it
 * may have been done. `disconnected`: the connection broke; reconciliation finds out what became of it.
 */
export type CommandFailure = "lostRace" | "refused" | "unknown" | "disconnected";

export type CallCommand =
  | { readonly type: "lookUp"; readonly proxyNumber: PhoneNumber }
  | {
      readonly type: "createCalleeLeg";
      readonly destination: string;
      readonly trunk: string;
      readonly presentedNumber: string | null;
      readonly lifetimeMs: number;
    }
  | { readonly type: "createBridge" }
  | { readonly type: "joinLegs"; readonly legs: "both" | "callee" }
  | { readonly type: "dialCallee"; readonly timeoutMs: number }
  | { readonly type: "playAnnouncement"; readonly media: string }
  | { readonly type: "hangUpCaller"; readonly cause: number }
  | { readonly type: "hangUpCallee"; readonly cause: number }
  | { readonly type: "handBackCaller" }
  | { readonly type: "destroyBridge" }
  | {
      readonly type: "setTimer";
      readonly timer: CallTimer;
      readonly afterMs: number;
      /** The time from which `afterMs` counts; the moment at which the command is carried out by default. */
      readonly sinceMs?: number;
    }
  | { readonly type: "clearTimer" }
  | { readonly type: "keepOpen" }
  | { readonly type: "writeRecord" };

export interface Transition {
  readonly call: Call;
  readonly commands: readonly CallCommand[];
}
