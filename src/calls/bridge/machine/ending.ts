import type { Call, CallCommand, CallEvent, Ending, Transition } from "./call.ts";
import type { CallStatus, StatusReason } from "../../../values/callRecord.ts";
import { cause } from "../../../values/outcome.ts";

const cleanupEveryMs = 5_000;
const cleanupAttempts = 6;

export function asSeen(call: Call, event: CallEvent & { readonly type: "reconciled" }): Call {
  const isInStasis = event.caller === "unanswered" || event.caller === "up";
  return {
    ...call,
    // Another controller may have held a caller who had left the first Stasis() for us.
    claim: event.bridge === "joined" ? "held" : call.claim,
    leftStasisAtMs: isInStasis ? null : call.leftStasisAtMs,
    callerLeg: isInStasis ? "up" : "gone",
    calleeLeg: event.callee === "absent" ? "gone" : "up",
    bridge: event.bridge === "absent" ? "gone" : "up",
    callerChannel: event.callerChannel ?? call.callerChannel,
    calleeChannel: event.calleeChannel ?? call.calleeChannel,
  };
}

/** After the decision: waits until both legs and the bridge are gone, and retries what remains. */
export function takeDown(call: Call, event: CallEvent): Transition {
  switch (event.type) {
    case "calleeLeft":
      return settle({ ...call, calleeLeg: "gone" });
    case "callerLeft":
      return settle({ ...call, callerLeg: "gone" });
    case "bridgeDestroyed":
      return settle({ ...call, bridge: "gone" });
    case "calleeLegReady":
      // The leg was created after it was given up.
      return {
        call: { ...call, calleeLeg: "up", calleeChannel: event.channel ?? call.calleeChannel },
        commands: [hangUpCallee],
      };
    case "reconciled": {
      const seen = asSeen(call, event);
      const settled = settle(seen);
      if (settled.call.state === "ended") return settled;
      // A caller that was being handed to the dialplan when the connection was lost still goes there.
      return { call: seen, commands: seen.ending?.status === "handed_back" ? goBack(seen) : leftovers(seen) };
    }
    case "timerFired": {
      if (call.cleanups >= cleanupAttempts) return settle({ ...call, ...nothingLeft });
      const again = { ...call, cleanups: call.cleanups + 1 };
      return { call: again, commands: isDialplans(call) ? goBack(again) : leftovers(again) };
    }
    case "commandFailed":
      // A caller that the dialplan cannot take gets the cause "network out of order". One who is not held goes there anyway.
      return event.command === "handBackCaller" && event.failure === "refused" && !isDialplans(call)
        ? { call, commands: [{ type: "hangUpCaller", cause: cause.networkOutOfOrder }] }
        : { call, commands: [] };
    case "lookedUp":
    case "callerHeld":
    case "callerFound":
    case "calleeDialled":
    case "calleeProgressed":
    case "calleeRang":
    case "calleeAnswered":
    case "calleeRedirected":
    case "calleeLeaving":
    case "hangupBegan":
    case "legsJoined":
    case "announcementFinished":
    case "hangUpRequested":
      return { call, commands: [] };
  }
}

const nothingLeft = { callerLeg: "gone", calleeLeg: "gone", bridge: "gone" } as const;
const hangUpCallee: CallCommand = { type: "hangUpCallee", cause: cause.normalClearing };
/** Retries what has not been taken down. */
export const cleanUpLater: CallCommand = { type: "setTimer", timer: "cleanup", afterMs: cleanupEveryMs };

const isPresent = (leg: Call["bridge"]): boolean => leg === "requested" || leg === "up";

/** Handed back before it was held: the dialplan may have the call already, so it is not hung up. */
const isDialplans = ({ claim, ending: outcome }: Call): boolean =>
  claim !== "held" && outcome?.status === "handed_back";

function settle(call: Call): Transition {
  return call.callerLeg === "gone" && !isPresent(call.calleeLeg) && !isPresent(call.bridge)
    ? { call: { ...call, state: "ended" }, commands: [{ type: "clearTimer" }] }
    : { call, commands: [] };
}

function leftovers(call: Call): CallCommand[] {
  const commands: CallCommand[] = [];
  if (call.callerLeg === "up")
    commands.push({ type: "hangUpCaller", cause: call.ending?.callerCause ?? cause.normalClearing });
  if (isPresent(call.calleeLeg)) commands.push(hangUpCallee);
  if (isPresent(call.bridge)) commands.push({ type: "destroyBridge" });
  commands.push(cleanUpLater);
  return commands;
}

export function ending(
  atMs: number,
  status: CallStatus,
  reason: StatusReason | null,
  callerCause: number,
  sipCode: number | null = null,
): Ending {
  return { atMs, status, reason, callerCause, sipCode, cause: callerCause };
}

export function brokenOff(call: Call, atMs: number): Ending {
  return call.answeredAtMs === null
    ? ending(atMs, "failed", "asterisk_refused", cause.networkOutOfOrder)
    : ending(atMs, "answered", "interrupted", cause.normalClearing);
}

/** A call never ends before it began, whatever the clocks say. */
export const notBefore = (call: Call, outcome: Ending): Ending => {
  const beganMs = call.answeredAtMs ?? call.dialledAtMs ?? call.atMs;
  return outcome.atMs >= beganMs ? outcome : { ...outcome, atMs: beganMs };
};

/** The outcome is final. The record is written now, so that nothing that happens later can lose it. */
export function end(call: Call, outcome: Ending | null): Transition {
  const ended: Call = { ...call, state: "ending", ending: outcome && notBefore(call, outcome) };
  const settled = settle(ended);
  return settled.call.state === "ended"
    ? { call: settled.call, commands: [{ type: "writeRecord" }, ...settled.commands] }
    : { call: ended, commands: [{ type: "writeRecord" }, ...leftovers(ended)] };
}

/** The dialplan looks up the number itself, so the caller gets a second chance instead of silence. */
export function handBack(call: Call, atMs: number, reason: StatusReason): Transition {
  const ended: Call = {
    ...call,
    state: "ending",
    ending: notBefore(call, ending(atMs, "handed_back", reason, cause.networkOutOfOrder)),
  };
  return { call: ended, commands: [{ type: "writeRecord" }, ...goBack(ended)] };
}

function goBack(call: Call): CallCommand[] {
  const rest = leftovers(call).filter((command) => command.type !== "hangUpCaller");
  return call.callerLeg === "up" ? [{ type: "handBackCaller" }, ...rest] : rest;
}
