import type { EntityManager } from "typeorm";
import type { CallRecord } from "../../values/callRecord.ts";
import { dialectOf } from "../../store/dialect.ts";
import { StoreQueryError } from "../../store/errors.ts";
import { execute, tuples } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { type RecordColumn, recordColumns } from "../rules/columns.ts";
import { postDialMsOf } from "../rules/postDial.ts";
import type { ErasedNumbers } from "./erasedNumbers.ts";
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

/** A number was erased that this instance did not know of: the rows are to be written again. */
class ErasedMeanwhile extends Error {}

/** If a call has a row already, both become one, whichever comes first. */
export function createRecordSink(store: Store, erased: ErasedNumbers | null = null): RecordSink {
  const head = `INSERT INTO call_logs (${recordColumns.map(({ name }) => name).join(", ")}) VALUES `;
  const row = `(${recordColumns.map(() => "?").join(", ")})`;
  return {
    async write(records) {
      if (records.length === 0) return;
      // SQL, because this has to keep up with the calls: TypeORM writes half as many rows in the same time.
      const insert = (manager: EntityManager): Promise<void> => {
        const kept = erased === null ? records : records.map((record) => erased.without(record));
        const values = kept.flatMap((record) => recordColumns.map((column) => valueOf(record, column)));
        const tail = dialectOf(manager).onDuplicate("call_logs", ["call_id"], mergedColumns);
        return execute(manager, `${head}${tuples(records, row)}${tail}`, values);
      };
      for (;;) {
        try {
          await store.transaction(async (manager) => {
            await insert(manager);
            // Afterwards: what is erased later finds these rows, because it waits for this transaction.
            if (erased !== null && (await erased.isOutdated(manager))) throw new ErasedMeanwhile();
          });
          return;
        } catch (error) {
          if (!(error instanceof ErasedMeanwhile) || erased === null) throw error;
          await store.read((manager) => erased.load(manager));
        }
      }
    },
    blame(error) {
      // A value that cannot be turned into a row, such as an invalid time.
      if (error instanceof RangeError || error instanceof TypeError) return "row";
      if (!(error instanceof StoreQueryError)) return "away";
      return rowFaults.test(error.driverCode) ? "row" : "statement";
    },
  };
}
