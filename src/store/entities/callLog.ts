import { EntitySchema } from "typeorm";
import type { CallStatus, StatusReason } from "../../domain/callRecord.ts";

/**
 * One call. The dialplan's fallback writes rows too, with `call_id` and the first columns only; everything
 * beyond these is therefore nullable or has a default.
 */
export interface CallLogRow {
  id: number;
  callId: string;
  fakePhone: string;
  realPhone: string | null;
  /** Empty when withheld. */
  callerId: string;
  /** Begin of the call. */
  callTimestamp: Date;
  /** Seconds from answer to the end; the same as `talkSeconds` in rows of ours. */
  callDuration: number;
  callStatus: CallStatus;
  statusReason: StatusReason | null;
  ringSeconds: number | null;
  talkSeconds: number | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  sipCode: number | null;
  /** Q.850. */
  cause: number | null;
  inboundTrunk: string | null;
  outboundTrunk: string | null;
  asterisk: string | null;
  /** Null in rows of the dialplan. */
  node: string | null;
}

export const CallLog = new EntitySchema<CallLogRow>({
  name: "CallLog",
  tableName: "call_logs",
  columns: {
    id: { type: "int", primary: true, generated: "increment" },
    callId: { name: "call_id", type: "varchar", length: 150, unique: true },
    fakePhone: { name: "fake_phone", type: "varchar", length: 20 },
    realPhone: { name: "real_phone", type: "varchar", length: 20, nullable: true },
    callerId: { name: "caller_id", type: "varchar", length: 50, default: "" },
    callTimestamp: { name: "call_timestamp", type: "datetime", precision: 3 },
    callDuration: { name: "call_duration", type: "int", default: 0 },
    callStatus: { name: "call_status", type: "varchar", length: 20 },
    statusReason: { name: "status_reason", type: "varchar", length: 40, nullable: true },
    ringSeconds: { name: "ring_seconds", type: "int", nullable: true },
    talkSeconds: { name: "talk_seconds", type: "int", nullable: true },
    answeredAt: { name: "answered_at", type: "datetime", precision: 3, nullable: true },
    endedAt: { name: "ended_at", type: "datetime", precision: 3, nullable: true },
    sipCode: { name: "sip_code", type: "int", nullable: true },
    cause: { type: "int", nullable: true },
    inboundTrunk: { name: "inbound_trunk", type: "varchar", length: 80, nullable: true },
    outboundTrunk: { name: "outbound_trunk", type: "varchar", length: 80, nullable: true },
    asterisk: { type: "varchar", length: 80, nullable: true },
    node: { type: "varchar", length: 80, nullable: true },
  },
});
