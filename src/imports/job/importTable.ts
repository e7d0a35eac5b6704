import { In, IsNull, LessThan } from "typeorm";
import type { EntityManager, FindManyOptions, FindOptionsWhere } from "typeorm";
import { heldRows } from "../../store/dialect.ts";
import { Import } from "../../store/entities/imports.ts";
import type { ImportRow } from "../../store/entities/imports.ts";
import { oneOf } from "../../store/row.ts";
import { noCounts } from "./counts.ts";
import { ImportUnknownError } from "./errors.ts";
import type { FileDescription } from "./reading.ts";
import { importStates, workingStates } from "./types.ts";
import type {
  BeforeUndo,
  ImportCounts,
  ImportFailure,
  ImportPreview,
  ImportState,
  StoredImport,
} from "./types.ts";

/** A new import. */
interface NewImport {
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

/** Columns that change while an import is in progress. Absent ones stay unchanged. */
export interface ImportPatch {
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
  readonly undoAfterRow?: number;
  readonly undoRestored?: number;
  readonly undoUnrestored?: number;
  readonly beforeUndo?: BeforeUndo | null;
  readonly leaseOwner?: string | null;
  readonly leaseUntilMs?: number | null;
  readonly startedAtMs?: number | null;
  readonly finishedAtMs?: number | null;
}

/** Resolves to the ID. A unique key enforces the idempotency key. */
export async function insertImport(manager: EntityManager, made: NewImport, nowMs: number): Promise<number> {
  const { fileToken } = made;
  await manager.insert(Import, {
    ...made,
    description: JSON.stringify(made.description),
    counts: JSON.stringify(noCounts),
    createdAt: nowMs,
    updatedAt: nowMs,
  });
  const { id } = await manager.findOneByOrFail(Import, { fileToken });
  return id;
}

export async function updateImport(
  manager: EntityManager,
  id: number,
  { description, counts, preview, failure, beforeUndo, ...others }: ImportPatch,
  nowMs: number,
): Promise<void> {
  const { leaseUntilMs, startedAtMs, finishedAtMs, ...plain } = others;
  await manager.update(
    Import,
    { id },
    {
      ...plain,
      ...(description !== undefined && { description: JSON.stringify(description) }),
      ...(counts !== undefined && { counts: JSON.stringify(counts) }),
      ...(preview !== undefined && { preview: asJson(preview) }),
      ...(failure !== undefined && { failure: asJson(failure) }),
      ...(beforeUndo !== undefined && { beforeUndo: asJson(beforeUndo) }),
      ...(leaseUntilMs !== undefined && { leaseUntil: leaseUntilMs }),
      ...(startedAtMs !== undefined && { startedAt: startedAtMs }),
      ...(finishedAtMs !== undefined && { finishedAt: finishedAtMs }),
      updatedAt: nowMs,
    },
  );
}

const asJson = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** Locked for the rest of the transaction. Throws `ImportUnknownError`. */
export async function lockImport(manager: EntityManager, id: number): Promise<StoredImport> {
  const found = await manager.findOne(Import, { where: { id }, ...heldRows(manager) });
  if (found === null) throw new ImportUnknownError();
  return toImport(found);
}

export async function selectImports(
  manager: EntityManager,
  options: FindManyOptions<ImportRow>,
): Promise<readonly StoredImport[]> {
  const rows = await manager.find(Import, options);
  return rows.map(toImport);
}

/** Imports with work to do that no instance has claimed, or whose lease has run out. */
export const claimable = (nowMs: number, id?: number): FindOptionsWhere<ImportRow>[] =>
  [IsNull(), LessThan(nowMs)].map((leaseUntil) => ({
    ...(id !== undefined && { id }),
    state: In([...workingStates]),
    leaseUntil,
  }));

/** An import that may be claimed, without its large columns. */
type ClaimableImport = Pick<StoredImport, "id" | "state" | "fileToken" | "node" | "updatedAtMs">;

/** Imports with work to do that no instance has claimed, or whose lease has run out; oldest first. */
export async function selectClaimable(
  manager: EntityManager,
  nowMs: number,
): Promise<readonly ClaimableImport[]> {
  const rows = await manager.find(Import, {
    select: { id: true, state: true, fileToken: true, node: true, updatedAt: true },
    where: claimable(nowMs),
    order: { id: "ASC" },
  });
  return rows.map(({ updatedAt, ...row }) => ({ ...row, state: toState(row.state), updatedAtMs: updatedAt }));
}

/** Values for imports stored by earlier versions. */
const formerDescription = { choices: {}, acceptPremium: false, bareForm: null };
const formerPreview = { poolId: null, withoutPool: 0 };

/** This version can do nothing with an import in a state it does not know. */
const toState = oneOf(importStates, "failed");

function toImport(row: ImportRow): StoredImport {
  return {
    id: row.id,
    state: toState(row.state),
    fileName: row.fileName,
    fileToken: row.fileToken,
    fileBytes: row.fileBytes,
    requestHash: row.requestHash,
    idempotencyKey: row.idempotencyKey,
    poolId: row.poolId,
    // Written by this module only.
    description: { ...formerDescription, ...JSON.parse(row.description) },
    counts: countsOf(row),
    preview: row.preview === null ? null : previewOf(row.preview),
    failure: row.failure === null ? null : JSON.parse(row.failure),
    progress: row.progress,
    lastRow: row.lastRow,
    rowsPerSecond: row.rowsPerSecond,
    remainingMs: row.remainingMs,
    undo: undoOf(row),
    undoAfterId: row.undoAfterId,
    undoAfterRow: row.undoAfterRow,
    beforeUndo: row.beforeUndo === null ? null : JSON.parse(row.beforeUndo),
    node: row.node,
    leaseOwner: row.leaseOwner,
    leaseUntilMs: row.leaseUntil,
    createdAtMs: row.createdAt,
    startedAtMs: row.startedAt,
    finishedAtMs: row.finishedAt,
    updatedAtMs: row.updatedAt,
  };
}

function previewOf(stored: string): ImportPreview {
  const preview: ImportPreview = { ...formerPreview, ...JSON.parse(stored) };
  return { ...preview, counts: { ...noCounts, ...preview.counts } };
}

/** Imports of earlier versions lack the newer counts. */
const countsOf = ({ counts }: Pick<ImportRow, "counts">): ImportCounts => ({
  ...noCounts,
  ...JSON.parse(counts),
});

const undoOf = (row: ImportRow): StoredImport["undo"] => ({
  removed: row.undoRemoved,
  kept: row.undoKept,
  released: row.undoReleased,
  restored: row.undoRestored,
  unrestored: row.undoUnrestored,
});

/** Columns that change from batch to batch, without the large ones. */
export type ImportProgress = Pick<
  StoredImport,
  | "state"
  | "leaseOwner"
  | "leaseUntilMs"
  | "lastRow"
  | "counts"
  | "undo"
  | "undoAfterId"
  | "undoAfterRow"
  | "beforeUndo"
>;

/** The committed state, without waiting for a lock. Throws `ImportUnknownError`. */
export const readProgress = (manager: EntityManager, id: number): Promise<ImportProgress> =>
  selectProgress(manager, id, {});

/** Locked for the rest of the transaction. Throws `ImportUnknownError`. */
export const lockProgress = (manager: EntityManager, id: number): Promise<ImportProgress> =>
  selectProgress(manager, id, heldRows(manager));

async function selectProgress(
  manager: EntityManager,
  id: number,
  lock: ReturnType<typeof heldRows>,
): Promise<ImportProgress> {
  const row = await manager.findOne(Import, {
    select: {
      state: true,
      leaseOwner: true,
      leaseUntil: true,
      lastRow: true,
      counts: true,
      undoRemoved: true,
      undoKept: true,
      undoReleased: true,
      undoRestored: true,
      undoUnrestored: true,
      undoAfterId: true,
      undoAfterRow: true,
      beforeUndo: true,
    },
    where: { id },
    ...lock,
  });
  if (row === null) throw new ImportUnknownError();
  return {
    state: toState(row.state),
    leaseOwner: row.leaseOwner,
    leaseUntilMs: row.leaseUntil,
    lastRow: row.lastRow,
    counts: countsOf(row),
    undo: undoOf(row),
    undoAfterId: row.undoAfterId,
    undoAfterRow: row.undoAfterRow,
    beforeUndo: row.beforeUndo === null ? null : JSON.parse(row.beforeUndo),
  };
}
