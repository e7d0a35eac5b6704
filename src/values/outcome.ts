import type { DialStatus } from "./asteriskCall.ts";
import type { CallStatus, StatusReason } from "./callRecord.ts";

/** The Q.850 causes that we send or evaluate, named as in the recommendation. */
export const cause = {
  unallocated: 1,
  noRouteToDestination: 3,
  /** With it, and nothing else, a supervisor ends a call that Asterisk connects. */
  preemption: 8,
  normalClearing: 16,
  userBusy: 17,
  noUserResponse: 18,
  noAnswer: 19,
  callRejected: 21,
  numberChanged: 22,
  exchangeRoutingError: 25,
  destinationOutOfOrder: 27,
  invalidNumberFormat: 28,
  facilityRejected: 29,
  noCircuit: 34,
  networkOutOfOrder: 38,
  temporaryFailure: 41,
  switchingCongestion: 42,
  requestedChannelNotAvailable: 44,
  bearerNotAvailable: 58,
  interworking: 127,
} as const;

/** Why the callee could not be reached, and the cause sent to the caller. */
interface Outcome {
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  readonly callerCause: number;
}

const outcome = (status: CallStatus, callerCause: number, reason: StatusReason | null = null): Outcome => ({
  status,
  reason,
  callerCause,
});

/**
 * Final SIP codes (RFC 3261 §21) of a leg that was not answered. The caller gets the cause that Asterisk translates
 * to the same or the nearest code.
 */
const bySipCode = new Map<number, Outcome>([
  [401, outcome("rejected", cause.callRejected)],
  [402, outcome("rejected", cause.callRejected)],
  [403, outcome("rejected", cause.callRejected)],
  [404, outcome("unallocated", cause.unallocated)],
  [407, outcome("rejected", cause.callRejected)],
  [408, outcome("no_answer", cause.noUserResponse)],
  [410, outcome("unallocated", cause.numberChanged)],
  [480, outcome("no_answer", cause.noAnswer)],
  [482, outcome("loop", cause.exchangeRoutingError)],
  [483, outcome("loop", cause.exchangeRoutingError)],
  [484, outcome("unallocated", cause.invalidNumberFormat)],
  [486, outcome("busy", cause.userBusy)],
  [487, outcome("no_answer", cause.noAnswer)],
  [488, outcome("failed", cause.bearerNotAvailable)],
  [600, outcome("busy", cause.userBusy)],
  [603, outcome("rejected", cause.callRejected)],
  [604, outcome("unallocated", cause.unallocated)],
  [606, outcome("failed", cause.bearerNotAvailable)],
]);

const byCause = new Map<number, Outcome>([
  [cause.unallocated, outcome("unallocated", cause.unallocated)],
  [2, outcome("unallocated", cause.unallocated)],
  [cause.noRouteToDestination, outcome("unallocated", cause.unallocated)],
  [cause.normalClearing, outcome("no_answer", cause.noAnswer)],
  [cause.userBusy, outcome("busy", cause.userBusy)],
  [cause.noUserResponse, outcome("no_answer", cause.noUserResponse)],
  [cause.noAnswer, outcome("no_answer", cause.noAnswer)],
  [20, outcome("no_answer", cause.noAnswer)],
  [cause.callRejected, outcome("rejected", cause.callRejected)],
  [cause.numberChanged, outcome("unallocated", cause.numberChanged)],
  [cause.exchangeRoutingError, outcome("loop", cause.exchangeRoutingError)],
  [cause.destinationOutOfOrder, outcome("congestion", cause.noCircuit)],
  [cause.invalidNumberFormat, outcome("unallocated", cause.invalidNumberFormat)],
  [cause.noCircuit, outcome("congestion", cause.noCircuit)],
  [cause.networkOutOfOrder, outcome("congestion", cause.noCircuit)],
  [cause.temporaryFailure, outcome("congestion", cause.noCircuit)],
  [cause.switchingCongestion, outcome("congestion", cause.noCircuit)],
  [43, outcome("congestion", cause.noCircuit)],
  [cause.requestedChannelNotAvailable, outcome("congestion", cause.noCircuit)],
  [cause.bearerNotAvailable, outcome("failed", cause.bearerNotAvailable)],
  [cause.interworking, outcome("failed", cause.networkOutOfOrder)],
]);

/**
 * Why the callee's leg ended unanswered. The SIP code takes precedence because several codes share one cause; older
 * Asterisks report the cause only.
 */
export function outcomeOfUnanswered(q850Cause: number | null, sipCode: number | null): Outcome {
  if (sipCode !== null) {
    const known = bySipCode.get(sipCode);
    if (known) return known;
    if (sipCode >= 300 && sipCode < 400) return outcome("rejected", cause.callRejected, "redirect_refused");
    if (sipCode >= 500 && sipCode < 600) return outcome("congestion", cause.noCircuit);
    if (sipCode >= 400) return outcome("failed", cause.networkOutOfOrder);
  }
  return byCause.get(q850Cause ?? -1) ?? outcome("failed", cause.networkOutOfOrder);
}

/**
 * Why a `Dial()` ended unanswered while the caller was still there. A refused redirect is BUSY without a SIP code
 * (measured on Asterisk 22.10). Asterisk cancels the leg when the ring time is over, which is 487 if the callee
 * confirms it.
 */
export function outcomeOfDial(
  dialStatus: DialStatus | null,
  q850Cause: number | null,
  sipCode: number | null,
): Outcome {
  const unanswered = outcomeOfUnanswered(q850Cause, sipCode);
  switch (dialStatus) {
    case "NOANSWER":
      return sipCode === null || sipCode === 487
        ? outcome("no_answer", cause.noAnswer, "ring_timeout")
        : unanswered;
    case "BUSY":
      return sipCode === null && q850Cause !== cause.userBusy
        ? outcome("rejected", cause.callRejected, "redirect_refused")
        : unanswered;
    case "CHANUNAVAIL":
      return sipCode === null ? outcome("congestion", cause.noCircuit, "trunk_unavailable") : unanswered;
    default:
      return unanswered;
  }
}

/** The callee's final answer, as recorded: 200, or the code of a refusal, if there was one. */
export const calleesAnswer = (status: CallStatus, refusal: number | null): number | null =>
  status === "answered" ? 200 : refusal;
