import type { CallRecord } from "../../values/callRecord.ts";
import { dialectOf, replaced, unchanged } from "../../store/dialect.ts";
import { StoreQueryError } from "../../store/errors.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";

/** Where the records go in the end. */
export interface RecordSink {
  /** All or none. What becomes of a call id that has a record already, the maker of the sink says. */
  write(records: readonly CallRecord[]): Promise<void>;
  /**
   * Why a write was refused: `row` when this row could never be stored, `statement` when the database refused
   * for a reason that may lie elsewhere, `away` when it was not there to refuse anything.
   */
  blame(error: unknown): "row" | "statement" | "away";
}

type Value = string | number | null;

/** The one place that knows how a record becomes a row of `call_logs`. */
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

/** What tells how a call ended; the rest tells who began it and when. */
const columnsOfEnd =
  "real_phone call_duration call_status status_reason ring_seconds talk_seconds answered_at ended_at sip_code cause outbound_trunk".split(
    " ",
  );

/** JSON has no word for a time that is no number: it comes back from the spool as null, and that is not 1970. */
function time(atMs: number | null): string {
  if (typeof atMs !== "number") throw new TypeError("A time of the record is missing.");
  return toDatabaseTime(atMs);
}

/** Codes by which MySQL and SQLite say that a value does not fit its column. */
const rowFaults =
  /^(?:ER_DATA_TOO_LONG|ER_TRUNCATED_WRONG_VALUE\w*|ER_BAD_NULL_ERROR|ER_WARN_DATA_OUT_OF_RANGE|ER_CHECK_CONSTRAINT_VIOLATED|ER_WRONG_VALUE\w*|ER_INVALID_CHARACTER_STRING|SQLITE_CONSTRAINT\w*|SQLITE_MISMATCH|SQLITE_TOOBIG)$/;

/**
 * `known` says what becomes of a call that has a record: it keeps it, or, where the dialplan ended a call that a
 * controller had given back, it gets the end that the dialplan saw.
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
      // SQL, because this is what keeps up with the calls: TypeORM writes half as many rows in the same time.
      await store.transaction((manager) => {
        const tail = dialectOf(manager).onDuplicate("call_logs", ["call_id"], becomes);
        return execute(manager, `${head}${tuples(records, row)}${tail}`, values);
      });
    },
    blame(error) {
      // A value that cannot even be made into a row, such as a time that is no number.
      if (error instanceof RangeError || error instanceof TypeError) return "row";
      if (!(error instanceof StoreQueryError)) return "away";
      return rowFaults.test(error.driverCode) ? "row" : "statement";
    },
  };
}
