import type { EntityManager } from "typeorm";
import { fromDatabaseTime, toDatabaseTime } from "../../store/time.ts";
import type { Store } from "../../store/types.ts";
import { noCounts } from "./counts.ts";
import { ImportUnknownError } from "./errors.ts";
import type { FileDescription } from "./reading.ts";
import type {
  BeforeUndo,
  ImportCounts,
  ImportFailure,
  ImportPreview,
  ImportState,
  StoredImport,
} from "./types.ts";

type DatabaseTime = Date | string;

interface Row {
  readonly id: number;
  readonly state: ImportState;
  readonly file_name: string;
  readonly file_token: string;
  readonly file_bytes: number | string;
  readonly request_hash: string;
  readonly idempotency_key: string | null;
  readonly pool_id: number | null;
  readonly description: string;
  readonly counts: string;
  readonly preview: string | null;
  readonly failure: string | null;
  readonly progress: number;
  readonly last_row: number;
  readonly rows_per_second: number | null;
  readonly remaining_ms: number | string | null;
  readonly undo_after_id: number;
  readonly undo_removed: number;
  readonly undo_kept: number;
  readonly undo_released: number;
  readonly before_undo: string | null;
  readonly node: string | null;
  readonly lease_owner: string | null;
  readonly lease_until: DatabaseTime | null;
  readonly created_at: DatabaseTime;
  readonly started_at: DatabaseTime | null;
  readonly finished_at: DatabaseTime | null;
  readonly updated_at: DatabaseTime;
}

/** What is given when an import is made. */
export interface NewImport {
  readonly state: "previewing" | "previewed" | "running";
  readonly fileName: string;
  readonly fileToken: string;
  readonly fileBytes: number;
  readonly requestHash: string;
  readonly idempotencyKey: string | null;
  readonly poolId: number | null;
  readonly description: FileDescription;
  /** The instance that has the file. */
  readonly node: string;
}

/** Columns that change while an import is worked on; what is absent stays as it is. */
export interface ImportChange {
  readonly state?: ImportState;
  readonly poolId?: number | null;
  readonly description?: FileDescription;
  readonly counts?: ImportCounts;
  readonly preview?: ImportPreview | null;
  readonly failure?: ImportFailure | null;
  readonly progress?: number;
  readonly lastRow?: number;
  readonly rowsPerSecond?: number | null;
  readonly remainingMs?: number | null;
  readonly undoAfterId?: number;
  readonly undoRemoved?: number;
  readonly undoKept?: number;
  readonly undoReleased?: number;
  readonly beforeUndo?: BeforeUndo | null;
  readonly leaseOwner?: string | null;
  readonly leaseUntilMs?: number | null;
  readonly startedAtMs?: number | null;
  readonly finishedAtMs?: number | null;
}

type Value = string | number | null;
const asJson = (value: unknown): Value => (value === null ? null : JSON.stringify(value));
const asTime = (value: unknown): Value => (typeof value === "number" ? toDatabaseTime(value) : null);
const asIs = (value: unknown): Value =>
  typeof value === "string" || typeof value === "number" ? value : null;

const columns: Readonly<
  Record<keyof ImportChange, readonly [column: string, write: (value: unknown) => Value]>
> = {
  state: ["state", asIs],
  poolId: ["pool_id", asIs],
  description: ["description", asJson],
  counts: ["counts", asJson],
  preview: ["preview", asJson],
  failure: ["failure", asJson],
  progress: ["progress", asIs],
  lastRow: ["last_row", asIs],
  rowsPerSecond: ["rows_per_second", asIs],
  remainingMs: ["remaining_ms", asIs],
  undoAfterId: ["undo_after_id", asIs],
  undoRemoved: ["undo_removed", asIs],
  undoKept: ["undo_kept", asIs],
  undoReleased: ["undo_released", asIs],
  beforeUndo: ["before_undo", asJson],
  leaseOwner: ["lease_owner", asIs],
  leaseUntilMs: ["lease_until", asTime],
  startedAtMs: ["started_at", asTime],
  finishedAtMs: ["finished_at", asTime],
};

/** Resolves to the id. A unique key has the last word on the idempotency key. */
export async function insertImport(manager: EntityManager, made: NewImport, nowMs: number): Promise<number> {
  const now = toDatabaseTime(nowMs);
  await manager.query(
    `INSERT INTO imports (state, file_name, file_token, file_bytes, request_hash, idempotency_key, pool_id,
       description, counts, node, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      made.state,
      made.fileName,
      made.fileToken,
      made.fileBytes,
      made.requestHash,
      made.idempotencyKey,
      made.poolId,
      JSON.stringify(made.description),
      JSON.stringify(noCounts),
      made.node,
      now,
      now,
    ],
  );
  const [row]: { id: number }[] = await manager.query("SELECT id FROM imports WHERE file_token = ?", [
    made.fileToken,
  ]);
  if (!row) throw new Error("An import that was just stored is not there.");
  return row.id;
}

export async function updateImport(
  manager: EntityManager,
  id: number,
  change: ImportChange,
  nowMs: number,
): Promise<void> {
  const parts = ["updated_at = ?"];
  const values: Value[] = [toDatabaseTime(nowMs)];
  for (const key of Object.keys(change)) {
    if (!isChangeKey(key)) continue;
    const [column, write] = columns[key];
    parts.push(`${column} = ?`);
    values.push(write(change[key]));
  }
  await manager.query(`UPDATE imports SET ${parts.join(", ")} WHERE id = ?`, [...values, id]);
}

const isChangeKey = (key: string): key is keyof ImportChange => Object.hasOwn(columns, key);

/** Locked for the rest of the transaction. Throws `ImportUnknownError`. */
export async function lockImport(
  manager: EntityManager,
  kind: Store["kind"],
  id: number,
): Promise<StoredImport> {
  const [found] = await selectImports(manager, `WHERE id = ?${kind === "mysql" ? " FOR UPDATE" : ""}`, [id]);
  if (!found) throw new ImportUnknownError();
  return found;
}

export async function selectImports(
  manager: EntityManager,
  condition: string,
  parameters: readonly Value[],
): Promise<readonly StoredImport[]> {
  const rows: Row[] = await manager.query(`SELECT * FROM imports ${condition}`, [...parameters]);
  return rows.map(toImport);
}

const timeOf = (value: DatabaseTime | null): number | null =>
  value === null ? null : fromDatabaseTime(value);

/** What imports that were stored by earlier versions do not say. */
const formerDescription = { choices: {} };
const formerPreview = { poolId: null, withoutPool: 0 };

function toImport(row: Row): StoredImport {
  return {
    id: row.id,
    state: row.state,
    fileName: row.file_name,
    fileToken: row.file_token,
    fileBytes: Number(row.file_bytes),
    requestHash: row.request_hash,
    idempotencyKey: row.idempotency_key,
    poolId: row.pool_id,
    // Written by this module only.
    description: { ...formerDescription, ...JSON.parse(row.description) },
    counts: JSON.parse(row.counts),
    preview: row.preview === null ? null : { ...formerPreview, ...JSON.parse(row.preview) },
    failure: row.failure === null ? null : JSON.parse(row.failure),
    progress: row.progress,
    lastRow: row.last_row,
    rowsPerSecond: row.rows_per_second,
    remainingMs: row.remaining_ms === null ? null : Number(row.remaining_ms),
    undo: { removed: row.undo_removed, kept: row.undo_kept, released: row.undo_released },
    undoAfterId: row.undo_after_id,
    beforeUndo: row.before_undo === null ? null : JSON.parse(row.before_undo),
    node: row.node,
    leaseOwner: row.lease_owner,
    leaseUntilMs: timeOf(row.lease_until),
    createdAtMs: fromDatabaseTime(row.created_at),
    startedAtMs: timeOf(row.started_at),
    finishedAtMs: timeOf(row.finished_at),
    updatedAtMs: fromDatabaseTime(row.updated_at),
  };
}

/** What changes from batch to batch, without what is large. */
export type ImportProgress = Pick<
  StoredImport,
  "state" | "leaseOwner" | "leaseUntilMs" | "lastRow" | "counts" | "undo" | "undoAfterId" | "beforeUndo"
>;

/** As it is committed, whoever has it locked. Throws `ImportUnknownError`. */
export const readProgress = (manager: EntityManager, id: number): Promise<ImportProgress> =>
  selectProgress(manager, id, "");

/** Locked for the rest of the transaction. Throws `ImportUnknownError`. */
export const lockProgress = (
  manager: EntityManager,
  kind: Store["kind"],
  id: number,
): Promise<ImportProgress> => selectProgress(manager, id, kind === "mysql" ? " FOR UPDATE" : "");

async function selectProgress(manager: EntityManager, id: number, lock: string): Promise<ImportProgress> {
  const [row]: Row[] = await manager.query(
    `SELECT state, lease_owner, lease_until, last_row, counts, undo_removed, undo_kept, undo_released,
       undo_after_id, before_undo FROM imports WHERE id = ?${lock}`,
    [id],
  );
  if (!row) throw new ImportUnknownError();
  return {
    state: row.state,
    leaseOwner: row.lease_owner,
    leaseUntilMs: timeOf(row.lease_until),
    lastRow: row.last_row,
    counts: JSON.parse(row.counts),
    undo: { removed: row.undo_removed, kept: row.undo_kept, released: row.undo_released },
    undoAfterId: row.undo_after_id,
    beforeUndo: row.before_undo === null ? null : JSON.parse(row.before_undo),
  };
}
