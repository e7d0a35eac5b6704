import type { CallRecord } from "../../values/callRecord.ts";
import { dialectOf, replaced, unchanged } from "../../store/dialect.ts";
import { StoreQueryError } from "../../store/errors.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";

/** The final destination of records. */
export interface RecordSink {
  /** All or none. How existing call IDs are handled depends on the sink. */
  write(records: readonly CallRecord[]): Promise<void>;
  /**
   * Why a write failed: `row` if this row can never be stored, `statement` if the database rejected it for a reason
   * that may lie elsewhere, `away` if the database was unavailable.
   */
  blame(error: unknown): "row" | "statement" | "away";
}

type Value = string | number | null;

/** Maps records to rows of `call_logs`. */
const columns: readonly (readonly [name: string, value: (record: CallRecord) => Value])[] = [
  ["call_id", (record) => record.callId],
  ["fake_phone", (record) => record.proxyNumber],
  ["real_phone", (record) => record.realNumber],
  ["caller_id", (record) => record.callerId],
  ["call_timestamp", (record) => time(record.startedAtMs)],
  ["call_duration", (record) => Math.round(record.talkSeconds)],
  ["call_status", (record) => record.status],
  ["status_reason", (record) => record.statusReason],
  ["ring_seconds", (record) => Math.round(record.ringSeconds)],
  ["talk_seconds", (record) => Math.round(record.talkSeconds)],
  ["answered_at", (record) => (record.answeredAtMs === null ? null : time(record.answeredAtMs))],
  ["ended_at", (record) => time(record.endedAtMs)],
  ["sip_code", (record) => record.sipCode],
  ["cause", (record) => record.cause],
  ["inbound_trunk", (record) => record.inboundTrunk],
  ["outbound_trunk", (record) => record.outboundTrunk],
  ["asterisk", (record) => record.asterisk || null],
  ["node", (record) => record.node || null],
  ["timeline", ({ timeline }) => (timeline === undefined ? null : JSON.stringify(timeline))],
];

/** Columns about the end of a call; the others are about its start. */
const columnsOfEnd =
  "real_phone call_duration call_status status_reason ring_seconds talk_seconds answered_at ended_at sip_code cause outbound_trunk".split(
    " ",
  );

/** JSON turns an invalid time into null, which must not become 1970. */
function time(atMs: number | null): string {
  if (typeof atMs !== "number") throw new TypeError("A time is missing in the record.");
  return toDatabaseTime(atMs);
}

/** Codes of MySQL and SQLite for values that do not fit their column. */
const rowFaults =
  /^(?:ER_DATA_TOO_LONG|ER_TRUNCATED_WRONG_VALUE\w*|ER_BAD_NULL_ERROR|ER_WARN_DATA_OUT_OF_RANGE|ER_CHECK_CONSTRAINT_VIOLATED|ER_WRONG_VALUE\w*|ER_INVALID_CHARACTER_STRING|SQLITE_CONSTRAINT\w*|SQLITE_MISMATCH|SQLITE_TOOBIG)$/;

/**
 * `known`: how to handle a call that already has a record: keep the record, or, if the dialplan ended a call that a
 * controller had handed back, replace its end.
 */
export function createRecordSink(store: Store, known: "keep" | "replaceEnd" = "keep"): RecordSink {
  const head = `INSERT INTO call_logs (${columns.map(([name]) => name).join(", ")}) VALUES `;
  const row = `(${columns.map(() => "?").join(", ")})`;
  const becomes =
    known === "keep"
      ? { call_id: unchanged }
      : Object.fromEntries(columnsOfEnd.map((name) => [name, replaced] as const));
  return {
    async write(records) {
      if (records.length === 0) return;
      const values = records.flatMap((record) => columns.map(([, value]) => value(record)));
      // SQL, because this has to keep up with the calls: TypeORM writes half as many rows in the same time.
      await store.transaction((manager) => {
        const tail = dialectOf(manager).onDuplicate("call_logs", ["call_id"], becomes);
        return execute(manager, `${head}${tuples(records, row)}${tail}`, values);
      });
    },
    blame(error) {
      // A value that cannot be turned into a row, such as an invalid time.
      if (error instanceof RangeError || error instanceof TypeError) return "row";
      if (!(error instanceof StoreQueryError)) return "away";
      return rowFaults.test(error.driverCode) ? "row" : "statement";
    },
  };
}
