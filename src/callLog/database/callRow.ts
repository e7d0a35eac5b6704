import {
  type CallDirection,
  type CallEnder,
  callEnders,
  type CallStatus,
  callStatuses,
  type StatusReason,
  statusReasons,
  type TimelineStep,
} from "../../values/callRecord.ts";
import type { CallLogRow } from "../../store/entities/calls.ts";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import type { RowReader } from "../../store/row.ts";

/** A recorded call. Fields missing in the dialplan's rows are null. */
export interface RecordedCall {
  readonly id: number;
  readonly callId: string;
  readonly direction: CallDirection;
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  /** The number that the callee saw; null if it was withheld or nothing was dialled. */
  readonly shownNumber: string | null;
  /** null if withheld. */
  readonly caller: string | null;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly endedBy: CallEnder | null;
  readonly ringSeconds: number | null;
  readonly talkSeconds: number;
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  readonly sipCode: number | null;
  readonly cause: number | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  readonly asterisk: string | null;
  readonly node: string | null;
}

export interface CallDetails extends RecordedCall {
  /** null if there is none. */
  readonly timeline: readonly TimelineStep[] | null;
}

export const columns = `id, call_id, direction, fake_phone, real_phone, shown_number, caller_id, call_timestamp, call_duration, call_status,
  status_reason, ended_by, ring_seconds, answered_at, ended_at, sip_code, cause, inbound_trunk, outbound_trunk, asterisk, node`;

type CallRow = Omit<CallLogRow, "timeline" | "source" | "countedAs" | "statsDue">;

export const readCallRow: RowReader<CallRow> = rowOf({
  id: number,
  callId: text,
  direction: text,
  fakePhone: text,
  realPhone: nullable(text),
  shownNumber: nullable(text),
  callerId: text,
  callTimestamp: time,
  callDuration: number,
  callStatus: text,
  statusReason: nullable(text),
  endedBy: nullable(text),
  ringSeconds: nullable(number),
  answeredAt: nullable(time),
  endedAt: nullable(time),
  sipCode: nullable(number),
  cause: nullable(number),
  inboundTrunk: nullable(text),
  outboundTrunk: nullable(text),
  asterisk: nullable(text),
  node: nullable(text),
});

export function toCall(row: CallRow): RecordedCall {
  return {
    id: row.id,
    callId: row.callId,
    direction: row.direction === "return" ? "return" : "in",
    proxyNumber: row.fakePhone,
    realNumber: row.realPhone,
    shownNumber: row.shownNumber,
    caller: row.callerId === "" ? null : row.callerId,
    startedAtMs: row.callTimestamp,
    answeredAtMs: row.answeredAt,
    endedAtMs: row.endedAt,
    endedBy: callEnders.find((known) => known === row.endedBy) ?? null,
    ringSeconds: row.ringSeconds,
    talkSeconds: row.callDuration,
    // A value from another version, or written by hand.
    status: callStatuses.find((known) => known === row.callStatus) ?? "failed",
    reason: statusReasons.find((known) => known === row.statusReason) ?? null,
    sipCode: row.sipCode,
    cause: row.cause,
    inboundTrunk: row.inboundTrunk,
    outboundTrunk: row.outboundTrunk,
    asterisk: row.asterisk,
    node: row.node,
  };
}

/** null if there is none, or if it is invalid. */
export function timelineOf({ timeline = null }: Pick<CallLogRow, "timeline">): TimelineStep[] | null {
  if (timeline === null) return null;
  try {
    const steps: unknown = JSON.parse(timeline);
    return Array.isArray(steps) ? steps.filter(isStep) : null;
  } catch {
    return null;
  }
}

function isStep(step: unknown): step is TimelineStep {
  return (
    Array.isArray(step) &&
    typeof step[0] === "number" &&
    typeof step[1] === "string" &&
    typeof step[2] === "string" &&
    (step.length === 3 || typeof step[3] === "number")
  );
}
