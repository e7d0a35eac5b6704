import { cause as causes } from "../../../values/outcome.ts";
import { type Connect, decide, overloaded, refusalAtOnce, type Refuse } from "../../decision/decide.ts";
import { connectExtension, connecting, contexts, refuseExtension } from "../../decision/extension.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import type { Known } from "../../../values/knownParties.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import type { Call, CallCommand, CallEvent, CallTimer, Transition } from "./call.ts";
import { account, end, failed, givenUp, hangup, lose } from "./ending.ts";
import { newCall } from "./newCall.ts";
import { attemptsOf, onLeg, onTrunk, seen } from "./sighting.ts";

/** If nothing is heard after the decision, Asterisk is queried: the caller may have left before there was a leg. */
const firstSilenceMs = 700;
/** Asterisk needs a moment to end the caller's channel after a hangup, or after the callee's. */
const callerGoneMs = 150;
/** As long as nothing rings. */
const silenceMs = 3_000;
/** When something is about to happen. */
const shortSilenceMs = 1_000;

const unchanged = (call: Call): Transition => ({ call, commands: [] });
const wait = (timer: CallTimer, afterMs: number): CallCommand => ({ type: "setTimer", timer, afterMs });
const clearTimer: CallCommand = { type: "clearTimer" };
const query: CallCommand = { type: "query" };

/** A new call. No lookup if it can be refused at once. */
export function begin(incoming: IncomingCall, channelName: string, policy: CallPolicy): Transition {
  const call = newCall(incoming, channelName);
  const refusal = refusalAtOnce(incoming);
  return refusal === null
    ? { call, commands: [{ type: "lookUp" }, wait("lookUp", policy.lookupTimeoutMs)] }
    : refuse(call, refusal, incoming.atMs, policy);
}

/** A new call whose deadline has passed. Asterisk is asked what has become of it. */
export const arriveLate = (incoming: IncomingCall, channelName: string): Transition => ({
  call: { ...newCall(incoming, channelName), leftEarly: true },
  commands: [wait("silence", callerGoneMs)],
});

/** A new call that cannot be set up. */
export const turnAway = (incoming: IncomingCall, channelName: string, policy: CallPolicy): Transition =>
  refuse(newCall(incoming, channelName), overloaded, incoming.atMs, policy);

/** The consequences of one fact. Pure: reads no clock, runs no command. */
export function transition(call: Call, event: CallEvent, policy: CallPolicy): Transition {
  if (call.state === "ended") return afterTheEnd(call, event);
  switch (event.type) {
    case "lookedUp":
      return isUndecided(call)
        ? lookedUp(call, event.known, event.ways, event.atMs, policy)
        : unchanged(call);
    case "legRang":
      return isUnanswered(call)
        ? {
            call: { ...onLeg(call, event), state: "ringing" },
            commands: [clearTimer, ...whatIsDialled(call)],
          }
        : unchanged(call);
    case "legAnswered":
      return isUnanswered(call) ? answered(onLeg(call, event), event.atMs) : unchanged(call);
    case "legHungUp":
      return call.state === "talking" ? unchanged({ ...call, calleeHungUp: true }) : unchanged(call);
    case "legLeft":
      return legLeft(call, event, policy);
    case "callerHungUp":
      return call.state === "lookingUp"
        ? { call: { ...call, leftEarly: true }, commands: [wait("silence", callerGoneMs)] }
        : unchanged(call);
    case "failed":
      return call.state === "announcing" && call.ending !== null
        ? end(call, event.atMs, call.ending)
        : // An answer of the callee that has crossed with this never reached the caller. The last leg may not have been seen.
          end(
            { ...(event.trunk === null ? call : onTrunk(call, event.trunk)), answeredAtMs: null },
            event.atMs,
            failed(call, event),
          );
    case "line":
      return account(call, event);
    case "seen":
      return seenAgain(call, event, policy);
    case "gone":
      return gone(call, event.atMs);
    case "missing":
      return lose(call, event);
    case "hangUpRequested":
      return {
        call: { ...call, supervisorHungUp: true },
        commands: [{ type: "hangUp" }, wait("silence", shortSilenceMs)],
      };
    case "timerFired":
      return event.timer === "lookUp" && isUndecided(call)
        ? lookedUp(call, { kind: "late" }, [], event.atMs, policy)
        : { call, commands: [query] };
    case "commandFailed":
      return commandFailed(call, event);
  }
}

/** Only the record is unfinished. */
function afterTheEnd(call: Call, event: CallEvent): Transition {
  if (event.type === "line") return account(call, event);
  if (event.type !== "timerFired" || event.timer !== "line") return unchanged(call);
  return { call, commands: call.lost ? [{ type: "writeRecord" }, { type: "forget" }] : [{ type: "forget" }] };
}

/** The controller still owes it a decision. */
export const isUndecided = ({ state, leftEarly }: Call): boolean => state === "lookingUp" && !leftEarly;

/** An undecided call has a leg if the dialplan has waited long enough for the decision. */
const isUnanswered = ({ state }: Call): boolean =>
  state === "lookingUp" || state === "dialling" || state === "ringing";

/** Requests the dialplan's own decision. */
const whatIsDialled = ({ attempts }: Call): readonly CallCommand[] => (attempts.length === 0 ? [query] : []);

function lookedUp(
  call: Call,
  known: Known,
  ways: readonly (number | null)[],
  atMs: number,
  policy: CallPolicy,
): Transition {
  if (known.kind === "late") return handBack(call);
  const decision = decide(known, call, policy.trunks, atMs);
  return decision.kind === "refuse"
    ? refuse(call, decision, atMs, policy)
    : connect(call, decision, ways, atMs, policy);
}

/** As if the dialplan's deadline had passed. The dialplan asks the database over a connection of its own. */
const handBack = (call: Call): Transition => ({
  call: { ...call, leftEarly: true },
  commands: [
    { type: "proceed", context: contexts.fallback, extension: "s" },
    wait("silence", firstSilenceMs),
  ],
});

function connect(
  call: Call,
  decision: Connect,
  ways: readonly (number | null)[],
  atMs: number,
  policy: CallPolicy,
): Transition {
  const { direction, realNumber, proxyNumber } = decision;
  const facts = connecting(decision, (index) => ways[index] ?? null);
  const attempts = attemptsOf(facts, call, policy);
  return {
    call: {
      ...call,
      state: "dialling",
      direction,
      realNumber,
      proxyNumber,
      attempts,
      outboundTrunk: attempts[0]?.trunk ?? null,
      presentedNumber: attempts[0]?.shown ?? null,
      dialledAtMs: atMs,
    },
    commands: [
      { type: "proceed", context: contexts.connect, extension: connectExtension(facts) },
      { type: "keepOpen" },
      wait("silence", firstSilenceMs),
    ],
  };
}

function refuse(call: Call, refusal: Refuse, atMs: number, policy: CallPolicy): Transition {
  const { status, reason, cause, announcement, realNumber, proxyNumber } = refusal;
  const refused: Call = { ...call, realNumber, proxyNumber: proxyNumber ?? call.proxyNumber };
  const proceed: CallCommand = {
    type: "proceed",
    context: contexts.refuse,
    extension: refuseExtension(refusal),
  };
  if (announcement !== null && policy.announcements[announcement] !== null)
    return {
      call: { ...refused, state: "announcing", ending: { atMs, status, reason, sipCode: null, cause } },
      commands: [proceed, { type: "keepOpen" }, wait("silence", shortSilenceMs)],
    };
  const { call: ended, commands } = end(refused, atMs, { status, reason, cause });
  return { call: ended, commands: [proceed, ...commands] };
}

function answered(call: Call, atMs: number): Transition {
  const answeredAtMs = Math.max(atMs, call.dialledAtMs ?? call.atMs);
  return {
    call: { ...call, state: "talking", answeredAtMs },
    commands: [clearTimer, { type: "keepOpen" }, ...whatIsDialled(call)],
  };
}

function legLeft(
  call: Call,
  event: CallEvent & { readonly type: "legLeft" },
  policy: CallPolicy,
): Transition {
  const { leg, cause, sipCode, atMs } = event;
  if (call.state === "talking") {
    if (leg !== call.leg && call.leg !== null) return unchanged(call);
    // Asterisk ends a leg like this whose caller has left unanswered: the answer and the CANCEL have crossed.
    const neverMet = cause === causes.interworking && !call.calleeHungUp;
    return neverMet
      ? end({ ...call, answeredAtMs: null }, atMs, givenUp({ ...call, failure: { cause, sipCode } }))
      : end(call, atMs, hangup(call, atMs, cause, policy));
  }
  if (!isUnanswered(call)) return unchanged(call);
  // Next comes another leg, the dialplan's report, or nothing, if the caller has left. Only in the last case is the
  // cause 127.
  const silentMs = cause === causes.interworking ? callerGoneMs : firstSilenceMs;
  return {
    call: { ...onLeg(call, event), leg: null, failure: { cause, sipCode } },
    commands: [wait("silence", silentMs)],
  };
}

function seenAgain(
  before: Call,
  { at, atMs }: CallEvent & { readonly type: "seen" },
  policy: CallPolicy,
): Transition {
  const call = seen(before, at, atMs, policy);
  switch (call.state) {
    case "lookingUp":
      // Undecided with the dialplan, or with us after a gap.
      return at.place === "waiting"
        ? { call, commands: [{ type: "lookUp" }, wait("lookUp", policy.lookupTimeoutMs)] }
        : { call, commands: [wait("silence", shortSilenceMs)] };
    case "dialling":
      return { call, commands: [wait("silence", patienceFor(call))] };
    case "announcing":
      return { call, commands: [wait("silence", shortSilenceMs)] };
    case "ringing":
      return {
        call,
        commands: before.state === "ringing" ? [wait("silence", patienceFor(call))] : [clearTimer],
      };
    case "talking":
      return before.state === "talking" && before.realNumber === call.realNumber
        ? unchanged(call)
        : { call, commands: [clearTimer, { type: "keepOpen" }] };
    case "ended":
      return unchanged(call);
  }
}

/** After the end of a leg, something is about to happen. */
const patienceFor = ({ failure }: Call): number => (failure === null ? silenceMs : firstSilenceMs);

function gone(call: Call, atMs: number): Transition {
  if (call.state === "announcing" && call.ending !== null) return end(call, atMs, call.ending);
  if (call.answeredAtMs === null) return end(call, atMs, givenUp(call));
  const reason = call.supervisorHungUp ? "supervisor" : call.calleeHungUp ? "callee_hung_up" : "interrupted";
  return end(call, atMs, { status: "answered", reason });
}

function commandFailed(call: Call, event: CallEvent & { readonly type: "commandFailed" }): Transition {
  const { command, failure } = event;
  // The next connection starts with a list of all calls.
  if (failure === "disconnected") return unchanged(call);
  // Not at once: a channel that is hanging up takes no decision, and Asterisk still lists it as waiting for one.
  const commands = [wait("silence", command === "query" ? silenceMs : callerGoneMs)];
  // The caller has not heard the announcement.
  const isUnheard = call.state === "announcing" && command === "proceed" && failure === "gone";
  return {
    call: isUnheard ? { ...call, state: "lookingUp", leftEarly: true, ending: null } : call,
    commands,
  };
}
