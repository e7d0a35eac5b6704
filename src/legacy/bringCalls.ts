import { In } from "typeorm";
import { createRecordSink } from "../callLog/database/recordSink.ts";
import { storeBatch } from "../callLog/database/storeBatch.ts";
import { CallLog } from "../store/entities/calls.ts";
import type { Store } from "../store/types.ts";
import type { CallRecord } from "../values/callRecord.ts";
import { readCall } from "./readCall.ts";
import type { LegacyCall } from "./readCall.ts";
import type { RefusedRows } from "./refusedRows.ts";

interface BringingCalls {
  readonly store: Store;
  readonly refused: RefusedRows;
  readonly reading: Parameters<typeof readCall>[1];
  readonly dryRun: boolean;
}

export interface CallCounts {
  readonly rows: number;
  /** Brought in; in a dry run, would be. */
  readonly created: number;
  /** Brought in by an earlier run. */
  readonly existing: number;
  readonly refused: number;
}

/** Brings in the calls of the other system, page by page. Doing it again changes nothing. */
export async function bringCalls(
  pages: AsyncIterable<readonly LegacyCall[]>,
  { store, refused, reading, dryRun }: BringingCalls,
): Promise<CallCounts> {
  const sink = createRecordSink(store);
  const counts = { rows: 0, created: 0, existing: 0, refused: 0 };
  for await (const page of pages) {
    const rows = new Map<string, LegacyCall>();
    const records: CallRecord[] = [];
    const refuse = (row: LegacyCall, code: Parameters<RefusedRows["add"]>[0]["code"]): void => {
      const value = valueOf(row, code);
      refused.add({
        table: "call_logs",
        id: row.id,
        realPhone: row.realPhone,
        fakePhone: row.fakePhone,
        value,
        code,
      });
      counts.refused += 1;
    };
    for (const row of page) {
      const read = readCall(row, reading);
      if (!read.ok) refuse(row, read.code);
      else {
        rows.set(read.record.callId, row);
        records.push(read.record);
      }
    }
    const known = await findKnown(store, records);
    const fresh = records.filter(({ callId }) => !known.has(callId));
    const rejected = dryRun ? [] : await storeBatch(sink, fresh);
    for (const { record } of rejected) {
      const row = rows.get(record.callId);
      if (row) refuse(row, "CALL_NOT_STORED");
    }
    counts.rows += page.length;
    counts.existing += known.size;
    counts.created += fresh.length - rejected.length;
    await refused.written();
  }
  return counts;
}

async function findKnown(store: Store, records: readonly CallRecord[]): Promise<ReadonlySet<string>> {
  if (records.length === 0) return new Set();
  const ids = records.map(({ callId }) => callId);
  const rows = await store.read((manager) =>
    manager.find(CallLog, { select: { callId: true }, where: { callId: In(ids) } }),
  );
  return new Set(rows.map(({ callId }) => callId));
}

/** The cell that the reason is about. */
function valueOf(row: LegacyCall, code: string): string | null {
  switch (code) {
    case "CALL_TIME_UNREADABLE":
      return row.callTimestamp;
    case "CALL_DURATION_UNREADABLE":
      return row.callDuration;
    case "CALL_STATUS_UNKNOWN":
      return row.callStatus;
    default:
      return null;
  }
}
