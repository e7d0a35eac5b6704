import type { ObservedEnding } from "../../../values/observedCall.ts";
import { cause as causes, outcomeOfDial, outcomeOfUnanswered } from "../../../values/outcome.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, CallCommand, CallEvent, Transition } from "./call.ts";

/** Asterisk's line about the end is read about a second after it was written. */
const lineTimeoutMs = 5_000;

type Outcome = Pick<ObservedEnding, "status" | "reason"> & Partial<Pick<ObservedEnding, "sipCode" | "cause">>;

/** A call never ends before it began, whatever the clocks say. */
const notBefore = (call: Call, atMs: number): number =>
  Math.max(atMs, call.answeredAtMs ?? call.dialledAtMs ?? call.atMs);

const waitForLine: CallCommand = { type: "setTimer", timer: "line", afterMs: lineTimeoutMs };

/** The outcome is known. Asterisk's line may still correct it. */
export function end(call: Call, atMs: number, outcome: Outcome): Transition {
  const ending = { sipCode: null, cause: null, ...outcome, atMs: notBefore(call, atMs) };
  return {
    call: { ...call, state: "ended", ending },
    commands: [{ type: "writeRecord" }, waitForLine],
  };
}

/** Neither events nor Asterisk's lists have the call any more. Its record waits for Asterisk's line. */
export function lose(call: Call, { atMs, restarted }: CallEvent & { readonly type: "missing" }): Transition {
  const ending: ObservedEnding = {
    atMs: notBefore(call, atMs),
    status: call.answeredAtMs !== null ? "answered" : restarted ? "failed" : "cancelled",
    reason: restarted ? "asterisk_lost" : "interrupted",
    sipCode: null,
    cause: null,
  };
  return { call: { ...call, state: "ended", ending, lost: true }, commands: [waitForLine] };
}

/** The party that ended a conversation, judging by the callee's leg. */
export function hangup(
  call: Call,
  atMs: number,
  cause: number | null,
  policy: Pick<CallPolicy, "maxLengthMs">,
): Outcome {
  const status = "answered";
  if (call.supervisorHungUp) return { status, reason: "supervisor", cause };
  if (call.calleeHungUp) return { status, reason: "callee_hung_up", cause };
  if (cause === causes.requestedChannelNotAvailable) return { status, reason: "media_timeout", cause };
  return call.answeredAtMs !== null && atMs - call.answeredAtMs >= policy.maxLengthMs
    ? { status, reason: "max_length", cause }
    : { status, reason: "caller_hung_up", cause };
}

/** The caller is not there any more, and nothing has answered. */
export function givenUp(call: Call): Outcome {
  if (call.supervisorHungUp) return { status: "cancelled", reason: "supervisor" };
  // Asterisk ends a leg whose caller has left with 127. Any other end is the callee's, and the caller was told.
  const { failure } = call;
  return failure?.sipCode === undefined || failure.sipCode === null || failure.cause === causes.interworking
    ? { status: "cancelled", reason: "caller_hung_up", cause: failure?.cause ?? null }
    : outcomeOf(failure);
}

function outcomeOf({ cause, sipCode }: NonNullable<Call["failure"]>): Outcome {
  const { status, reason } = outcomeOfUnanswered(cause, sipCode);
  return { status, reason, cause, sipCode };
}

/** Why nothing has answered, as the dialplan reports it while the caller is still there. */
export function failed(call: Call, event: CallEvent & { readonly type: "failed" }): Outcome {
  const { status, reason, dialStatus, sipCode } = event;
  const cause = event.cause ?? call.failure?.cause ?? null;
  if (status !== null) return { status, reason, cause, sipCode };
  const outcome = outcomeOfDial(dialStatus, cause, sipCode);
  // If the leg gave no cause, the caller got ours.
  return {
    status: outcome.status,
    reason: reason ?? outcome.reason,
    cause: cause ?? outcome.callerCause,
    sipCode,
  };
}

/** Asterisk's own account. It corrects the facts of the events, and the record is merged with it. */
export function account(call: Call, event: CallEvent & { readonly type: "line" }): Transition {
  const { ending, answeredAtMs } = event;
  const told: Call = { ...call, state: "ended", answeredAtMs: answeredAtMs ?? call.answeredAtMs, ending };
  if (call.state === "ended" && !call.lost) return { call: told, commands: [{ type: "forget" }] };
  return { call: { ...told, lost: false }, commands: [{ type: "writeRecord" }, { type: "forget" }] };
}
