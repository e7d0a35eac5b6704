import { type CallRecord, type OpenCall, recordSources, type RecordSource } from "../../values/callRecord.ts";
import { enderOf } from "../../values/endedBy.ts";
import { calleesAnswer } from "../../values/outcome.ts";
import type { ObservedCall, ObservedEnding } from "../../values/observedCall.ts";

const maxDialledLength = 20;
const maxCallerIdLength = 50;

const seconds = (fromMs: number, toMs: number): number => Math.max(0, Math.round((toMs - fromMs) / 1000));

interface CallWithEnding extends ObservedCall {
  readonly dialledAtMs: number | null;
  /** The number that the callee sees. */
  readonly presentedNumber: string | null;
  /** The end was not seen. */
  readonly lost?: boolean;
}

/** The record of a call with a final ending, without its timeline. Throws without one, which would be a bug in the machine. */
export function recordOf(call: CallWithEnding, node: string): CallRecord {
  const { ending } = call;
  if (ending === null) throw new Error("A call without an ending has no record yet");
  const answeredAtMs = call.answeredAtMs;
  return {
    callId: call.callId,
    source: sourceOf(ending, call.lost),
    direction: call.direction,
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
    sipCode: calleesAnswer(ending.status, ending.sipCode),
    cause: ending.cause,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    asterisk: call.asterisk,
    node,
    timeline: null,
  };
}

/** The end of a call that was handed back or lost was not seen, so any other account of it is better. */
const sourceOf = ({ status }: ObservedEnding, lost: boolean | undefined): RecordSource =>
  status === "handed_back" || lost === true ? recordSources.inferred : recordSources.controller;

/** The part of a call in progress that the spool keeps. */
export const openCallOf = (call: ObservedCall): OpenCall => ({
  callId: call.callId,
  direction: call.direction,
  proxyNumber: call.proxyNumber ?? call.dialled,
  realNumber: call.realNumber,
  callerId: call.callerNumber ?? "",
  startedAtMs: call.atMs,
  answeredAtMs: call.answeredAtMs,
  inboundTrunk: call.inboundTrunk,
  outboundTrunk: call.outboundTrunk,
  asterisk: call.asterisk,
});
