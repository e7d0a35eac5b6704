import type { CommandFailure } from "../../decision/commandFailure.ts";
import type { CallDirection, StatusReason } from "../../../values/callRecord.ts";
import type { ObservedEnding, ObservedState } from "../../../values/observedCall.ts";
import type { PhoneNumber } from "../../../values/phoneNumber.ts";
import type { Connect } from "../../decision/decide.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import type { Known } from "../../../values/knownParties.ts";

type LegState = "none" | "requested" | "up" | "gone";

/** How the call ends. Set once. */
export interface Ending extends ObservedEnding {
  readonly callerCause: number;
}

/**
 * Until the call is `held`, Asterisk's deadline may give it to the dialplan's fallback at any moment. So it is only asked to
 * continue, which has no effect on a caller who has left Stasis, and nothing else is made for it.
 */
type Claim = "waiting" | "asked" | "held";

export interface Call extends IncomingCall {
  /** Name of each channel, by which Asterisk finds it without a scan; its ID until the name is known. */
  readonly callerChannel: string;
  readonly calleeChannel: string;
  /**
   * ```
   * lookingUp ─┬─ preparing ── dialling ── ringing ── talking ─┐
   *            └─ announcing ──────────────────────────────────┴─ ending ── ended
   * ```
   * `ending`: the outcome stands and the record is written; legs and bridge are being taken down.
   */
  readonly state: ObservedState;
  readonly realNumber: PhoneNumber | null;
  readonly direction: CallDirection;
  /** null before the decision to connect, and for a call that was adopted. It is carried out once the caller is held. */
  readonly decision: Connect | null;
  readonly claim: Claim;
  /** When the caller, still unanswered, left Stasis: for the fallback, for us, or for good. */
  readonly leftStasisAtMs: number | null;
  readonly trunkIndex: number;
  readonly outboundTrunk: string | null;
  readonly presentedNumber: string | null;
  readonly callerLeg: "up" | "gone";
  readonly calleeLeg: LegState;
  readonly bridge: LegState;
  readonly callerJoined: boolean;
  /** The callee's leg is about to end, and Asterisk may end the caller's before it says so. */
  readonly calleeLeaving: boolean;
  /** When the second deadline began; null if it does not apply. */
  readonly preparedAtMs: number | null;
  readonly dialledAtMs: number | null;
  /** When the trunk whose turn it is was dialled. */
  readonly attemptAtMs: number | null;
  /** The trunk sent nothing, and its leg is being taken down. */
  readonly silent: boolean;
  readonly answeredAtMs: number | null;
  /** Why the first leg to end was hung up, by a reason or by an operator (null); not yet known: undefined. */
  readonly hangupReason: StatusReason | null | undefined;
  /** Set in `announcing` (the planned ending), `ending`, and `ended`. */
  readonly ending: Ending | null;
  /** Attempts to clean up. */
  readonly cleanups: number;
}

/** A call has one timer at a time: setting another replaces it. */
export type CallTimer = "setUp" | "silence" | "ring" | "maxLength" | "announcement" | "cleanup";

/**
 * Facts. `atMs` is when it happened, not when the controller learned of it: Asterisk's events may be read late, and
 * may then be older than the controller's own actions.
 */
export type CallEvent =
  | { readonly type: "lookedUp"; readonly atMs: number; readonly known: Known }
  /** The caller is held: the first deadline does not apply any more. */
  | { readonly type: "callerHeld"; readonly atMs: number }
  /** `between`: on the way from one to another. `dialplan`: with the fallback. `refused`: by us or by the fallback. */
  | {
      readonly type: "callerFound";
      readonly atMs: number;
      readonly place: "waiting" | "between" | "held" | "refused" | "dialplan";
    }
  | { readonly type: "calleeLegReady"; readonly atMs: number; readonly channel?: string }
  | { readonly type: "legsJoined"; readonly atMs: number }
  /** Asterisk started dialling. */
  | { readonly type: "calleeDialled"; readonly atMs: number }
  | { readonly type: "calleeProgressed"; readonly atMs: number }
  | { readonly type: "calleeRang"; readonly atMs: number }
  | { readonly type: "calleeAnswered"; readonly atMs: number }
  | { readonly type: "calleeRedirected"; readonly atMs: number }
  | { readonly type: "calleeLeaving"; readonly atMs: number }
  /** Either leg is about to end. null: Asterisk ends it, for an operator or for us. */
  | { readonly type: "hangupBegan"; readonly atMs: number; readonly reason: StatusReason | null }
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
      /** The caller's channel was answered. The event of the callee's answer may still follow. */
      readonly wasUp: boolean;
      /** It has left Stasis, perhaps only to continue in the dialplan. */
      readonly mayContinue?: boolean;
    }
  /** The caller is in Stasis again, to be hung up. */
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
      /**
       * `dialplan`: the fallback has the call. `up`: the caller's channel was answered, which only happens after the callee
       * answered.
       */
      readonly caller: "absent" | "dialplan" | "unanswered" | "up";
      readonly callee: "absent" | "unanswered" | "up";
      /** `joined`: the callee's leg is in the bridge, so it was also told to dial. */
      readonly bridge: "absent" | "apart" | "joined";
      /** Names of the channels that were found. */
      readonly callerChannel?: string | null;
      readonly calleeChannel?: string | null;
    };

export type CallCommand =
  | { readonly type: "lookUp" }
  | { readonly type: "takeCaller" }
  /** The dialplan plays the announcement, and ends the call with or without us. */
  | { readonly type: "refuseCaller"; readonly extension: string }
  | { readonly type: "findCaller" }
  | {
      readonly type: "createCalleeLeg";
      readonly destination: string;
      readonly trunk: string;
      readonly presentedNumber: string | null;
      readonly lifetimeMs: number;
      /** A leg after the first one: the second deadline begins again. */
      readonly restartsDeadline: boolean;
    }
  | { readonly type: "createBridge" }
  /** Tells Asterisk which channel to release when the caller hangs up. */
  | { readonly type: "linkLegs" }
  | { readonly type: "joinLegs"; readonly legs: "both" | "callee" }
  | { readonly type: "dialCallee"; readonly timeoutMs: number }
  /** From now on, the legs end each other, with or without us. */
  | { readonly type: "endDeadline" }
  | { readonly type: "hangUpCaller"; readonly cause: number }
  | { readonly type: "hangUpCallee"; readonly cause: number }
  | { readonly type: "handBackCaller" }
  | { readonly type: "destroyBridge" }
  | {
      readonly type: "setTimer";
      readonly timer: CallTimer;
      readonly afterMs: number;
      /** The time from which `afterMs` counts; by default the time when the command runs. */
      readonly sinceMs?: number;
    }
  | { readonly type: "clearTimer" }
  | { readonly type: "keepOpen" }
  | { readonly type: "writeRecord" };

export interface Transition {
  readonly call: Call;
  readonly commands: readonly CallCommand[];
}
