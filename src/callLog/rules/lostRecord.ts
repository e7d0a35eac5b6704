import { type CallRecord, type OpenCall, recordSources } from "../../values/callRecord.ts";
import { calleesAnswer } from "../../values/outcome.ts";

/** A call that Asterisk no longer has, and whose end was not seen. */
export interface LostCall {
  /** The last time the call was known to be up, in UTC milliseconds. */
  readonly lastSeenMs: number;
  /** Asterisk itself has stopped or restarted, and ended the call with it. */
  readonly asteriskLost: boolean;
}

/**
 * The record inferred for a call of which only the start is known. If Asterisk's first line is all there is, nothing
 * later is known: a guess from a source that saw more ends later, and wins.
 */
export function lostRecord(call: OpenCall, { lastSeenMs, asteriskLost }: LostCall): CallRecord {
  const { startedAtMs, answeredAtMs } = call;
  const wasFollowed = call.realNumber !== null || answeredAtMs !== null;
  const endedAtMs =
    asteriskLost && !wasFollowed ? startedAtMs : Math.max(lastSeenMs, startedAtMs, answeredAtMs ?? 0);
  const status = answeredAtMs !== null ? "answered" : asteriskLost ? "failed" : "cancelled";
  return {
    callId: call.callId,
    source: recordSources.inferred,
    direction: call.direction,
    proxyNumber: call.proxyNumber,
    realNumber: call.realNumber,
    shownNumber: null,
    callerId: call.callerId,
    startedAtMs,
    answeredAtMs,
    endedAtMs,
    ringSeconds: null,
    talkSeconds: answeredAtMs === null ? 0 : Math.round((endedAtMs - answeredAtMs) / 1000),
    status,
    statusReason: asteriskLost ? "asterisk_lost" : "interrupted",
    endedBy: asteriskLost ? "system" : null,
    sipCode: calleesAnswer(status, null),
    cause: null,
    inboundTrunk: call.inboundTrunk,
    outboundTrunk: call.outboundTrunk,
    asterisk: call.asterisk,
    node: "",
    timeline: null,
  };
}
