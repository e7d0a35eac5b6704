import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileOf } from "../../../src/imports/job/uploadFolders.ts";
import { insertPiece, packRows } from "../../../src/imports/job/resultPieces.ts";
import { noCounts } from "../../../src/imports/job/counts.ts";
import type { Store } from "../../../src/store/types.ts";
import { toDatabaseTime } from "../../../src/store/time.ts";

const chunk = 1_000;
const dayMs = 86_400_000;

/** Adds calls of the last hundred days. */
export async function fillCalls(store: Store, calls: number): Promise<void> {
  const untilMs = Date.now();
  for (let first = 0; first < calls; first += chunk) {
    const rows = Array.from({ length: Math.min(chunk, calls - first) }, (_, offset) => {
      const index = first + offset;
      const startedAtMs = untilMs - (1 - index / calls) * 100 * dayMs;
      const digits = String(index % 10_000).padStart(7, "0");
      const at = (ms: number): string => `'${toDatabaseTime(startedAtMs + ms)}'`;
      return `('filled-${index}','7955${digits}','7990${digits}','7916${digits}',${at(0)},60,'answered','completed',5,${at(5_000)},${at(65_000)})`;
    });
    await store.transaction((manager) =>
      manager.query(
        `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_duration, call_status,
           status_reason, ring_seconds, answered_at, ended_at) VALUES ${rows.join(",")}`,
      ),
    );
  }
}

const source = {
  format: "csv",
  encoding: "utf-8",
  byteOrderMark: false,
  delimiter: ";",
  quote: '"',
  separatorLine: false,
};
const description = {
  source,
  headerRow: null,
  columns: ["realNumber", "label"].map((field, place) => ({
    place,
    header: null,
    field,
    because: "contents",
  })),
  defaultCountry: "RU",
  timeZone: "UTC",
};

/** Adds a completed import with the ID 1, and its file. */
export async function fillImport(store: Store, rows: number, uploads: string): Promise<void> {
  const file = fileOf(uploads, "filled");
  await mkdir(dirname(file), { recursive: true });
  const lines = Array.from({ length: rows }, (_, index) => `+7 990 ${index};"Client, no. ${index}"\r\n`);
  await writeFile(file, lines.join(""));
  const now = toDatabaseTime(Date.now());
  await store.transaction((manager) =>
    manager.query(
      `INSERT INTO imports (id, state, file_name, file_token, file_bytes, request_hash, description, counts,
         created_at, updated_at, finished_at) VALUES (1, 'done', 'numbers.csv', 'filled', 1000, 'filled', ?, ?, ?, ?, ?)`,
      [JSON.stringify(description), JSON.stringify({ ...noCounts, rows, created: rows }), now, now, now],
    ),
  );
  for (let first = 1; first <= rows; first += chunk) {
    const piece = await packRows(
      Array.from({ length: Math.min(chunk, rows - first + 1) }, (_, offset) => {
        const digits = String(first + offset).padStart(7, "0");
        return {
          row: first + offset,
          input: `+7 990 ${digits}`,
          realNumber: `7990${digits}`,
          proxyNumber: `7955${digits}`,
          code: "CREATED" as const,
        };
      }),
    );
    await store.transaction((manager) => insertPiece(manager, 1, Math.min(rows, first + chunk - 1), piece));
  }
}
