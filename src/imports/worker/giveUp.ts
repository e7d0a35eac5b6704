import { NoPoolError } from "../../numbers/errors.ts";
import { endEarly } from "../job/endEarly.ts";
import { FileLostError, LeaseLostError, ReaderEndedError } from "../job/errors.ts";
import { lockProgress, updateImport } from "../job/importTable.ts";
import type { ImportFailure } from "../job/types.ts";
import { UnreadableFileError } from "../reading/errors.ts";
import { untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";

const released = { leaseOwner: null, leaseUntilMs: null };

/** Stores why the import has failed. Resolves to whether the file is still needed. */
export function giveUp({ store, clock }: JobParts, job: Job, thrown: unknown): Promise<boolean> {
  const { importId, owner } = job;
  const failure = failureOf(thrown);
  return untilStored(clock, job, () =>
    store.transaction(async (manager) => {
      const progress = await lockProgress(manager, importId);
      if (progress.leaseOwner !== owner) throw new LeaseLostError("The import has another owner.");
      const { state, beforeUndo } = progress;
      const nowMs = clock.nowMs();
      // A failed undo returns to the state before it.
      if (state === "undoing") {
        const before = beforeUndo?.state ?? "done";
        const undoFailure = { code: "UNDO_FAILED", afterRow: null } as const;
        const rest = { ...released, finishedAtMs: nowMs, remainingMs: null };
        await updateImport(manager, importId, { state: before, failure: undoFailure, ...rest }, nowMs);
        return false;
      }
      // Without a pool, an import that has stored nothing returns to its preview and waits for one.
      if (failure.code === "NO_POOL" && state === "running" && progress.lastRow === 0) {
        const anew = { state: "previewing", ...released, startedAtMs: null } as const;
        await updateImport(manager, importId, anew, nowMs);
        return true;
      }
      // A preview waits for other choices as long as the file exists.
      const keepsFile = state === "previewing" && failure.code !== "FILE_LOST";
      const end = { state: keepsFile ? "previewed" : "failed", failure } as const;
      await endEarly(manager, importId, state, end, nowMs);
      return keepsFile;
    }),
  );
}

function failureOf(error: unknown): ImportFailure {
  if (error instanceof UnreadableFileError) return { code: error.code, afterRow: error.afterRow };
  if (error instanceof NoPoolError) return { code: "NO_POOL", afterRow: null };
  if (error instanceof FileLostError) return { code: "FILE_LOST", afterRow: null };
  if (error instanceof ReaderEndedError) return { code: "READER_FAILED", afterRow: null };
  return { code: "IMPORT_FAILED", afterRow: null };
}
