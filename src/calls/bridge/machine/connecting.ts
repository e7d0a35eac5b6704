import { cause } from "../../../values/outcome.ts";
import type { Known } from "../../../values/knownParties.ts";
import { type Connect, decide, overloaded, refusalAtOnce, type Refuse } from "../../decision/decide.ts";
import type { IncomingCall } from "../../decision/incoming.ts";
import { testCallTrunk } from "../../../values/testCall.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import { shownNumber } from "../../decision/shown.ts";
import type { Call, CallCommand, Transition } from "./call.ts";
import { handBack } from "./ending.ts";
import { calleeChannelOf } from "./legNames.ts";
import { refuse } from "./refusing.ts";
import { leftStasis, take } from "./taking.ts";

/** Time limit for steps that should take Asterisk milliseconds. */
const setUpTimeoutMs = 8_000;
/** Asterisk's own limits are this much later than ours: they only apply without a controller. */
const backstopMs = 5_000;
/** Asterisk's second deadline is 1 s. Dialled that late, the callee's phone might ring, stop, and ring again. */
const latestDialMs = 800;

/** A new call. Numbers that cannot be dialled and calls that came back are not looked up. */
export function begin(incoming: IncomingCall, channelName: string, policy: CallPolicy): Transition {
  const call = newCall(incoming, channelName);
  const refusal = refusalAtOnce(incoming);
  if (refusal !== null) return refuse(call, refusal, incoming.atMs, policy);
  return {
    call,
    commands: [
      { type: "keepOpen" },
      { type: "setTimer", timer: "setUp", afterMs: policy.lookupTimeoutMs },
      { type: "lookUp" },
    ],
  };
}

/** A new call whose deadline has passed. Asterisk is asked what has become of it. */
export const arriveLate = (incoming: IncomingCall, channelName: string): Transition =>
  leftStasis(newCall(incoming, channelName), incoming.atMs);

/** A new call that cannot be set up. */
export const turnAway = (incoming: IncomingCall, channelName: string, policy: CallPolicy): Transition =>
  refuse(newCall(incoming, channelName), overloaded, incoming.atMs, policy);

function newCall(incoming: IncomingCall, channelName: string): Call {
  // Written out: copying the fields and adding as many takes V8 twenty microseconds.
  return {
    callId: incoming.callId,
    asterisk: incoming.asterisk,
    inboundTrunk: incoming.inboundTrunk,
    dialled: incoming.dialled,
    proxyNumber: incoming.proxyNumber,
    secondReading: incoming.secondReading,
    callerNumber: incoming.callerNumber,
    cameBack: incoming.cameBack,
    forwardedBy: incoming.forwardedBy,
    withheldNumber: incoming.withheldNumber,
    atMs: incoming.atMs,
    callerChannel: channelName,
    calleeChannel: calleeChannelOf(incoming.callId),
    state: "lookingUp",
    realNumber: null,
    direction: "in",
    decision: null,
    claim: "waiting",
    leftStasisAtMs: null,
    trunkIndex: 0,
    outboundTrunk: null,
    presentedNumber: null,
    callerLeg: "up",
    calleeLeg: "none",
    bridge: "none",
    callerJoined: false,
    calleeLeaving: false,
    preparedAtMs: null,
    dialledAtMs: null,
    attemptAtMs: null,
    silent: false,
    hangupReason: undefined,
    answeredAtMs: null,
    ending: null,
    cleanups: 0,
  };
}

/** Decides the call. */
export function lookedUp(call: Call, known: Known, atMs: number, policy: CallPolicy): Transition {
  if (known.kind === "late") return handBack(call, atMs, "lookup_unavailable");
  const decision = decide(known, call, policy.trunks, atMs);
  if (decision.kind === "refuse") return refuse(call, decision, atMs, policy);
  return isForwardedBack(call, decision)
    ? refuse({ ...call, direction: decision.direction }, cameBack(decision), atMs, policy)
    : take(call, decision);
}

/** Some networks show another number as the caller of a forwarded call: the owner's, or that of a PBX. */
function isForwardedBack(
  { forwardedBy, callerNumber }: Call,
  { direction, realNumber, turns }: Connect,
): boolean {
  if (forwardedBy === null) return false;
  if (direction === "return") return true;
  // A leg that shows a proxy number and comes back is known by that number, unless it is withheld on the way.
  const isKnown = callerNumber !== null && turns.every(({ shown }) => shown === "dialled" || shown === "own");
  return !isKnown && forwardedBy.includes(realNumber.slice(-7));
}

const cameBack = ({ realNumber, proxyNumber }: Connect): Refuse => ({
  kind: "refuse",
  status: "loop",
  reason: "came_back",
  cause: cause.exchangeRoutingError,
  announcement: null,
  realNumber,
  proxyNumber,
});

/** Starts to connect the call. */
export function held(before: Call, atMs: number, policy: CallPolicy): Transition {
  const call: Call = { ...before, claim: "held", leftStasisAtMs: null };
  const { decision } = call;
  if (decision === null) return handBack(call, atMs, "interrupted");
  const { direction, realNumber, proxyNumber } = decision;
  return prepare({ ...call, direction, realNumber, proxyNumber }, decision, atMs, policy);
}

/** Creates the callee's leg on the trunk whose turn it is. */
function prepare(call: Call, decision: Connect, atMs: number, policy: CallPolicy): Transition {
  const { realNumber, proxyNumber, number, turns } = decision;
  const { callerNumber, withheldNumber } = call;
  const trunk = policy.trunks[call.trunkIndex] ?? policy.trunks[0];
  const presented = shownNumber(turns[call.trunkIndex]?.shown ?? "nothing", {
    proxyNumber,
    number,
    callerNumber,
    withheldNumber,
    trunkPolicy: trunk.callerIdPolicy,
  });
  const createLeg: CallCommand = {
    type: "createCalleeLeg",
    destination: trunk.dialPrefix + realNumber,
    trunk: trunk.name,
    presentedNumber: presented === null ? null : trunk.callerIdPrefix + presented,
    lifetimeMs: policy.ringTimeoutMs + policy.maxLengthMs + 2 * backstopMs,
    restartsDeadline: call.trunkIndex > 0 && hasDeadline(call),
  };
  const wait: CallCommand = { type: "setTimer", timer: "setUp", afterMs: setUpTimeoutMs };
  return {
    call: {
      ...call,
      state: "preparing",
      preparedAtMs: atMs,
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
export function join(call: Call, calleeChannel: string | undefined): Transition {
  return {
    call: { ...call, calleeLeg: "up", calleeChannel: calleeChannel ?? call.calleeChannel },
    commands: [{ type: "linkLegs" }, { type: "joinLegs", legs: call.callerJoined ? "callee" : "both" }],
  };
}

const isTooLate = ({ preparedAtMs }: Call, atMs: number): boolean =>
  preparedAtMs !== null && atMs - preparedAtMs > latestDialMs;

/** Only now, so that no callee rings for a caller who has hung up. */
export function dial(call: Call, atMs: number, policy: CallPolicy): Transition {
  if (isTooLate(call, atMs)) return handBack(call, atMs, "interrupted");
  return {
    call: {
      ...call,
      state: "dialling",
      callerJoined: true,
      dialledAtMs: call.dialledAtMs ?? atMs,
      attemptAtMs: atMs,
    },
    commands: [
      { type: "dialCallee", timeoutMs: policy.ringTimeoutMs + backstopMs },
      ...(hasDeadline(call) ? ([{ type: "endDeadline" }] as const) : []),
      policy.silentTrunkMs < policy.ringTimeoutMs
        ? { type: "setTimer", timer: "silence", afterMs: policy.silentTrunkMs }
        : { type: "setTimer", timer: "ring", afterMs: policy.ringTimeoutMs },
    ],
  };
}

/** What a test call's callee hears has a limit of its own, which would end instead. */
const hasDeadline = ({ inboundTrunk }: Call): boolean => inboundTrunk !== testCallTrunk;

/** The trunk works. */
export const rings = (call: Call, policy: CallPolicy): Transition => ({
  call: { ...call, state: "ringing" },
  commands: [
    {
      type: "setTimer",
      timer: "ring",
      afterMs: policy.ringTimeoutMs,
      sinceMs: call.attemptAtMs ?? call.dialledAtMs ?? call.atMs,
    },
  ],
});

/** The next trunk is tried once the leg is gone, because its own leg has the same ID. */
export const giveUpTrunk = (call: Call): Transition => ({
  call: { ...call, silent: true },
  commands: [
    { type: "hangUpCallee", cause: cause.normalClearing },
    { type: "setTimer", timer: "setUp", afterMs: setUpTimeoutMs },
  ],
});

/** A trunk that is full or down reports it before anything rings; the next one is tried. */
export function tryNextTrunk(call: Call, atMs: number, policy: CallPolicy): Transition | null {
  const mayTry = call.state === "preparing" || call.state === "dialling";
  const { decision } = call;
  if (!mayTry || decision === null || call.trunkIndex + 1 >= policy.trunks.length) return null;
  // The fallback may have the caller, whose deadline a new leg would start again.
  if (call.state === "preparing" && isTooLate(call, atMs)) return handBack(call, atMs, "interrupted");
  return prepare({ ...call, trunkIndex: call.trunkIndex + 1, silent: false }, decision, atMs, policy);
}
