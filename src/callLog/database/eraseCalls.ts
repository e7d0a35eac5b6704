import type { EntityManager } from "typeorm";
import { dialectOf } from "../../store/dialect.ts";
import { CallNumberDay } from "../../store/entities/calls.ts";
import { execute, placeholders, selectRow, selectRows } from "../../store/sql.ts";
import { nullable, number, rowOf, text, time } from "../../store/row.ts";
import type { Store } from "../../store/types.ts";

/** A call that shows a number. */
export interface CallWithNumber {
  readonly callId: string;
  readonly startedAtMs: number;
  /** Whose number it is in this call; `dialled`: it was dialled and is not one of ours; `shown`: the callee saw it, only. */
  readonly as: "caller" | "dialled" | "real" | "shown";
  readonly talkSeconds: number;
  readonly status: string;
}

interface Numbers {
  readonly number: string;
  /** As trunks send it. */
  readonly spellings: readonly string[];
  /** Whether it is one of our proxy numbers, which stay. */
  readonly isProxy: boolean;
}

const batchRows = 500;
/** Rows that are looked through in one statement for a number in a column without an index. */
const scannedRows = 20_000;

const readId = rowOf({ id: number });
const readCall = rowOf({
  callId: text,
  callTimestamp: time,
  callDuration: number,
  callStatus: text,
  realPhone: nullable(text),
  callerId: text,
  fakePhone: text,
});

const callColumns = "call_id, call_timestamp, call_duration, call_status, real_phone, caller_id, fake_phone";
const newestFirst = "ORDER BY call_timestamp DESC, id DESC";

/** The calls that show the number, newest first; at most `limit`. */
export async function findCalls(
  store: Store,
  numbers: Numbers,
  limit: number,
): Promise<{ readonly count: number; readonly calls: readonly CallWithNumber[] }> {
  const { number: wanted, spellings, isProxy } = numbers;
  // SQL, because a query builder would write the same text with more words.
  const where = `(real_phone = ? OR caller_id IN (${placeholders(spellings)})${isProxy ? "" : " OR fake_phone = ?"})`;
  const values = [wanted, ...spellings, ...(isProxy ? [] : [wanted])];
  const party = await findWhere(store, { where, values }, limit);
  let { count } = party;
  const rows = [...party.rows];
  const shownIds = new Set<string>();
  if (!isProxy)
    for (const range of (await scannedRanges(store)).toReversed()) {
      const shown = await findWhere(
        store,
        {
          where: `${range} AND shown_number IN (${placeholders(spellings)}) AND COALESCE(${where}, 0) = 0`,
          values: [...spellings, ...values],
        },
        limit - shownIds.size,
      );
      count += shown.count;
      rows.push(...shown.rows);
      for (const { callId } of shown.rows) shownIds.add(callId);
    }
  const calls = rows.map((row) => ({
    callId: row.callId,
    startedAtMs: row.callTimestamp,
    as: shownIds.has(row.callId)
      ? ("shown" as const)
      : row.realPhone === wanted
        ? ("real" as const)
        : row.fakePhone === wanted
          ? ("dialled" as const)
          : ("caller" as const),
    talkSeconds: row.callDuration,
    status: row.callStatus,
  }));
  return {
    count,
    calls: calls.toSorted((one, other) => other.startedAtMs - one.startedAtMs).slice(0, limit),
  };
}

function findWhere(
  store: Store,
  { where, values }: Pick<Change, "where"> & { readonly values: readonly string[] },
  limit: number,
): Promise<{ readonly count: number; readonly rows: readonly ReturnType<typeof readCall>[] }> {
  return store.read(async (manager) => {
    const counted = await selectRow(
      manager,
      rowOf({ calls: number }),
      `SELECT COUNT(*) AS calls FROM call_logs WHERE ${where}`,
      values,
    );
    const count = counted?.calls ?? 0;
    if (count === 0 || limit === 0) return { count, rows: [] };
    const sql = `SELECT ${callColumns} FROM call_logs WHERE ${where} ${newestFirst} LIMIT ${limit}`;
    return { count, rows: await selectRows(manager, readCall, sql, values) };
  });
}

/** Conditions for all records, a part at a time, oldest first: `shown_number` has no index. */
async function scannedRanges(store: Store): Promise<readonly string[]> {
  const last = await store.read((manager) =>
    selectRow(manager, readId, "SELECT MAX(id) AS id FROM call_logs HAVING MAX(id) IS NOT NULL"),
  );
  const parts = Math.ceil(((last?.id ?? -1) + 1) / scannedRows);
  return Array.from(
    { length: parts },
    (_, part) => `id >= ${part * scannedRows} AND id < ${(part + 1) * scannedRows}`,
  );
}

/** Removes the number from all records; resolves to how many had it. Statistics stay. */
export async function eraseCalls(
  store: Store,
  { number: erased, spellings, isProxy }: Numbers,
): Promise<number> {
  const own = placeholders(spellings);
  const shown = `shown_number = CASE WHEN shown_number IN (${own}) THEN NULL ELSE shown_number END`;
  const asReal = await eraseBatches(store, {
    where: "real_phone = ?",
    found: [erased],
    set: `real_phone = NULL, ${shown}`,
    values: spellings,
  });
  const asCaller = await eraseBatches(store, {
    where: `caller_id IN (${own})`,
    found: spellings,
    set: `caller_id = '', ${shown}`,
    values: spellings,
  });
  if (isProxy) return asReal + asCaller;
  return asReal + asCaller + (await eraseShown(store, spellings)) + (await eraseDialled(store, erased));
}

interface Change {
  readonly where: string;
  readonly found: readonly string[];
  readonly set: string;
  readonly values: readonly string[];
}

/** In batches, so that no lock lasts. The locks wait for records that are being written. */
async function eraseBatches(store: Store, { where, found, set, values }: Change): Promise<number> {
  for (let erased = 0; ;) {
    const rows = await store.transaction(async (manager) => {
      const { forUpdate } = dialectOf(manager);
      const sql = `SELECT id FROM call_logs WHERE ${where} LIMIT ${batchRows}${forUpdate}`;
      const some = await selectRows(manager, readId, sql, found);
      await change(manager, some, set, values);
      return some.length;
    });
    erased += rows;
    if (rows < batchRows) return erased;
  }
}

/** A number that was shown and is neither the real number nor the caller's, such as a fixed one; without an index. */
async function eraseShown(store: Store, spellings: readonly string[]): Promise<number> {
  let erased = 0;
  for (const range of await scannedRanges(store)) {
    erased += await eraseBatches(store, {
      where: `${range} AND shown_number IN (${placeholders(spellings)})`,
      found: spellings,
      set: "shown_number = NULL",
      values: [],
    });
  }
  return erased;
}

/** A dialled number that is not one of ours. The counters of calls by proxy number do not need it. */
async function eraseDialled(store: Store, erased: string): Promise<number> {
  const rows = await eraseBatches(store, {
    where: "fake_phone = ?",
    found: [erased],
    set: "fake_phone = '', counted_as = REPLACE(counted_as, ?, '||')",
    values: [`|${erased}|`],
  });
  await store.transaction((manager) => manager.delete(CallNumberDay, { fakePhone: erased }));
  return rows;
}

async function change(
  manager: EntityManager,
  rows: readonly { readonly id: number }[],
  set: string,
  values: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const sql = `UPDATE call_logs SET ${set} WHERE id IN (${placeholders(ids)})`;
  await execute(manager, sql, [...values, ...ids]);
}
