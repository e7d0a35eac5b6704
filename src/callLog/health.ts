import type { PartHealth } from "../ops/types.ts";

/** State of the call log, for metrics. */
export interface CallLogState {
  /** Records not yet in the database. */
  readonly pendingRecords: number;
  /** How long the oldest of them has been waiting, in milliseconds; 0 if none is. */
  readonly oldestPendingMs: number;
  readonly queuedBytes: number;
  /** Since process start. */
  readonly refusedRecords: number;
  readonly corruptLines: number;
  readonly lostLines: number;
}

interface Condition extends CallLogState {
  /** Error codes; null without an error. */
  readonly diskError: string | null;
  readonly databaseError: string | null;
  /** Records that are not on disk. */
  readonly inMemory: number;
  /** While the disk is not writable: the database accepts records. */
  readonly reachesDatabase: boolean;
}

export function healthOfCallLog(condition: Condition): PartHealth {
  const { diskError, databaseError, pendingRecords, oldestPendingMs } = condition;
  const { refusedRecords, corruptLines, lostLines } = condition;
  if (diskError !== null) return healthWithoutDisk(diskError, condition);
  const complaints: string[] = [];
  if (databaseError !== null) {
    const waited = Math.round(oldestPendingMs / 1000);
    complaints.push(
      `${pendingRecords} records wait for the database (${databaseError}), the oldest for ${waited} s. None is lost.`,
    );
  }
  if (refusedRecords > 0)
    complaints.push(`${refusedRecords} records were rejected: see rejected.lines in the spool.`);
  if (corruptLines > 0)
    complaints.push(`${corruptLines} lines were damaged: see corrupt.lines in the spool.`);
  if (lostLines > 0) complaints.push(`${lostLines} lines were lost while the disk was full.`);
  return complaints.length > 0
    ? { status: "degraded", detail: complaints.join(" ") }
    : { status: "up", detail: `${pendingRecords} records waiting to be written to the database.` };
}

function healthWithoutDisk(diskError: string, { inMemory, reachesDatabase }: Condition): PartHealth {
  return reachesDatabase
    ? {
        status: "degraded",
        detail: `The spool is not writable (${diskError}): records go straight to the database.`,
      }
    : {
        status: "down",
        detail: `The spool is not writable (${diskError}), and the database accepts no records: ${inMemory} records wait in memory.`,
      };
}
