import { type CallRecord, type OpenCall, recordSources } from "../../values/callRecord.ts";
import { calleesAnswer } from "../../values/outcome.ts";

const secondsOf = (ms: number): number => Math.round(ms / 1000);

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
    talkSeconds: answeredAtMs === null ? 0 : secondsOf(endedAtMs - answeredAtMs),
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

/**
 * The record of a lost call, completed with an answer that the controller did not see: it had no connection, and Asterisk's
 * line said so.
 */
export function withUnseenAnswer(record: CallRecord, answeredAtMs: number | null): CallRecord {
  const isLost = record.statusReason === "asterisk_lost" || record.statusReason === "interrupted";
  if (answeredAtMs === null || record.answeredAtMs !== null || !isLost) return record;
  const endedAtMs = Math.max(record.endedAtMs, answeredAtMs);
  return {
    ...record,
    status: "answered",
    answeredAtMs,
    endedAtMs,
    ringSeconds:
      record.ringSeconds === null
        ? null
        : Math.max(0, record.ringSeconds + secondsOf(answeredAtMs - record.endedAtMs)),
    talkSeconds: secondsOf(endedAtMs - answeredAtMs),
    sipCode: calleesAnswer("answered", null),
  };
}
