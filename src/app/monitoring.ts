import { type BackupWatch, createBackupWatch } from "../ops/backup.ts";
import { type EventLoopWatch, observeEventLoop, watchEventLoop } from "../ops/eventLoop.ts";
import { watchCertificate } from "../ops/certificate.ts";
import { watchDisks } from "../ops/disks.ts";
import type { Foundation } from "./foundation.ts";
import { measureBackup, measureDisks, measureParts, watchedFolders } from "./monitoringMetrics.ts";

/** Monitors this process and its backups. */
interface Monitoring {
  readonly eventLoop: EventLoopWatch;
  readonly backup: BackupWatch;
  close(): void;
}

export function startMonitoring(foundation: Foundation): Monitoring {
  const { settings, clock, logger, health } = foundation;
  const eventLoop = watchEventLoop({ clock, logger });
  observeEventLoop(eventLoop, foundation);
  const backup = createBackupWatch({ ...settings.backup, clock });
  health.register("backup", { kind: "backup", needed: false }, () => backup.health);
  const { publicUrl } = settings.access;
  const certificate = watchCertificate(publicUrl, clock);
  const disks = watchDisks(watchedFolders(settings), clock);
  measureParts(foundation);
  measureBackup(foundation, backup);
  measureDisks(foundation, disks);
  foundation.metrics.gauge(
    "certificate_ends_timestamp_seconds",
    "When the certificate at PUBLIC_URL ends.",
    () => (certificate.endsAtMs === null ? null : certificate.endsAtMs / 1000),
  );
  for (const { setting, because } of settings.withoutEffect)
    logger.warn("A setting has no effect", { setting, because });
  for (const setting of settings.unknownSettings)
    logger.warn("A setting is unknown, perhaps misspelt", { setting });
  return {
    eventLoop,
    backup,
    close() {
      backup.close();
      certificate.close();
      disks.close();
      eventLoop.close();
    },
  };
}
