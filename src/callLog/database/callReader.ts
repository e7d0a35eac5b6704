import { setImmediate as yieldToOthers } from "node:timers/promises";
import { CallLog } from "../../store/entities/calls.ts";
import { rowOf, text } from "../../store/row.ts";
import { plainRows } from "../../store/sql.ts";
import { toDatabaseTime } from "../../store/time.ts";
import type { Reading } from "../../store/types.ts";
import { type CallDetails, columns, readCallRow, type RecordedCall, timelineOf, toCall } from "./callRow.ts";
import { BadCursorError } from "../../store/errors.ts";
import { branchesOf, callsOf, conditionsOf } from "./callFilter.ts";
import type { CallFilter, Condition } from "./callFilter.ts";
import { type CountCalls, createCallCount } from "./countCalls.ts";

interface CallPage {
  readonly items: readonly RecordedCall[];
  /** `after` of the next page; null on the last. Opaque. */
  readonly next: string | null;
}

/** Call records. All methods reject with `StoreAwayError` during a database outage. */
export interface CallReader {
  /** Newest first; `limit` 1 to 1000. Rejects with `BadCursorError` on a foreign `after`. */
  page(
    filter: CallFilter,
    paging: { readonly limit: number; readonly after?: string | null },
  ): Promise<CallPage>;
  /** The number of calls and their talk time; null if counting would take too long. */
  readonly count: CountCalls;
  find(callId: string): Promise<CallDetails | null>;
  /** Callers, as recorded, whose number contains any of these digits; at most `limit`. */
  callersWith(digits: readonly string[], limit: number): Promise<readonly string[]>;
  /** All of them, newest first, in chunks, in bounded memory. */
  stream(filter: CallFilter): AsyncIterable<readonly RecordedCall[]>;
}

interface Position {
  readonly startedAtMs: number;
  readonly id: number;
}

const streamChunk = 1_000;

export function createCallReader(store: Reading, clock: { nowMs(): number }): CallReader {
  /**
   * Each branch follows an index with the order of the list, so that none reads more than it returns. Plain rows,
   * because the entities for the chunk of an export take longer than the database itself.
   */
  async function newest(filter: CallFilter, after: Position | null, limit: number): Promise<RecordedCall[]> {
    const branches = branchesOf(filter);
    const shared = [...conditionsOf(filter, branches.kind), ...(after === null ? [] : [beyond(after)])];
    const found = new Map<number, RecordedCall>();
    for (const branch of branches.conditions) {
      const rows = await store.read((manager) =>
        plainRows(
          callsOf(manager, [...branch, ...shared])
            .select(columns)
            .orderBy("call_timestamp", "DESC")
            .addOrderBy("id", "DESC")
            .limit(limit),
          readCallRow,
        ),
      );
      for (const row of rows) {
        const call = toCall(row);
        found.set(call.id, call);
      }
    }
    return [...found.values()]
      .toSorted((one, other) => other.startedAtMs - one.startedAtMs || other.id - one.id)
      .slice(0, limit);
  }

  return {
    async page(filter, { limit, after = null }) {
      const found = await newest(filter, after === null ? null : positionOf(after), limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? cursorOf(last) : null };
    },

    count: createCallCount(store, clock),

    async find(callId) {
      const row = await store.read((manager) =>
        manager.createQueryBuilder(CallLog, "call").addSelect("call.timeline").where({ callId }).getOne(),
      );
      return row && { ...toCall(row), timeline: timelineOf(row) };
    },

    async callersWith(digits, limit) {
      if (digits.length === 0) return [];
      const rows = await store.read((manager) => {
        const query = manager.createQueryBuilder(CallLog, "call").select("DISTINCT caller_id", "caller_id");
        query.where(digits.map((_, index) => `INSTR(caller_id, :digits${index}) > 0`).join(" OR "));
        query.setParameters(Object.fromEntries(digits.map((some, index) => [`digits${index}`, some])));
        return plainRows(query.orderBy("caller_id").limit(limit), rowOf({ callerId: text }));
      });
      return rows.map(({ callerId }) => callerId);
    },

    async *stream(filter) {
      let after: Position | null = null;
      for (;;) {
        const chunk: readonly RecordedCall[] = await newest(filter, after, streamChunk);
        if (chunk.length > 0) yield chunk;
        const last = chunk.at(-1);
        if (last === undefined || chunk.length < streamChunk) return;
        after = last;
        // SQLite queries never yield, and calls need their turn.
        await yieldToOthers();
      }
    },
  };
}

const beyond = ({ startedAtMs, id }: Position): Condition => ({
  sql: "call_timestamp <= :lastTime AND (call_timestamp < :lastTime OR id < :lastId)",
  parameters: { lastTime: toDatabaseTime(startedAtMs), lastId: id },
});

function cursorOf({ startedAtMs, id }: Position): string {
  return Buffer.from(`call:${startedAtMs}:${id}`).toString("base64url");
}

function positionOf(cursor: string): Position {
  const [, startedAtMs, id] =
    /^call:(\d{1,14}):(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (startedAtMs === undefined || id === undefined) throw new BadCursorError();
  return { startedAtMs: Number(startedAtMs), id: Number(id) };
}
