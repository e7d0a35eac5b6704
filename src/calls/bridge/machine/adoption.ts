import type { IncomingCall } from "../../decision/incoming.ts";
import type { Call, Ending } from "./call.ts";
import { notBefore } from "./ending.ts";
import { calleeChannelOf, callerChannelOf } from "./legNames.ts";
import type { OpenCall } from "../../../values/callRecord.ts";
import { phoneNumberOrNull } from "../../../values/phoneNumber.ts";
import { cause } from "../../../values/outcome.ts";

interface Evidence {
  readonly callId: string;
  readonly asterisk: string;
  /** Read from the caller's channel; null if it is gone. */
  readonly incoming: IncomingCall | null;
  readonly isHeld: boolean;
  readonly known: OpenCall | null;
  readonly hasRecord: boolean;
  readonly trunk: string;
  /** The number shown to the callee, according to Asterisk. */
  readonly presentedNumber: string | null;
  /** When the callee's leg was created, which is when it was dialled; null if it is gone. */
  readonly dialledAtMs: number | null;
  readonly atMs: number;
}

/**
 * Reconstructs a call that Asterisk has and this controller does not know. The `reconciled` event that follows
 * decides what happens to it.
 */
export function adopted(evidence: Evidence): Call {
  const { callId, asterisk, incoming, known, atMs } = evidence;
  const call: Call = {
    callId,
    asterisk,
    inboundTrunk: known?.inboundTrunk ?? incoming?.inboundTrunk ?? "",
    dialled: incoming?.dialled ?? known?.proxyNumber ?? "",
    proxyNumber: incoming?.proxyNumber ?? phoneNumberOrNull(known?.proxyNumber),
    callerNumber: incoming?.callerNumber ?? (known?.callerId || null),
    secondReading: incoming?.secondReading ?? null,
    cameBack: false,
    forwardedBy: null,
    withheldNumber: null,
    atMs: known?.startedAtMs ?? incoming?.atMs ?? atMs,
    callerChannel: callerChannelOf(callId),
    calleeChannel: calleeChannelOf(callId),
    state: known?.answeredAtMs ? "talking" : "preparing",
    realNumber: phoneNumberOrNull(known?.realNumber),
    direction: known?.direction ?? "in",
    decision: null,
    claim: evidence.isHeld ? "held" : "waiting",
    leftStasisAtMs: null,
    trunkIndex: 0,
    outboundTrunk: known?.outboundTrunk ?? evidence.trunk,
    presentedNumber: evidence.presentedNumber,
    callerLeg: "up",
    calleeLeg: "requested",
    bridge: "requested",
    callerJoined: true,
    calleeLeaving: false,
    preparedAtMs: null,
    dialledAtMs: evidence.dialledAtMs,
    attemptAtMs: evidence.dialledAtMs,
    silent: false,
    hangupReason: undefined,
    answeredAtMs: known?.answeredAtMs ?? null,
    ending: null,
    cleanups: 0,
  };
  // Its record is written; only its remains have to be taken down.
  return evidence.hasRecord
    ? { ...call, state: "ending", ending: notBefore(call, interrupted(call.answeredAtMs, atMs)) }
    : call;
}

const interrupted = (answeredAtMs: number | null, atMs: number): Ending => ({
  atMs,
  status: answeredAtMs === null ? "cancelled" : "answered",
  reason: "interrupted",
  callerCause: cause.normalClearing,
  sipCode: null,
  cause: null,
});

/** The spool stores the dialled digits even if they are not a phone number. */
