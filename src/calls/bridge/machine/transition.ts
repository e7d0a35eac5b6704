import { cause, outcomeOfUnanswered } from "../../../values/outcome.ts";
import { type Connect, decide, refusalAtOnce, type Refuse } from "../../decision/decide.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import type { Known } from "../../../values/knownParties.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import { shownNumber } from "../../decision/shown.ts";
import type { Call, CallCommand, CallEvent, Transition } from "./call.ts";
import { asSeen, brokenOff, end, ending, handBack, refuse, takeDown } from "./ending.ts";
import { calleeChannelOf } from "./legNames.ts";

/** Time limit for steps that should take Asterisk milliseconds. */
const setUpTimeoutMs = 8_000;
/** After a lost race, time for the event of the hangup that won it. */
const settleTimeoutMs = 1_000;
/** Asterisk's own limits are this much later than ours: they only apply without a controller. */
const backstopMs = 5_000;

const unchanged = (call: Call): Transition => ({ call, commands: [] });

/** A new call. Numbers that cannot be dialled and calls that came back are not looked up. */
export function begin(incoming: IncomingCall, channelName: string, policy: CallPolicy): Transition {
  const { atMs } = incoming;
  // Written out: copying the fields and adding as many takes V8 twenty microseconds.
  const call: Call = {
    callId: incoming.callId,
    asterisk: incoming.asterisk,
    inboundTrunk: incoming.inboundTrunk,
    dialled: incoming.dialled,
    proxyNumber: incoming.proxyNumber,
    secondReading: incoming.secondReading,
    callerNumber: incoming.callerNumber,
    cameBack: incoming.cameBack,
    isForwarded: incoming.isForwarded,
    atMs,
    callerChannel: channelName,
    calleeChannel: calleeChannelOf(incoming.callId),
    state: "lookingUp",
    realNumber: null,
    direction: "in",
    decision: null,
    trunkIndex: 0,
    outboundTrunk: null,
    presentedNumber: null,
    callerLeg: "up",
    calleeLeg: "none",
    bridge: "none",
    callerJoined: false,
    calleeLeaving: false,
    dialledAtMs: null,
    answeredAtMs: null,
    ending: null,
    cleanups: 0,
  };
  const refusal = refusalAtOnce(incoming);
  if (refusal !== null) return refused(call, refusal, atMs, policy);
  return {
    call,
    commands: [
      { type: "keepOpen" },
      { type: "setTimer", timer: "setUp", afterMs: policy.lookupTimeoutMs },
      { type: "lookUp" },
    ],
  };
}

/** The consequences of one fact. Pure: reads no clock, runs no command. */
export function transition(call: Call, event: CallEvent, policy: CallPolicy): Transition {
  if (call.state === "ended") return unchanged(call);
  if (call.state === "ending") return takeDown(call, event);
  switch (event.type) {
    case "lookedUp":
      return call.state === "lookingUp"
        ? lookedUp(call, event.known, event.atMs, policy)
        : unchanged(learned(call, event.known));
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
      return isDialled(call) ? unchanged({ ...call, state: "ringing" }) : unchanged(call);
    case "calleeAnswered":
      return isDialled(call) ? answered(call, event.atMs, policy) : unchanged(call);
    case "calleeRedirected":
      return isDialled(call)
        ? end(call, ending(event.atMs, "rejected", "redirect_refused", cause.callRejected))
        : unchanged(call);
    case "calleeLeaving":
      return call.state === "talking" ? unchanged({ ...call, calleeLeaving: true }) : unchanged(call);
    case "calleeLeft":
      return calleeLeft({ ...call, calleeLeg: "gone" }, event, policy);
    case "callerLeft":
      return callerLeft({ ...call, callerLeg: "gone" }, event);
    case "announcementFinished":
      return call.state === "announcing" ? end(call, call.ending) : unchanged(call);
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

function lookedUp(call: Call, known: Known, atMs: number, policy: CallPolicy): Transition {
  if (known.kind === "late") return handBack(call, atMs, "lookup_unavailable");
  const decision = decide(known, call, policy.trunks, atMs);
  if (decision.kind === "refuse") return refused(call, decision, atMs, policy);
  const { direction, realNumber, proxyNumber } = decision;
  const decided = { ...call, direction, realNumber, proxyNumber, decision };
  // In some networks a call that an owner forwards shows the owner's number.
  return direction === "return" && call.isForwarded
    ? refuse(decided, ending(atMs, "loop", "came_back", cause.exchangeRoutingError), policy, null)
    : prepare(decided, decision, policy);
}

const refused = (call: Call, decision: Refuse, atMs: number, policy: CallPolicy): Transition =>
  refuse(
    {
      ...call,
      realNumber: decision.realNumber,
      proxyNumber: decision.proxyNumber ?? call.proxyNumber,
    },
    ending(atMs, decision.status, decision.reason, decision.cause),
    policy,
    decision.announcement,
  );

/** For an adopted call unknown to this instance's spool: the callee, for the record. */
const learned = (call: Call, known: Known): Call =>
  call.realNumber === null && known.kind === "found" && call.callerNumber !== known.mapping.realNumber
    ? { ...call, realNumber: known.mapping.realNumber }
    : call;

function prepare(call: Call, decision: Connect, policy: CallPolicy): Transition {
  const { realNumber, proxyNumber, number, turns } = decision;
  const { callerNumber } = call;
  const trunk = policy.trunks[call.trunkIndex] ?? policy.trunks[0];
  const presented = shownNumber(turns[call.trunkIndex]?.shown ?? "nothing", {
    proxyNumber,
    number,
    callerNumber,
    trunkPolicy: trunk.callerIdPolicy,
  });
  const createLeg: CallCommand = {
    type: "createCalleeLeg",
    destination: trunk.dialPrefix + realNumber,
    trunk: trunk.name,
    presentedNumber: presented === null ? null : trunk.callerIdPrefix + presented,
    lifetimeMs: policy.ringTimeoutMs + policy.maxLengthMs + 2 * backstopMs,
  };
  const wait: CallCommand = { type: "setTimer", timer: "setUp", afterMs: setUpTimeoutMs };
  return {
    call: {
      ...call,
      state: "preparing",
      outboundTrunk: trunk.name,
      presentedNumber: presented,
      calleeChannel: calleeChannelOf(call.callId),
      calleeLeg: "requested",
      bridge: "requested",
    },
    commands:
      call.bridge === "none"
        ? [createLeg, { type: "createBridge" }, wait, { type: "keepOpen" }]
        : [createLeg, wait],
  };
}

/** Bridged before dialling, so that ringing and early media reach the unanswered caller. */
function join(call: Call, calleeChannel: string | undefined): Transition {
  return {
    call: { ...call, calleeLeg: "up", calleeChannel: calleeChannel ?? call.calleeChannel },
    commands: [{ type: "linkLegs" }, { type: "joinLegs", legs: call.callerJoined ? "callee" : "both" }],
  };
}

/** Only now: nobody is called for a caller who has left meanwhile. */
function dial(call: Call, atMs: number, policy: CallPolicy): Transition {
  return {
    call: { ...call, state: "dialling", callerJoined: true, dialledAtMs: call.dialledAtMs ?? atMs },
    commands: [
      { type: "dialCallee", timeoutMs: policy.ringTimeoutMs + backstopMs },
      { type: "setTimer", timer: "ring", afterMs: policy.ringTimeoutMs },
    ],
  };
}

/** The answer never comes before the dialling, whatever the clocks say. */
const answerAt = (call: Call, atMs: number): number =>
  call.answeredAtMs ?? Math.max(atMs, call.dialledAtMs ?? call.atMs);

function answered(call: Call, atMs: number, policy: CallPolicy): Transition {
  const answeredAtMs = answerAt(call, atMs);
  return {
    call: { ...call, state: "talking", answeredAtMs },
    commands: [
      { type: "setTimer", timer: "maxLength", afterMs: policy.maxLengthMs, sinceMs: answeredAtMs },
      { type: "keepOpen" },
    ],
  };
}

/** The same conversation after a gap: its time still counts from the answer. */
function talksOn(call: Call, answeredAtMs: number, policy: CallPolicy): Transition {
  return {
    call: { ...call, state: "talking" },
    commands: [{ type: "setTimer", timer: "maxLength", afterMs: policy.maxLengthMs, sinceMs: answeredAtMs }],
  };
}

const isDialled = (call: Call): boolean => call.state === "dialling" || call.state === "ringing";

/** A trunk that is full or down reports it before anything rings; the next one is tried. */
function tryNextTrunk(call: Call, policy: CallPolicy): Transition | null {
  const mayTry = call.state === "preparing" || call.state === "dialling";
  if (!mayTry || call.decision === null || call.trunkIndex + 1 >= policy.trunks.length) return null;
  return prepare({ ...call, trunkIndex: call.trunkIndex + 1 }, call.decision, policy);
}

function calleeLeft(
  call: Call,
  event: CallEvent & { readonly type: "calleeLeft" },
  policy: CallPolicy,
): Transition {
  const { atMs, sipCode } = event;
  if (call.answeredAtMs !== null)
    return end(call, {
      ...ending(atMs, "answered", "callee_hung_up", cause.normalClearing, sipCode),
      cause: event.cause,
    });
  const failed = outcomeOfUnanswered(event.cause, sipCode);
  const failsOver =
    failed.status === "congestion" || (sipCode !== null && policy.failOverCodes.includes(sipCode));
  const next = failsOver ? tryNextTrunk(call, policy) : null;
  if (next) return next;
  return end(call, {
    ...ending(atMs, failed.status, failed.reason, failed.callerCause, sipCode),
    cause: event.cause,
  });
}

function callerLeft(call: Call, event: CallEvent & { readonly type: "callerLeft" }): Transition {
  const { atMs } = event;
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
          call.calleeLeaving ? "callee_hung_up" : "caller_hung_up",
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
      return call.state === "lookingUp"
        ? lookedUp(call, { kind: "late" }, atMs, policy)
        : end(call, brokenOff(call, atMs));
    case "ring":
      return isDialled(call)
        ? end(call, ending(atMs, "no_answer", "ring_timeout", cause.noAnswer))
        : unchanged(call);
    case "maxLength":
      return call.answeredAtMs === null
        ? unchanged(call)
        : end(call, ending(atMs, "answered", "max_length", cause.normalClearing));
    case "announcement":
      return end(call, call.ending ?? brokenOff(call, atMs));
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
  // Without the link, only a controller releases the callee.
  if (failure === "disconnected" || command === "linkLegs") return unchanged(call);
  if (command === "playAnnouncement") return end(call, call.ending ?? brokenOff(call, atMs));
  if (failure === "gone" && command !== "createBridge")
    return { call, commands: [{ type: "setTimer", timer: "setUp", afterMs: settleTimeoutMs }] };
  // Asterisk only reports that the leg could not be created: no such endpoint, trunk unreachable, no resources.
  if (command === "createCalleeLeg" && failure === "refused" && call.state === "preparing")
    return (
      tryNextTrunk({ ...call, calleeLeg: "gone" }, policy) ??
      end({ ...call, calleeLeg: "gone" }, ending(atMs, "congestion", "trunk_unavailable", cause.noCircuit))
    );
  return end(call, brokenOff(call, atMs));
}

/** After a reconnect: compares Asterisk's state with ours. */
function reconciled(
  call: Call,
  event: CallEvent & { readonly type: "reconciled" },
  policy: CallPolicy,
): Transition {
  const { atMs } = event;
  const seen = asSeen(call, event);
  // The answer may have arrived after Asterisk made its list, and an answered leg never becomes unanswered.
  const calleeUp = event.callee === "up" || (event.callee === "unanswered" && call.answeredAtMs !== null);
  if (event.caller !== "absent" && calleeUp && event.bridge === "joined")
    return call.answeredAtMs === null
      ? answered(seen, atMs, policy)
      : talksOn(seen, call.answeredAtMs, policy);
  // One party has left. The remaining leg shows that they were connected, even if the answer event was lost with
  // the previous controller.
  if (call.answeredAtMs !== null || event.caller === "up" || event.callee === "up")
    return end(
      { ...seen, answeredAtMs: answerAt(call, atMs) },
      ending(atMs, "answered", "interrupted", cause.normalClearing),
    );
  if (event.caller === "absent")
    return end(seen, ending(atMs, "cancelled", "interrupted", cause.normalClearing));
  if (event.callee === "unanswered" && event.bridge === "joined") {
    const dialledAtMs = call.dialledAtMs ?? call.atMs;
    const state = call.state === "dialling" ? "dialling" : "ringing";
    return {
      call: { ...seen, state, dialledAtMs },
      commands: [{ type: "setTimer", timer: "ring", afterMs: policy.ringTimeoutMs, sinceMs: dialledAtMs }],
    };
  }
  if (call.state === "announcing") return end(seen, call.ending);
  // Nothing rings yet. The dialplan can still connect this caller, and a fresh start is safer than a guess.
  return handBack(seen, atMs, "interrupted");
}
