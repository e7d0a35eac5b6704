import type { Call } from "./call.ts";
import type { CallRecord } from "../../../values/callRecord.ts";

const maxDialledLength = 20;
const maxCallerIdLength = 50;

const seconds = (fromMs: number, toMs: number): number => Math.max(0, Math.round((toMs - fromMs) / 1000));

/** The record of a call with a final ending. Throws without one, which would be a bug in the machine. */
export function recordOf(call: Call, node: string): CallRecord {
  const { ending } = call;
  if (ending === null) throw new Error("A call without an ending has no record yet");
  const answeredAtMs = call.answeredAtMs;
  return {
    callId: call.callId,
    proxyNumber: call.proxyNumber ?? call.dialled.slice(0, maxDialledLength),
    realNumber: call.realNumber,
    callerId: (call.callerNumber ?? "").slice(0, maxCallerIdLength),
    startedAtMs: call.atMs,
    answeredAtMs,
    endedAtMs: ending.atMs,
    ringSeconds: seconds(call.dialledAtMs ?? call.atMs, answeredAtMs ?? ending.atMs),
    talkSeconds: answeredAtMs === null ? 0 : seconds(answeredAtMs, ending.atMs),
    status: ending.status,
    statusReason: ending.reason,
    sipCode: ending.sipCode,
    cause: ending.cause,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    asterisk: call.asterisk,
    node,
  };
}
