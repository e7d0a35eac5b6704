import type { StatusReason } from "../../../values/callRecord.ts";
import { cause, outcomeOfUnanswered } from "../../../values/outcome.ts";
import type { Known } from "../../../values/knownParties.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, CallEvent, Transition } from "./call.ts";
import { dial, giveUpTrunk, held, join, lookedUp, rings, tryNextTrunk } from "./connecting.ts";
import { brokenOff, end, ending, handBack, takeDown } from "./ending.ts";
import { reconciled } from "./reconciling.ts";
import { lookAtAnnouncement } from "./refusing.ts";
import { found, isAstray, leftStasis, lookFor, lookSoon, whileAstray } from "./taking.ts";
import { answerAt, answered, isDialled } from "./talking.ts";

/** After a lost race, time for the event of the hangup that won it. */
const settleTimeoutMs = 1_000;
const trunkUnavailable = {
  status: "congestion",
  reason: "trunk_unavailable",
  callerCause: cause.noCircuit,
} as const;

const unchanged = (call: Call): Transition => ({ call, commands: [] });

/** The consequences of one fact. Pure: reads no clock, runs no command. */
export function transition(call: Call, event: CallEvent, policy: CallPolicy): Transition {
  if (call.state === "ended") return unchanged(call);
  if (call.state === "ending") return takeDown(call, event);
  return (isAstray(call) ? whileAstray(call, event) : null) ?? proceed(call, event, policy);
}

function proceed(call: Call, event: CallEvent, policy: CallPolicy): Transition {
  switch (event.type) {
    case "lookedUp":
      if (isUndecided(call)) return lookedUp(call, event.known, event.atMs, policy);
      return unchanged(learned(call, event.known));
    case "callerHeld":
      return call.state === "lookingUp" ? held(call, event.atMs, policy) : unchanged(call);
    case "callerFound":
      return event.place === "held" && call.state === "lookingUp"
        ? held(call, event.atMs, policy)
        : found(call, event);
    case "calleeLegReady":
      return call.state === "preparing" ? join(call, event.channel) : unchanged(call);
    case "legsJoined":
      return call.state === "preparing" && call.calleeLeg === "up"
        ? dial(call, event.atMs, policy)
        : unchanged(call);
    case "calleeDialled":
      // With several trunks, the first attempt counts.
      return call.state === "dialling" && call.trunkIndex === 0
        ? unchanged({ ...call, dialledAtMs: Math.max(event.atMs, call.atMs) })
        : unchanged(call);
    case "calleeRang":
    case "calleeProgressed":
      return call.state === "dialling" && !call.silent ? rings(call, policy) : unchanged(call);
    case "calleeAnswered":
      return isDialled(call) ? answered(call, event.atMs, policy) : unchanged(call);
    case "calleeRedirected":
      return isDialled(call)
        ? end(call, ending(event.atMs, "rejected", "redirect_refused", cause.callRejected))
        : unchanged(call);
    case "calleeLeaving":
      return call.state === "talking" ? unchanged({ ...call, calleeLeaving: true }) : unchanged(call);
    case "hangupBegan":
      return call.state === "talking" && call.hangupReason === undefined
        ? unchanged({ ...call, hangupReason: event.reason })
        : unchanged(call);
    case "calleeLeft":
      return calleeLeft({ ...call, calleeLeg: "gone" }, event, policy);
    case "callerLeft":
      if (event.mayContinue !== true || event.wasUp) return callerLeft({ ...call, callerLeg: "gone" }, event);
      return call.state === "announcing" ? unchanged(call) : leftStasis(call, event.atMs);
    case "announcementFinished":
      return call.state === "announcing" && call.ending !== null
        ? end(call, { ...call.ending, atMs: event.atMs })
        : unchanged(call);
    case "bridgeDestroyed":
      // The bridge was destroyed by another client. Do not leave two parties that cannot hear each other.
      return end({ ...call, bridge: "gone" }, brokenOff(call, event.atMs));
    case "timerFired":
      return timerFired(call, event.timer, event.atMs, policy);
    case "hangUpRequested":
      return end(
        call,
        call.answeredAtMs === null
          ? ending(event.atMs, "cancelled", event.reason, cause.callRejected)
          : ending(event.atMs, "answered", event.reason, cause.normalClearing),
      );
    case "commandFailed":
      return commandFailed(call, event, policy);
    case "reconciled":
      return reconciled(call, event, policy);
  }
}

/** The caller waits for our decision. */
const isUndecided = (call: Call): boolean =>
  call.state === "lookingUp" && call.claim === "waiting" && call.leftStasisAtMs === null;

/** For an adopted call unknown to this instance's spool: the callee, for the record. */
const learned = (call: Call, known: Known): Call =>
  call.realNumber === null && known.kind === "found" && call.callerNumber !== known.mapping.realNumber
    ? { ...call, realNumber: known.mapping.realNumber }
    : call;

function calleeLeft(
  call: Call,
  event: CallEvent & { readonly type: "calleeLeft" },
  policy: CallPolicy,
): Transition {
  const { atMs, sipCode } = event;
  if (call.answeredAtMs !== null)
    return end(call, {
      ...ending(atMs, "answered", reasonOfEnd(call, "callee_hung_up"), cause.normalClearing, sipCode),
      cause: event.cause,
    });
  const failed = call.silent ? trunkUnavailable : outcomeOfUnanswered(event.cause, sipCode);
  const failsOver =
    failed.status === "congestion" || (sipCode !== null && policy.failOverCodes.includes(sipCode));
  const next = failsOver ? tryNextTrunk(call, atMs, policy) : null;
  if (next) return next;
  return end(call, {
    ...ending(atMs, failed.status, failed.reason, failed.callerCause, sipCode),
    cause: event.cause,
  });
}

/** Why a conversation ended. `apparent`: as its legs were lost, where the hangup itself was not seen. */
const reasonOfEnd = ({ hangupReason }: Call, apparent: StatusReason): StatusReason | null =>
  hangupReason === undefined ? apparent : hangupReason;

function callerLeft(call: Call, event: CallEvent & { readonly type: "callerLeft" }): Transition {
  const atMs = call.leftStasisAtMs ?? event.atMs;
  // The caller's own channel decides: the callee's answer and the caller's CANCEL may have crossed.
  const wasAnswered = event.wasUp && (call.answeredAtMs !== null || isDialled(call));
  const answeredAtMs = wasAnswered ? answerAt(call, atMs) : null;
  const gone = { ...call, answeredAtMs };
  const hungUp =
    gone.answeredAtMs === null
      ? ending(atMs, "cancelled", "caller_hung_up", cause.normalClearing)
      : ending(
          atMs,
          "answered",
          reasonOfEnd(call, call.calleeLeaving ? "callee_hung_up" : "caller_hung_up"),
          cause.normalClearing,
        );
  // During an announcement the outcome is already known; the caller only hung up early.
  return end(gone, { ...(gone.ending ?? hungUp), atMs, cause: event.cause });
}

function timerFired(
  call: Call,
  timer: (CallEvent & { readonly type: "timerFired" })["timer"],
  atMs: number,
  policy: CallPolicy,
): Transition {
  switch (timer) {
    case "setUp":
      if (isUndecided(call)) return lookedUp(call, { kind: "late" }, atMs, policy);
      return call.state === "lookingUp" ? lookFor(call) : giveUp(call, atMs);
    case "silence":
      return call.state === "dialling" ? giveUpTrunk(call) : unchanged(call);
    case "ring":
      return isDialled(call)
        ? end(call, ending(atMs, "no_answer", "ring_timeout", cause.noAnswer))
        : unchanged(call);
    case "maxLength":
      return call.answeredAtMs === null
        ? unchanged(call)
        : end(call, ending(atMs, "answered", "max_length", cause.normalClearing));
    case "announcement":
      return call.state === "announcing" ? lookAtAnnouncement(call) : unchanged(call);
    case "cleanup":
      return unchanged(call);
  }
}

function commandFailed(
  call: Call,
  event: CallEvent & { readonly type: "commandFailed" },
  policy: CallPolicy,
): Transition {
  const { command, failure, atMs } = event;
  // Without the link, only a controller releases the callee. If the deadline does not end, it passes.
  if (failure === "disconnected" || command === "linkLegs" || command === "endDeadline")
    return unchanged(call);
  // Asterisk is asked where the caller is.
  if (call.state === "announcing") return unchanged(call);
  if (command === "takeCaller" || command === "findCaller")
    return call.state === "lookingUp" ? lookSoon(call) : unchanged(call);
  // If it was dialled, Asterisk says so. If not, the ring time ends.
  if (command === "dialCallee" && failure === "unknown") return unchanged(call);
  if (failure === "gone" && command !== "createBridge")
    return { call, commands: [{ type: "setTimer", timer: "setUp", afterMs: settleTimeoutMs }] };
  // Asterisk only reports that the leg could not be created: no such endpoint, trunk unreachable, no resources.
  if (command === "createCalleeLeg" && failure === "refused" && call.state === "preparing")
    return (
      tryNextTrunk({ ...call, calleeLeg: "gone" }, atMs, policy) ??
      end(
        { ...call, calleeLeg: "gone" },
        ending(atMs, trunkUnavailable.status, trunkUnavailable.reason, trunkUnavailable.callerCause),
      )
    );
  return giveUp(call, atMs);
}

/** Undialled, the call goes back to the dialplan, which may have it already. */
const giveUp = (call: Call, atMs: number): Transition =>
  call.state === "preparing" ? handBack(call, atMs, "interrupted") : end(call, brokenOff(call, atMs));
