import { stat } from "node:fs/promises";
import { repeat } from "./repeat.ts";
import type { Clock, PartHealth } from "./types.ts";

interface BackupState {
  readonly status: "unwatched" | "fresh" | "late" | "missing" | "unreadable";
  /** UTC milliseconds; null if unknown. */
  readonly lastAtMs: number | null;
  readonly maxAgeMs: number;
}

/** Monitors the age of the last backup: the modification time of a file that the operator's backup job writes. */
export interface BackupWatch {
  readonly state: BackupState;
  readonly health: PartHealth;
  /** Checks the file now. Never rejects. */
  look(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

interface BackupWatchOptions {
  /** null: backups are not monitored. */
  readonly statusFile: string | null;
  readonly maxAgeMs: number;
  readonly clock: Clock;
}

const everyMs = 60_000;
const hourMs = 3_600_000;

export function createBackupWatch({ statusFile, maxAgeMs, clock }: BackupWatchOptions): BackupWatch {
  let lastAtMs: number | null = null;
  let looked = false;
  /** The system error code if the file cannot be read. */
  let trouble: string | null = null;

  async function look(): Promise<void> {
    if (statusFile === null) return;
    try {
      lastAtMs = (await stat(statusFile)).mtimeMs;
      trouble = null;
    } catch (error) {
      lastAtMs = null;
      trouble = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    }
    looked = true;
  }

  function state(): BackupState {
    if (!looked) return { status: "unwatched", lastAtMs, maxAgeMs };
    if (lastAtMs === null) {
      const status = trouble === null || trouble === "ENOENT" ? "missing" : "unreadable";
      return { status, lastAtMs, maxAgeMs };
    }
    return { status: clock.nowMs() - lastAtMs > maxAgeMs ? "late" : "fresh", lastAtMs, maxAgeMs };
  }

  // Startup does not wait for this: the file may be on a disk that does not respond.
  void look();
  const stop = statusFile === null ? () => undefined : repeat(clock, everyMs, look);
  return {
    get state() {
      return state();
    },
    get health(): PartHealth {
      const now = state();
      switch (now.status) {
        case "unwatched":
          return {
            status: "off",
            detail:
              statusFile === null
                ? "Not monitored: BACKUP_STATUS_FILE is not set."
                : "The backup status has not been read yet.",
          };
        case "missing":
          return {
            status: "degraded",
            detail: "No backup yet: the backup job must write BACKUP_STATUS_FILE when it is done.",
          };
        case "unreadable":
          return { status: "degraded", detail: `BACKUP_STATUS_FILE cannot be read (${trouble}).` };
        case "late":
        case "fresh": {
          const hours = Math.floor((clock.nowMs() - (now.lastAtMs ?? 0)) / hourMs);
          return now.status === "fresh"
            ? { status: "up", detail: `The last backup is ${hours} hours old.` }
            : {
                status: "degraded",
                detail: `The last backup is ${hours} hours old, more than ${maxAgeMs / hourMs}: check the backup job.`,
              };
        }
      }
    },
    look,
    close: stop,
  };
}
