import { ForeignDatabaseError, openForeign } from "../store/foreignDatabase.ts";
import type { ForeignAddress, ForeignDatabase, ForeignRow, TimeKind } from "../store/foreignDatabase.ts";
import type { LegacyCall } from "./readCall.ts";
import type { LegacyMapping } from "./readPair.ts";

/** The other system's database, which is only read. */
interface LegacySource {
  /** Rows in the order of their IDs, some at a time. */
  mappings(): AsyncIterable<readonly LegacyMapping[]>;
  calls(): AsyncIterable<readonly LegacyCall[]>;
  readonly hasCalls: boolean;
  readonly times: { readonly mappings: TimeKind; readonly calls: TimeKind };
  close(): Promise<void>;
}

const rowsAtOnce = 2000;
const needed = {
  phone_mappings: ["id", "real_phone", "fake_phone"],
  call_logs: [
    "id",
    "fake_phone",
    "real_phone",
    "caller_id",
    "call_timestamp",
    "call_duration",
    "call_status",
  ],
};

/** Throws a `ForeignDatabaseError`. */
export async function openSource(from: ForeignAddress, password: string): Promise<LegacySource> {
  const reader = await openForeign(from, password);
  try {
    const mappings = await reader.columns("phone_mappings");
    const calls = await reader.columns("call_logs");
    requireColumns("phone_mappings", mappings);
    if (calls.size > 0) requireColumns("call_logs", calls);
    if (mappings.has("released_real_phone"))
      throw new ForeignDatabaseError("This is a database of this application, not one of another system.");
    const hasCreation = mappings.has("created_at");
    return {
      hasCalls: calls.size > 0,
      times: {
        mappings: mappings.get("created_at") ?? "instant",
        calls: calls.get("call_timestamp") ?? "instant",
      },
      async *mappings() {
        const created = hasCreation ? "created_at" : "NULL AS created_at";
        for await (const rows of pages(reader, `id, real_phone, fake_phone, ${created}`, "phone_mappings"))
          yield rows.map((row) => ({
            id: Number(row["id"]),
            realPhone: row["real_phone"] ?? null,
            fakePhone: row["fake_phone"] ?? null,
            createdAt: row["created_at"] ?? null,
          }));
      },
      async *calls() {
        for await (const rows of pages(reader, needed.call_logs.join(", "), "call_logs"))
          yield rows.map((row) => ({
            id: Number(row["id"]),
            fakePhone: row["fake_phone"] ?? null,
            realPhone: row["real_phone"] ?? null,
            callerId: row["caller_id"] ?? null,
            callTimestamp: row["call_timestamp"] ?? null,
            callDuration: row["call_duration"] ?? null,
            callStatus: row["call_status"] ?? null,
          }));
      },
      close: () => reader.close(),
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function requireColumns(table: keyof typeof needed, columns: ReadonlyMap<string, TimeKind>): void {
  const missing = needed[table].filter((name) => !columns.has(name));
  if (missing.length > 0)
    throw new ForeignDatabaseError(
      columns.size === 0
        ? `The database has no table ${table}.`
        : `The table ${table} has no column ${missing.join(", ")}.`,
    );
}

async function* pages(
  reader: ForeignDatabase,
  columns: string,
  table: string,
): AsyncGenerator<readonly ForeignRow[]> {
  for (let after = -1; ;) {
    const rows = await reader.select(
      `SELECT ${columns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${rowsAtOnce}`,
      [after],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    after = Number(rows.at(-1)?.["id"]);
  }
}
