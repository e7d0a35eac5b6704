import { nullable, primary, TableSchema, zero } from "./table.ts";

/** An import job and its progress. */
export interface ImportRow {
  id: number;
  /** An `ImportState`. */
  state: string;
  fileName: string;
  /** The name of the file's folder; the client's file name never becomes a path. */
  fileToken: string;
  fileBytes: number;
  /** Hash of the file and all parameters of the request. */
  requestHash: string;
  idempotencyKey: string | null;
  poolId: number | null;
  /** JSON, as are the next three and `beforeUndo`. */
  description: string;
  counts: string;
  preview: string | null;
  failure: string | null;
  progress: number;
  lastRow: number;
  rowsPerSecond: number | null;
  remainingMs: number | null;
  undoAfterId: number;
  undoRemoved: number;
  undoKept: number;
  undoReleased: number;
  undoAfterRow: number;
  undoRestored: number;
  undoUnrestored: number;
  /** The instance that carries the job out, and until when no other may. */
  leaseOwner: string | null;
  leaseUntil: number | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  updatedAt: number;
  /** The instance that took the file in; no other instance has it. */
  node: string | null;
  /** The state to restore after a failed undo. */
  beforeUndo: string | null;
}

export const Import = new TableSchema<ImportRow>(
  "Import",
  "imports",
  ({ bigint, code, id, int, longText, real, text, time }) => ({
    columns: {
      id: id(),
      state: code("state", 16),
      fileName: text("file_name", 200),
      fileToken: code("file_token", 36),
      fileBytes: bigint("file_bytes"),
      requestHash: code("request_hash", 64),
      idempotencyKey: code("idempotency_key", 200, nullable),
      poolId: int("pool_id", nullable),
      description: longText("description"),
      counts: longText("counts"),
      preview: longText("preview", nullable),
      failure: longText("failure", nullable),
      progress: real("progress", zero),
      lastRow: int("last_row", zero),
      rowsPerSecond: int("rows_per_second", nullable),
      remainingMs: bigint("remaining_ms", nullable),
      undoAfterId: int("undo_after_id", zero),
      undoRemoved: int("undo_removed", zero),
      undoKept: int("undo_kept", zero),
      undoReleased: int("undo_released", zero),
      leaseOwner: code("lease_owner", 120, nullable),
      leaseUntil: time("lease_until", nullable),
      createdAt: time("created_at"),
      startedAt: time("started_at", nullable),
      finishedAt: time("finished_at", nullable),
      updatedAt: time("updated_at"),
      node: code("node", 64, nullable),
      beforeUndo: longText("before_undo", nullable),
      undoAfterRow: int("undo_after_row", zero),
      undoRestored: int("undo_restored", zero),
      undoUnrestored: int("undo_unrestored", zero),
    },
    indices: [
      { name: "uq_imports__file_token", columns: ["fileToken"], unique: true },
      { name: "uq_imports__idempotency_key", columns: ["idempotencyKey"], unique: true },
      { name: "ix_imports__state", columns: ["state"] },
    ],
  }),
);

/** The results of the rows up to `lastRow`, packed. */
interface ImportResultRow {
  importId: number;
  lastRow: number;
  piece: Uint8Array;
}

export const ImportResult = new TableSchema<ImportResultRow>(
  "ImportResult",
  "import_results",
  ({ int, longBlob }) => ({
    columns: {
      importId: int("import_id", primary),
      lastRow: int("last_row", primary),
      piece: longBlob("piece"),
    },
  }),
);
