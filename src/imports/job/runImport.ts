import { NoPoolError } from "../../numbers/errors.ts";
import { withRows } from "./counts.ts";
import { updateImport } from "./importTable.ts";
import { batchRowsOf, leaseMs, owning, Pace, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { mapItems } from "./mapItems.ts";
import { readImportPools } from "./pools.ts";
import { oneAhead, readItems } from "./readItems.ts";
import { insertPiece, packRows } from "./resultPieces.ts";
import type { StoredImport } from "./types.ts";
import { fileOf } from "./uploadFolders.ts";

/**
 * Imports the file from where it was left. A batch, its results and the place up to which the import has got
 * are one transaction: whenever the process dies, the next one goes on with the row after it. Throws what
 * `owning` throws, `UnreadableFileError` and `NoPoolError`.
 */
export async function runImport(parts: JobParts, job: Job, found: StoredImport): Promise<void> {
  const { store, mapper, clock } = parts;
  const { importId } = job;
  const { poolId, createdAtMs } = found;
  let pools = await untilStored(job, () => readImportPools(store, poolId));
  const batches = readItems(fileOf(parts.directory, found.fileToken), {
    reading: found.description,
    expectedRows: found.description.estimatedRows,
    afterRow: found.lastRow,
    batchRows: batchRowsOf(store),
    nowMs: createdAtMs,
    signal: job.signal,
  });
  let pace: Pace | null = null;
  for await (const { items, lastRow, progress } of oneAhead(batches)) {
    job.signal.throwIfAborted();
    // From the first batch on: what was gone over again is no work of this kind.
    pace ??= new Pace(clock.nowMs(), found.progress);
    const told = pace;
    const storeBatch = (): Promise<void> =>
      owning(parts, job, "running", async (manager, before) => {
        // The answer to a commit was lost, and it had succeeded.
        if (before.lastRow >= lastRow) return;
        const rows = await mapItems(manager, items, { mapper, pools, poolId, importId, nowMs: createdAtMs });
        await insertPiece(manager, importId, lastRow, await packRows(rows));
        const counts = withRows(
          before.counts,
          rows.map(({ code }) => code),
        );
        const nowMs = clock.nowMs();
        const figures = told.after(rows.length, progress, nowMs);
        const change = { counts, lastRow, progress, ...figures, leaseUntilMs: nowMs + leaseMs };
        await updateImport(manager, importId, change, nowMs);
      });
    try {
      await storeBatch();
    } catch (error) {
      if (!(error instanceof NoPoolError)) throw error;
      // A pool was disabled meanwhile: rows that name it are refused from here on.
      pools = await untilStored(job, () => readImportPools(store, poolId));
      await storeBatch();
    }
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
