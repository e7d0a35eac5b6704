import type { AsteriskCall } from "../../values/asteriskCall.ts";
import { type CallRecord, recordSources, type StatusReason } from "../../values/callRecord.ts";
import { enderOf } from "../../values/endedBy.ts";
import { calleesAnswer, cause as causes, outcomeOfDial } from "../../values/outcome.ts";

type Outcome = Pick<CallRecord, "status" | "statusReason" | "endedBy">;

/** Asterisk ends a call slightly before or after its limit. */
const limitToleranceMs = 1_000;

const seconds = (ms: number): number => Math.max(0, Math.round(ms / 1000));

/**
 * The record that follows from Asterisk's own account of a call. Answered means that Asterisk measured a talk time:
 * `DIALSTATUS` says ANSWER also for a caller who hung up before the answer reached them.
 */
export function recordOfLine(call: AsteriskCall): CallRecord {
  const { answeredMs, dialledAtMs } = call;
  // The clock may have been set during the call.
  const endedAtMs = Math.max(call.endedAtMs, call.startedAtMs);
  const answeredAtMs = answeredMs === null ? null : Math.max(call.startedAtMs, endedAtMs - answeredMs);
  const outcome = answeredMs === null ? unansweredOutcome(call) : answeredOutcome(call, answeredMs);
  return {
    callId: call.callId,
    source: isUndecided(call) ? recordSources.inferred : recordSources.asterisk,
    direction: call.direction,
    proxyNumber: call.proxyNumber === "" ? call.dialled : call.proxyNumber,
    realNumber: call.realNumber,
    shownNumber: call.shownNumber,
    callerId: call.callerId,
    startedAtMs: call.startedAtMs,
    answeredAtMs,
    endedAtMs,
    ringSeconds: seconds((answeredAtMs ?? endedAtMs) - (dialledAtMs ?? call.startedAtMs)),
    talkSeconds: seconds(answeredMs ?? 0),
    ...outcome,
    sipCode: calleesAnswer(outcome.status, call.sipCode),
    cause: call.cause,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    asterisk: call.asterisk,
    node: "",
    timeline: null,
  };
}

/**
 * The dialplan neither decided nor dialled: the caller left first, or a controller connected the legs itself
 * (`CONNECT=bridge`). Then Asterisk's line says nothing about the call that the controller does not know better.
 */
export const isUndecided = ({ path, status, dialStatus, answeredMs }: AsteriskCall): boolean =>
  path === null && status === null && dialStatus === null && answeredMs === null;

function answeredOutcome(call: AsteriskCall, answeredMs: number): Outcome {
  const statusReason = reasonOfEnd(call, answeredMs);
  const endedBy = statusReason === null ? call.endedBy : (enderOf("answered", statusReason) ?? call.endedBy);
  return { status: "answered", statusReason, endedBy };
}

/** Why Asterisk's conversation ended; null if an operator ended it, or for an unknown reason. */
export function reasonOfEnd(call: AsteriskCall, answeredMs: number): StatusReason | null {
  const { reason, endedBy, limitSeconds, cause } = call;
  if (reason !== null) return reason;
  if (cause === causes.preemption) return "supervisor";
  if (endedBy === "caller") return "caller_hung_up";
  if (endedBy === "callee") return "callee_hung_up";
  if (limitSeconds !== null && answeredMs >= limitSeconds * 1000 - limitToleranceMs) return "max_length";
  // Otherwise an operator ended it, in Asterisk's CLI for example.
  return cause === causes.requestedChannelNotAvailable ? "media_timeout" : null;
}

function unansweredOutcome(call: AsteriskCall): Outcome {
  const { status, statusReason } = statusOfUnanswered(call);
  return { status, statusReason, endedBy: enderOf(status, statusReason) };
}

function statusOfUnanswered(call: AsteriskCall): Pick<CallRecord, "status" | "statusReason"> {
  const { status, reason, dialStatus, endedBy, cause, sipCode } = call;
  if (status !== null) return { status, statusReason: reason };
  if (reason === "supervisor" || cause === causes.preemption)
    return { status: "cancelled", statusReason: "supervisor" };
  // ANSWER: the answer and the hangup crossed.
  const callerLeft =
    dialStatus === null
      ? endedBy !== "system"
      : dialStatus === "CANCEL" || (dialStatus === "ANSWER" && endedBy !== "callee");
  if (callerLeft)
    return { status: "cancelled", statusReason: reason ?? (endedBy === "system" ? null : "caller_hung_up") };
  if (dialStatus === null) return { status: "failed", statusReason: reason };
  const outcome = outcomeOfDial(dialStatus, cause, sipCode);
  return { status: outcome.status, statusReason: reason ?? outcome.reason };
}
