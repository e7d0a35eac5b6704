import type { Call } from "../calls/machine/call.ts";
import type { LiveCall } from "./browserMessages.ts";

/** The outcome is final: the call is over, except for cleaning up in Asterisk. */
export const isOver = (call: Call): boolean => call.state === "ending" || call.state === "ended";

/** The call as shown on the board. */
export function liveCallOf(call: Call, node: string): LiveCall {
  const ending = call.state === "ending" || call.state === "ended" ? call.ending : null;
  return {
    callId: call.callId,
    state: call.state === "ending" ? "ended" : call.state,
    caller: call.callerNumber,
    proxy: call.proxyNumber ?? call.dialled,
    real: call.realNumber,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    node,
    asterisk: call.asterisk,
    startedAtMs: call.atMs,
    answeredAtMs: call.answeredAtMs,
    endedAtMs: ending === null ? null : ending.atMs,
    outcome:
      ending === null
        ? null
        : { status: ending.status, reason: ending.reason, sipCode: ending.sipCode, cause: ending.cause },
  };
}
