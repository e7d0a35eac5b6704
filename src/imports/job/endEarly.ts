import type { EntityManager } from "typeorm";
import { noCounts } from "./counts.ts";
import { updateImport } from "./importTable.ts";
import type { ImportPatch } from "./importTable.ts";
import { removePieces } from "./resultPieces.ts";
import { isForeseeing } from "./types.ts";
import type { ImportFailure, ImportState } from "./types.ts";

/**
 * Ends an import before its time, or a preview that may be begun anew, within a transaction that has it locked.
 * Stored rows stay. The forecast of a preview is removed, so that it cannot be mistaken for results.
 */
export async function endEarly(
  manager: EntityManager,
  id: number,
  found: ImportState,
  end: { readonly state: "cancelled" | "failed" | "previewed"; readonly failure: ImportFailure | null },
  nowMs: number,
): Promise<void> {
  const foreseen = isForeseeing(found);
  if (foreseen) await removePieces(manager, id);
  const nothing: ImportPatch = {
    counts: noCounts,
    preview: null,
    lastRow: 0,
    progress: 0,
    rowsPerSecond: null,
  };
  const finishedAtMs = end.state === "previewed" ? null : nowMs;
  const rest = { leaseOwner: null, leaseUntilMs: null, finishedAtMs, remainingMs: null };
  await updateImport(manager, id, { ...end, ...rest, ...(foreseen && nothing) }, nowMs);
}
