import type { DialStatus } from "../../../values/asteriskCall.ts";
import type { CallDirection, CallStatus, StatusReason } from "../../../values/callRecord.ts";
import type { ObservedEnding } from "../../../values/observedCall.ts";
import type { PhoneNumber } from "../../../values/phoneNumber.ts";
import type { CommandFailure } from "../../decision/commandFailure.ts";
import type { Connecting } from "../../decision/extension.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import type { Known } from "../../../values/knownParties.ts";

/**
 * The states of a call. The controller decides once; then Asterisk connects, and the controller follows.
 *
 * ```
 * lookingUp ─┬─ dialling ── ringing ── talking ─┬─ ended
 *            └─ announcing ─────────────────────┘
 * ```
 */
type CallState = "lookingUp" | "dialling" | "ringing" | "talking" | "announcing" | "ended";

/** An attempt on an outbound trunk. */
export interface Attempt {
  readonly trunk: string;
  /** The number that the callee sees; null for none. */
  readonly shown: string | null;
}

export interface Call extends IncomingCall {
  /** Name of the caller's channel: requests find it by its name without a scan. */
  readonly channelName: string;
  readonly state: CallState;
  readonly direction: CallDirection;
  readonly realNumber: PhoneNumber | null;
  /** The trunks in turn. */
  readonly attempts: readonly Attempt[];
  /** The attempt that Asterisk is making. */
  readonly trunkIndex: number;
  readonly outboundTrunk: string | null;
  readonly presentedNumber: string | null;
  /** Channel ID of the callee's leg, once it rings or answers. */
  readonly leg: string | null;
  /** How the last leg ended unanswered. */
  readonly failure: LegEnd | null;
  /** The caller's channel has left Stasis, or was told to, without a decision. */
  readonly leftEarly: boolean;
  readonly calleeHungUp: boolean;
  readonly supervisorHungUp: boolean;
  readonly dialledAtMs: number | null;
  readonly answeredAtMs: number | null;
  /** Set in `announcing` (the planned ending) and `ended`. */
  readonly ending: ObservedEnding | null;
  /** Asterisk no longer has the call, and its record waits for the line that Asterisk may have written. */
  readonly lost: boolean;
}

interface LegEnd {
  readonly cause: number | null;
  readonly sipCode: number | null;
}

/** Where the caller's channel is, as Asterisk reports it. */
export interface Sighting {
  readonly channelName: string;
  /**
   * `waiting`: in Stasis, undecided. `fallback`: the dialplan looks the number up. `over`: the caller is about to be
   * told the outcome.
   */
  readonly place: "waiting" | "fallback" | "connect" | "refuse" | "over";
  /** In `connect`: the call that Asterisk is connecting. */
  readonly connecting: Connecting | null;
  /** In `refuse`. */
  readonly refusal: {
    readonly status: CallStatus;
    readonly reason: StatusReason | null;
    readonly cause: number;
    readonly realNumber: PhoneNumber | null;
    readonly proxyNumber: PhoneNumber | null;
  } | null;
  /** The call was answered. */
  readonly up: boolean;
  /** The callee's leg, if it is also known. */
  readonly leg: { readonly leg: string; readonly trunk: string; readonly rings: boolean } | null;
}

/** A call has one timer at a time: setting another replaces it. */
export type CallTimer =
  /** The lookup has to be finished. */
  | "lookUp"
  /** Nothing was heard of the call; Asterisk is asked where it is. */
  | "silence"
  /** Asterisk's line about the end of the call has to be here. */
  | "line";

type LegFact = {
  readonly atMs: number;
  /** Channel ID. */
  readonly leg: string;
  /** The outbound trunk. */
  readonly trunk: string;
};

/** Facts. `atMs` is when it happened, not when the controller learned of it. */
export type CallEvent =
  /** `ways`: for each trunk, the endpoint to use if it is split. */
  | {
      readonly type: "lookedUp";
      readonly atMs: number;
      readonly known: Known;
      readonly ways: readonly (number | null)[];
    }
  | ({ readonly type: "legRang" } & LegFact)
  | ({ readonly type: "legAnswered" } & LegFact)
  /** The callee hung up. The end of the leg follows. */
  | ({ readonly type: "legHungUp" } & LegFact)
  | ({ readonly type: "legLeft" } & LegFact & LegEnd)
  /** The caller has hung up before the decision. The channel is about to end. */
  | { readonly type: "callerHungUp"; readonly atMs: number }
  /** The dialplan is about to end the call unanswered, and the caller is still there. */
  | {
      readonly type: "failed";
      readonly atMs: number;
      /** As in the decision; null if it follows from the rest. */
      readonly status: CallStatus | null;
      readonly reason: StatusReason | null;
      /** The last trunk that was tried; null, like the next one, if nothing was dialled. */
      readonly trunk: string | null;
      readonly dialStatus: DialStatus | null;
      readonly cause: number | null;
      readonly sipCode: number | null;
    }
  /** Asterisk's own account of the end of the call. */
  | {
      readonly type: "line";
      readonly atMs: number;
      readonly answeredAtMs: number | null;
      readonly ending: ObservedEnding;
    }
  | { readonly type: "seen"; readonly atMs: number; readonly at: Sighting }
  /** Asterisk does not have the caller's channel any more. */
  | { readonly type: "gone"; readonly atMs: number }
  /** After a gap in the events: Asterisk does not have the call any more. `atMs` is the last sign of life. */
  | {
      readonly type: "missing";
      readonly atMs: number;
      /** Asterisk has restarted since the call began. */
      readonly restarted: boolean;
    }
  | { readonly type: "hangUpRequested"; readonly atMs: number }
  | { readonly type: "timerFired"; readonly atMs: number; readonly timer: CallTimer }
  | {
      readonly type: "commandFailed";
      readonly atMs: number;
      readonly command: CallCommand["type"];
      readonly failure: CommandFailure;
    };

export type CallCommand =
  | { readonly type: "lookUp" }
  /** The caller's channel continues in the dialplan. */
  | { readonly type: "proceed"; readonly context: string; readonly extension: string }
  /** Asks Asterisk where the caller's channel is. */
  | { readonly type: "query" }
  | { readonly type: "hangUp" }
  | { readonly type: "setTimer"; readonly timer: CallTimer; readonly afterMs: number }
  | { readonly type: "clearTimer" }
  | { readonly type: "keepOpen" }
  | { readonly type: "writeRecord" }
  /** Nothing more will be heard of the call. */
  | { readonly type: "forget" };

export interface Transition {
  readonly call: Call;
  readonly commands: readonly CallCommand[];
}
