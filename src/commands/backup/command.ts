import { givenVariables, loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { settingsWithoutSecrets } from "../../../config/withoutSecrets.ts";
import { systemClock } from "../../ops/clock.ts";
import { readVersion } from "../../ops/version.ts";
import { type BackupReport, makeBackup } from "./makeBackup.ts";

/** Makes a backup, and resolves with what was done, in words. */
export async function backupCommand(source: SettingsSource): Promise<readonly string[]> {
  const settings = loadSettings(source);
  const report = await makeBackup({
    settings,
    settingsText: settingsWithoutSecrets(givenVariables(source)),
    version: readVersion(),
    clock: systemClock,
  });
  return inWords(report, settings.backup.asteriskDirectory);
}

const inWords = (
  { folder, bytes, encrypted, removed, hasAsterisk }: BackupReport,
  asterisk: string,
): readonly string[] => [
  `Backup made: ${folder} (${Math.ceil(bytes / 1000)} kB).`,
  ...(encrypted ? [] : ["It is not encrypted, and contains phone numbers: set BACKUP_ENCRYPT_TO."]),
  ...(hasAsterisk ? [] : [`Without Asterisk's configuration: ${asterisk} is not on this machine.`]),
  ...removed.map((name) => `Removed an old backup: ${name}.`),
];
