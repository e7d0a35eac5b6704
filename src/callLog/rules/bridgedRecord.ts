import type { AsteriskCall } from "../../values/asteriskCall.ts";
import type { CallRecord, OpenCall } from "../../values/callRecord.ts";
import { enderOf } from "../../values/endedBy.ts";
import { lostRecord } from "./lostRecord.ts";
import { reasonOfEnd } from "./recordOfLine.ts";

/**
 * The record of a call whose legs a controller connected itself (`CONNECT=bridge`) before it was lost. The spool knows
 * whether it was answered; the line knows when it ended, and who hung up.
 */
export function bridgedRecord(open: OpenCall, call: AsteriskCall): CallRecord {
  const record = lostRecord(open, { lastSeenMs: call.endedAtMs, asteriskLost: false });
  const { status } = record;
  if (status !== "answered")
    return call.endedBy === "caller"
      ? { ...record, statusReason: "caller_hung_up", endedBy: "caller" }
      : record;
  const statusReason = reasonOfEnd(call, record.talkSeconds * 1000);
  return { ...record, statusReason, endedBy: enderOf(status, statusReason), cause: call.cause };
}
