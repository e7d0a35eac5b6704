import { NoPoolError } from "../../numbers/errors.ts";
import { makingRoom } from "../../numbers/pools/makingRoom.ts";
import { withRows } from "../job/counts.ts";
import { lockProgress, readProgress, updateImport } from "../job/importTable.ts";
import { batchRowsOf, leaseMs, owning, Pace, requireOwned, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import type { ExistingChoice } from "../reading/types.ts";
import { FileNumbers } from "./fileNumbers.ts";
import { changeKnown } from "./knownRows.ts";
import { mapItems } from "./mapItems.ts";
import { needImportPools } from "../job/pools.ts";
import type { ImportPools } from "../job/pools.ts";
import { NamedProxies } from "./namedProxies.ts";
import { hasKeptRows, keptRowsPath, readKeptRows } from "./keptRows.ts";
import { inBatches, oneAhead, readItems } from "./readItems.ts";
import type { ItemBatch } from "./readItems.ts";
import { insertPiece, packRows, readPiece } from "../job/resultPieces.ts";
import type { ResultRow, StoredImport } from "../job/types.ts";
import { fileOf } from "../job/uploadFolders.ts";

/**
 * Imports the file from where it stopped. A batch, its results, and the progress are one transaction: if the process
 * dies, the next one resumes with the row after it. Throws what `owning` throws, `UnreadableFileError`, and
 * `NoPoolError`.
 */
export async function runImport(parts: JobParts, job: Job, found: StoredImport): Promise<void> {
  const { store, clock } = parts;
  const { importId } = job;
  const { estimatedRows } = found.description;
  const named = await NamedProxies.of(found.description, () => readBatches(parts, job, found, 0));
  const numbers = await untilStored(clock, job, () =>
    FileNumbers.resume(store, importId, estimatedRows, named),
  );
  let pools = await untilStored(clock, job, () => needImportPools(store, found));
  const batches = readBatches(parts, job, found, found.lastRow);
  let pace: Pace | null = null;
  for await (const batch of oneAhead(batches)) {
    job.signal.throwIfAborted();
    // From the first batch on: skipping rows is not work of this kind.
    pace ??= new Pace(clock.nowMs(), found.progress);
    const { existing = "leave" } = found.description.choices;
    const one = { batch, numbers, named, pace, existing, createdAtMs: found.createdAtMs };
    const begunAtMs = clock.nowMs();
    let rows;
    try {
      rows = await storeBatch(parts, job, one, pools);
    } catch (error) {
      if (!(error instanceof NoPoolError)) throw error;
      // A pool was paused meanwhile: rows that name it are refused from here on.
      pools = await untilStored(clock, job, () => needImportPools(store, found));
      rows = await storeBatch(parts, job, one, pools);
    }
    numbers.add(rows);
    await parts.giveWay?.(clock.nowMs() - begunAtMs, job.signal);
  }
  await owning(parts, job, "running", (manager) => {
    const nowMs = clock.nowMs();
    const rest = {
      leaseOwner: null,
      leaseUntilMs: null,
      finishedAtMs: nowMs,
      progress: 1,
      remainingMs: null,
    };
    return updateImport(manager, importId, { state: "done", ...rest }, nowMs);
  });
}

/**
 * The rows the preview kept, if it read the file with the same choices. Otherwise, or if the kept rows are damaged, the
 * rows of the file.
 */
async function* readBatches(
  parts: JobParts,
  { importId, signal }: Job,
  { fileToken, description }: StoredImport,
  lastRow: number,
): AsyncGenerator<ItemBatch> {
  const { directory, logger } = parts;
  const batchRows = batchRowsOf(parts);
  const kept = keptRowsPath(directory, fileToken, description);
  let afterRow = lastRow;
  if (hasKeptRows(kept)) {
    try {
      for await (const batch of inBatches(readKeptRows(kept, afterRow), batchRows)) {
        yield batch;
        afterRow = batch.lastRow;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn("Could not read the rows of the preview; reading the file instead", {
        importId,
        error,
      });
    }
  }
  const reading = { reading: description, afterRow, signal };
  yield* inBatches(readItems(fileOf(directory, fileToken), reading), batchRows);
}

interface BatchToStore {
  readonly batch: ItemBatch;
  readonly numbers: FileNumbers;
  readonly named: NamedProxies | null;
  readonly pace: Pace;
  readonly createdAtMs: number;
  readonly existing: ExistingChoice;
}

/**
 * The import itself is locked last, just for the commit: a batch may wait long for its pool, and a cancellation must
 * not wait with it. If the import has changed by then, the whole batch rolls back.
 */
function storeBatch(
  { store, mapper, invalidations, clock }: JobParts,
  job: Job,
  { batch, numbers, named, pace, createdAtMs, existing }: BatchToStore,
  pools: ImportPools,
): Promise<readonly ResultRow[]> {
  const { importId } = job;
  const { items, lastRow, progress } = batch;
  const attempt = (): Promise<readonly ResultRow[]> =>
    store.transaction(async (manager) => {
      const begun = await readProgress(manager, importId);
      requireOwned(begun, job, "running");
      // The commit had succeeded, but its response was lost.
      const stored = begun.lastRow >= lastRow ? await readPiece(manager, importId, lastRow) : null;
      if (stored) return stored;
      const { results: rows, updates } = await mapItems(manager, items, {
        mapper,
        pools,
        importId,
        nowMs: createdAtMs,
        numbers,
        named,
        existing,
        clock,
      });
      const nowMs = clock.nowMs();
      await changeKnown(manager, updates, { store, invalidations, importId, by: "import", nowMs });
      const piece = await packRows(rows);
      const before = await lockProgress(manager, importId);
      requireOwned(before, job, "running");
      await insertPiece(manager, importId, lastRow, piece);
      const counts = withRows(
        before.counts,
        rows.map(({ code }) => code),
      );
      const figures = pace.after(rows.length, progress, nowMs);
      const patch = { counts, lastRow, progress, ...figures, leaseUntilMs: nowMs + leaseMs };
      await updateImport(manager, importId, patch, nowMs);
      return rows;
    });
  return untilStored(clock, job, () => makingRoom(mapper, job.signal, attempt));
}
