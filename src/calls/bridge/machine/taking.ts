import { cause } from "../../../values/outcome.ts";
import type { Connect } from "../../decision/decide.ts";
import type { Call, CallCommand, CallEvent, Transition } from "./call.ts";
import { end, ending, handBack } from "./ending.ts";

/** Asterisk needs milliseconds to hold the caller, who is looked for after this time. */
const takingMs = 1_000;
/** Asterisk needs a moment to end the caller's channel after a hangup, or to move it. */
const settlingMs = 200;

const unchanged = (call: Call): Transition => ({ call, commands: [] });
const wait = (afterMs: number): CallCommand => ({ type: "setTimer", timer: "setUp", afterMs });

/**
 * Asks for the caller. Only a caller who is still waiting gets held: if the deadline passes first, the fallback connects the
 * call, and we leave it alone.
 */
export const take = (call: Call, decision: Connect): Transition => ({
  call: { ...call, decision, claim: "asked" },
  commands: [{ type: "takeCaller" }, wait(takingMs)],
});

/**
 * It is not known yet where to. A caller who was requested is most likely about to be held. One whose callee has just answered
 * has not been answered: a deadline or a hangup was faster.
 */
export const leftStasis = (call: Call, atMs: number): Transition => ({
  call: { ...call, leftStasisAtMs: atMs, answeredAtMs: null },
  commands: call.claim === "asked" ? [] : [wait(settlingMs)],
});

export const lookFor = (call: Call): Transition => ({
  call,
  commands: [{ type: "findCaller" }, wait(takingMs)],
});

/** The channel may be ending, held, or with the fallback, or Asterisk has not answered. */
export const lookSoon = (call: Call): Transition => ({ call, commands: [wait(settlingMs)] });

/** Where the caller is who was looked for. */
export function found(call: Call, { place, atMs }: CallEvent & { readonly type: "callerFound" }): Transition {
  if (call.state === "announcing") return place === "dialplan" ? letGo(call, atMs) : unchanged(call);
  if (call.state !== "lookingUp" && !isAstray(call)) return unchanged(call);
  // The caller has not left. Events were ignored meanwhile, so the dialplan starts over.
  if (isAstray(call) && place === "held") return handBack(call, atMs, "interrupted");
  return place === "dialplan" || place === "refused" ? letGo(call, atMs) : lookSoon(call);
}

/**
 * The caller was held and has left unanswered: for good, or because the second deadline passed before Asterisk could end it
 * and the fallback has the call.
 */
export const isAstray = ({ claim, leftStasisAtMs }: Call): boolean =>
  claim === "held" && leftStasisAtMs !== null;

/** Until it is known where the caller is, nothing is done for the call. null: as for any other call. */
export function whileAstray(call: Call, event: CallEvent): Transition | null {
  switch (event.type) {
    case "callerLeft":
    case "callerFound":
    case "hangUpRequested":
    case "reconciled":
      return null;
    case "timerFired":
      return lookFor(call);
    case "commandFailed":
      if (event.failure === "disconnected") return unchanged(call);
      if (event.command === "findCaller") return lookSoon(call);
      return unchanged(event.command === "createCalleeLeg" ? { ...call, calleeLeg: "gone" } : call);
    case "calleeLegReady":
      return unchanged({ ...call, calleeLeg: "up", calleeChannel: event.channel ?? call.calleeChannel });
    case "calleeLeft":
      return unchanged({ ...call, calleeLeg: "gone" });
    case "bridgeDestroyed":
      return unchanged({ ...call, bridge: "gone" });
    default:
      return unchanged(call);
  }
}

/** A deadline has passed, and the fallback has the call. Asterisk's line will report its end. */
export const letGo = (call: Call, atMs: number): Transition =>
  end(
    { ...call, callerLeg: "gone" },
    ending(call.leftStasisAtMs ?? atMs, "handed_back", "lookup_unavailable", cause.networkOutOfOrder),
  );
