import {
  type CallStatus,
  callStatuses,
  type StatusReason,
  statusReasons,
  type TimelineStep,
} from "../../values/callRecord.ts";
import { fromDatabaseTime } from "../../store/time.ts";

/** A call of the record. What the dialplan's rows do not say is null. */
export interface RecordedCall {
  readonly id: number;
  readonly callId: string;
  readonly proxyNumber: string;
  readonly realNumber: string | null;
  /** null when withheld. */
  readonly caller: string | null;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
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
  /** null where none was kept. */
  readonly timeline: readonly TimelineStep[] | null;
}

export const columns = `id, call_id, fake_phone, real_phone, caller_id, call_timestamp, call_duration, call_status,
  status_reason, ring_seconds, answered_at, ended_at, sip_code, cause, inbound_trunk, outbound_trunk, asterisk, node`;

type DatabaseTime = Date | string;

export interface CallRow {
  readonly id: number | string;
  readonly call_id: string;
  readonly fake_phone: string;
  readonly real_phone: string | null;
  readonly caller_id: string;
  readonly call_timestamp: DatabaseTime;
  readonly call_duration: number;
  readonly call_status: string;
  readonly status_reason: string | null;
  readonly ring_seconds: number | null;
  readonly answered_at: DatabaseTime | null;
  readonly ended_at: DatabaseTime | null;
  readonly sip_code: number | null;
  readonly cause: number | null;
  readonly inbound_trunk: string | null;
  readonly outbound_trunk: string | null;
  readonly asterisk: string | null;
  readonly node: string | null;
}

export function toCall(row: CallRow): RecordedCall {
  return {
    id: Number(row.id),
    callId: row.call_id,
    proxyNumber: row.fake_phone,
    realNumber: row.real_phone,
    caller: row.caller_id === "" ? null : row.caller_id,
    startedAtMs: fromDatabaseTime(row.call_timestamp),
    answeredAtMs: row.answered_at === null ? null : fromDatabaseTime(row.answered_at),
    endedAtMs: row.ended_at === null ? null : fromDatabaseTime(row.ended_at),
    ringSeconds: row.ring_seconds,
    talkSeconds: row.call_duration,
    // A word of another version, or of a hand in the database.
    status: callStatuses.find((known) => known === row.call_status) ?? "failed",
    reason: statusReasons.find((known) => known === row.status_reason) ?? null,
    sipCode: row.sip_code,
    cause: row.cause,
    inboundTrunk: row.inbound_trunk,
    outboundTrunk: row.outbound_trunk,
    asterisk: row.asterisk,
    node: row.node,
  };
}

/** null where none was kept, or something else stands there. */
export function timelineOf({ timeline }: { readonly timeline: string | null }): TimelineStep[] | null {
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
