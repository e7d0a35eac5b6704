import type { CallRecord } from "../../values/callRecord.ts";

/**
 * - `key`: identifies the call.
 * - `fact`: the controller's value if it has one, otherwise Asterisk's.
 * - `end`: how the call ended, all of it from the account that knows best.
 */
type Rule = "key" | "fact" | "end";

/** How a value is written: `code` is text in which empty means unknown, `postDial` the delay that a timeline shows. */
type Kind = "code" | "number" | "seconds" | "time" | "json" | "postDial";

export interface RecordColumn {
  readonly name: string;
  readonly field: keyof CallRecord;
  readonly rule: Rule;
  readonly kind: Kind;
}

const column = (name: string, field: keyof CallRecord, rule: Rule, kind: Kind): RecordColumn => ({
  name,
  field,
  rule,
  kind,
});

/**
 * The columns of `call_logs` that records fill, and how two accounts of one call become one row. The merge in memory
 * (`merge.ts`) and the merge in the database (`upsert.ts`) both follow this table.
 *
 * The last four decide how the others are merged. They stay last, because MySQL assigns columns in this order and
 * lets each assignment see those before it.
 */
export const recordColumns: readonly RecordColumn[] = [
  column("call_id", "callId", "key", "code"),
  column("fake_phone", "proxyNumber", "fact", "code"),
  column("real_phone", "realNumber", "fact", "code"),
  column("shown_number", "shownNumber", "fact", "code"),
  column("caller_id", "callerId", "fact", "code"),
  column("call_timestamp", "startedAtMs", "end", "time"),
  column("ring_seconds", "ringSeconds", "fact", "seconds"),
  column("sip_code", "sipCode", "end", "number"),
  column("inbound_trunk", "inboundTrunk", "fact", "code"),
  column("outbound_trunk", "outboundTrunk", "fact", "code"),
  column("asterisk", "asterisk", "fact", "code"),
  column("timeline", "timeline", "fact", "json"),
  column("post_dial_ms", "timeline", "fact", "postDial"),
  column("direction", "direction", "end", "code"),
  column("call_duration", "talkSeconds", "end", "seconds"),
  column("answered_at", "answeredAtMs", "end", "time"),
  column("status_reason", "statusReason", "end", "code"),
  column("ended_by", "endedBy", "end", "code"),
  column("cause", "cause", "end", "number"),
  column("node", "node", "fact", "code"),
  column("call_status", "status", "end", "code"),
  column("ended_at", "endedAtMs", "end", "time"),
  column("source", "source", "end", "number"),
];
