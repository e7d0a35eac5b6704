import type { CallRecord, OpenCall } from "../../src/values/callRecord.ts";

/** The record of an answered call of one minute, with these differences. */
export function callRecord(callId: string, different: Partial<CallRecord> = {}): CallRecord {
  return {
    callId,
    source: 1,
    direction: "in",
    proxyNumber: "70001000001",
    realNumber: "79001112233",
    shownNumber: "70001000001",
    callerId: "79005556677",
    startedAtMs: 1_763_873_000_123,
    answeredAtMs: 1_763_873_005_456,
    endedAtMs: 1_763_873_065_789,
    ringSeconds: 5,
    talkSeconds: 60,
    status: "answered",
    statusReason: "caller_hung_up",
    endedBy: "caller",
    sipCode: 200,
    cause: 16,
    inboundTrunk: "trunk-in",
    outboundTrunk: "trunk-out",
    asterisk: "asterisk",
    node: "test",
    timeline: null,
    ...different,
  };
}

export function openCall(callId: string, different: Partial<OpenCall> = {}): OpenCall {
  return {
    callId,
    direction: "in",
    proxyNumber: "70001000001",
    realNumber: null,
    callerId: "79005556677",
    startedAtMs: 1_763_873_000_123,
    answeredAtMs: null,
    inboundTrunk: "trunk-in",
    outboundTrunk: null,
    asterisk: "asterisk",
    ...different,
  };
}
