import { calleesAnswer } from "../values/outcome.ts";
import { isOver, type ObservedCall } from "../values/observedCall.ts";
import type { LiveCall } from "./browserMessages.ts";

/** The call as shown on the board. */
export function liveCallOf(call: ObservedCall, node: string): LiveCall {
  const ending = isOver(call) ? call.ending : null;
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
        : {
            status: ending.status,
            reason: ending.reason,
            sipCode: calleesAnswer(ending.status, ending.sipCode),
            cause: ending.cause,
          },
  };
}
