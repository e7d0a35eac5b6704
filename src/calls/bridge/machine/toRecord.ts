import type { Call } from "./call.ts";
import { type CallRecord, recordSources } from "../../../values/callRecord.ts";
import { enderOf } from "../../../values/endedBy.ts";

const maxDialledLength = 20;
const maxCallerIdLength = 50;

const seconds = (fromMs: number, toMs: number): number => Math.max(0, Math.round((toMs - fromMs) / 1000));

/** The record of a call with a final ending, without its timeline. Throws without one, which would be a bug in the machine. */
export function recordOf(call: Call, node: string): CallRecord {
  const { ending } = call;
  if (ending === null) throw new Error("A call without an ending has no record yet");
  const answeredAtMs = call.answeredAtMs;
  return {
    callId: call.callId,
    // The dialplan connects a call that was handed back, so anyone knows its end better.
    source: ending.status === "handed_back" ? recordSources.inferred : recordSources.controller,
    proxyNumber: call.proxyNumber ?? call.dialled.slice(0, maxDialledLength),
    realNumber: call.realNumber,
    shownNumber: call.presentedNumber?.slice(0, maxCallerIdLength) ?? null,
    callerId: (call.callerNumber ?? "").slice(0, maxCallerIdLength),
    startedAtMs: call.atMs,
    answeredAtMs,
    endedAtMs: ending.atMs,
    ringSeconds: seconds(call.dialledAtMs ?? call.atMs, answeredAtMs ?? ending.atMs),
    talkSeconds: answeredAtMs === null ? 0 : seconds(answeredAtMs, ending.atMs),
    status: ending.status,
    statusReason: ending.reason,
    endedBy: enderOf(ending.status, ending.reason),
    sipCode: ending.sipCode,
    cause: ending.cause,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    asterisk: call.asterisk,
    node,
    timeline: null,
  };
}
