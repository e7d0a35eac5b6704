import { dirname } from "node:path";
import type { Settings } from "../../config/types.ts";
import type { BackupWatch } from "../ops/backup.ts";
import type { DiskWatch } from "../ops/disks.ts";
import { databaseFile } from "../store/dataSource.ts";
import type { Foundation } from "./foundation.ts";

/** The folders that calls, uploads, and backups are written to, by their name in metrics. */
export function watchedFolders({ spool, http, database, backup }: Settings): ReadonlyMap<string, string> {
  const file = databaseFile(database);
  return new Map([
    ["spool", spool.directory],
    ["uploads", http.uploadDirectory],
    ...(file === null ? [] : [["database", dirname(file)] as const]),
    ...(backup.statusFile === null ? [] : [["backup", dirname(backup.statusFile)] as const]),
  ]);
}

const healthFigures = { up: 2, degraded: 1, down: 0 } as const;

/** The same as `GET /health`, for alerts. */
export function measureParts({ metrics, health }: Pick<Foundation, "metrics" | "health">): void {
  metrics.gauges(
    "part_health",
    "Health of each part: 2 up, 1 degraded, 0 down. Parts that are off are missing.",
    "part",
    () =>
      Object.entries(health.report().parts).flatMap(([part, { status }]) =>
        status === "off" ? [] : [[part, healthFigures[status]] as const],
      ),
  );
}

export function measureBackup(
  { metrics, clock }: Pick<Foundation, "metrics" | "clock">,
  backup: Pick<BackupWatch, "state">,
): void {
  metrics.gauge("backup_age_seconds", "Age of the last backup.", () => {
    const { lastAtMs } = backup.state;
    return lastAtMs === null ? null : Math.max(0, clock.nowMs() - lastAtMs) / 1000;
  });
}

export function measureDisks(
  { metrics }: Pick<Foundation, "metrics">,
  disks: Pick<DiskWatch, "spaces">,
): void {
  for (const [name, help, of] of [
    ["disk_free_bytes", "Free space on the disk of a folder.", "freeBytes"],
    ["disk_size_bytes", "Size of the disk of a folder.", "totalBytes"],
  ] as const)
    metrics.gauges(name, help, "folder", () =>
      [...disks.spaces].map(([folder, space]) => [folder, space[of]] as const),
    );
}
