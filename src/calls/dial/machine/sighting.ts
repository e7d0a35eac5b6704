import { type Connecting, directionOf } from "../../decision/extension.ts";
import type { CallPolicy } from "../../decision/policy.ts";
import { shownNumber } from "../../decision/shown.ts";
import type { Attempt, Call, Sighting } from "./call.ts";

/**
 * Derives the state of a call from the position of the caller's channel in the dialplan: the fallback connects it,
 * another controller has it, or events were missed. Facts from earlier events stay.
 */
export function seen(call: Call, at: Sighting, atMs: number, policy: CallPolicy): Call {
  const named = { ...call, channelName: at.channelName };
  if (call.state === "talking") return at.connecting === null ? named : decided(named, at.connecting, policy);
  switch (at.place) {
    case "waiting":
      // A decision that was made did not reach Asterisk.
      return { ...named, state: "lookingUp", leftEarly: false, attempts: [], ending: null };
    case "fallback":
    case "over":
      return named;
    case "refuse":
      return at.refusal === null
        ? named
        : {
            ...named,
            state: "announcing",
            realNumber: at.refusal.realNumber ?? call.realNumber,
            proxyNumber: at.refusal.proxyNumber ?? call.proxyNumber,
            ending: {
              atMs,
              status: at.refusal.status,
              reason: at.refusal.reason,
              sipCode: null,
              cause: at.refusal.cause,
            },
          };
    case "connect":
      return progressed(at.connecting === null ? named : decided(named, at.connecting, policy), at, atMs);
  }
}

/** The facts of a decision that was made elsewhere. */
function decided(call: Call, connecting: Connecting, policy: CallPolicy): Call {
  if (call.attempts.length > 0) return call;
  const { realNumber, proxyNumber } = connecting;
  const attempts = attemptsOf(connecting, call, policy);
  return {
    ...call,
    direction: directionOf(connecting),
    realNumber,
    proxyNumber,
    attempts,
    outboundTrunk: call.outboundTrunk ?? attempts[0]?.trunk ?? null,
    presentedNumber: call.presentedNumber ?? attempts[0]?.shown ?? null,
  };
}

/** The trunks in turn, and what each of them shows. */
export function attemptsOf(
  { proxyNumber, number, turns }: Connecting,
  { callerNumber, withheldNumber }: Call,
  { trunks }: CallPolicy,
): readonly Attempt[] {
  const numbers = { proxyNumber, number, callerNumber, withheldNumber };
  return turns.map(({ index, shown }) => {
    const { name, callerIdPolicy: trunkPolicy } = trunks[index] ?? trunks[0];
    return { trunk: name, shown: shownNumber(shown, { ...numbers, trunkPolicy }) };
  });
}

/** An answered channel never becomes unanswered again. The events know better when it rang or was answered. */
function progressed(before: Call, { up, leg }: Sighting, atMs: number): Call {
  const call = leg === null ? before : onLeg(before, leg);
  const dialledAtMs = call.dialledAtMs ?? call.atMs;
  if (up) return { ...call, state: "talking", dialledAtMs, answeredAtMs: call.answeredAtMs ?? atMs };
  const rings = leg?.rings === true || call.state === "ringing";
  return { ...call, state: rings ? "ringing" : "dialling", dialledAtMs };
}

/** The leg shows which trunk is being tried. */
export function onLeg(call: Call, { leg, trunk }: { readonly leg: string; readonly trunk: string }): Call {
  if (call.leg === leg) return call;
  return { ...onTrunk(call, trunk), leg, failure: null };
}

/** The number that the callee saw depends on the trunk. */
export function onTrunk(call: Call, trunk: string): Call {
  const index = call.attempts.findIndex((one) => one.trunk === trunk);
  const tried = call.attempts[index];
  return {
    ...call,
    trunkIndex: index < 0 ? call.trunkIndex : index,
    outboundTrunk: trunk,
    presentedNumber: tried === undefined ? call.presentedNumber : tried.shown,
  };
}
