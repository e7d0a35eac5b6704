import type { CallRecord } from "../../values/callRecord.ts";
import { dialectOf } from "../../store/dialect.ts";
import { StoreQueryError } from "../../store/errors.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { type RecordColumn, recordColumns } from "../rules/columns.ts";
import { postDialMsOf } from "../rules/postDial.ts";
import { mergedColumns } from "./upsert.ts";

/** The final destination of records. */
export interface RecordSink {
  /** All or none. */
  write(records: readonly CallRecord[]): Promise<void>;
  /**
   * Why a write failed: `row` if this row can never be stored, `statement` if the database rejected it for a reason
   * that may lie elsewhere, `away` if the database was unavailable.
   */
  blame(error: unknown): "row" | "statement" | "away";
}

type Value = string | number | null;

function valueOf(record: CallRecord, { field, kind }: RecordColumn): Value {
  const value = record[field];
  if (field === "proxyNumber" || field === "callerId") return record[field];
  switch (kind) {
    case "time":
      return field === "answeredAtMs" && value === null ? null : time(value);
    case "seconds":
      return typeof value === "number" ? Math.round(value) : null;
    case "postDial":
      return postDialMsOf(record.timeline);
    case "json":
      return value === null ? null : JSON.stringify(value);
    case "code":
      return typeof value === "string" && value !== "" ? value : null;
    case "number":
      return typeof value === "number" ? value : null;
  }
}

/** JSON turns an invalid time into null, which would become 1970. */
function time(atMs: unknown): string {
  if (typeof atMs !== "number") throw new TypeError("A time is missing in the record.");
  return toDatabaseTime(atMs);
}

/** Codes of MySQL and SQLite for values that do not fit their column. */
const rowFaults =
  /^(?:ER_DATA_TOO_LONG|ER_TRUNCATED_WRONG_VALUE\w*|ER_BAD_NULL_ERROR|ER_WARN_DATA_OUT_OF_RANGE|ER_CHECK_CONSTRAINT_VIOLATED|ER_WRONG_VALUE\w*|ER_INVALID_CHARACTER_STRING|SQLITE_CONSTRAINT\w*|SQLITE_MISMATCH|SQLITE_TOOBIG)$/;

/** If a call has a row already, both become one, whichever comes first. */
export function createRecordSink(store: Store): RecordSink {
  const head = `INSERT INTO call_logs (${recordColumns.map(({ name }) => name).join(", ")}) VALUES `;
  const row = `(${recordColumns.map(() => "?").join(", ")})`;
  return {
    async write(records) {
      if (records.length === 0) return;
      const values = records.flatMap((record) => recordColumns.map((column) => valueOf(record, column)));
      // SQL, because this has to keep up with the calls: TypeORM writes half as many rows in the same time.
      await store.transaction((manager) => {
        const tail = dialectOf(manager).onDuplicate("call_logs", ["call_id"], mergedColumns);
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
