import { loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { UsageError } from "../endInWords.ts";
import { readRestoreOptions, usage } from "./options.ts";
import { findBackup, listBackups, restoreBackup, savedSettings } from "./restoreBackup.ts";

/** Restores, or shows what could be restored; resolves with lines for the operator. */
export async function restoreCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<readonly string[]> {
  const options = readRestoreOptions(args);
  if (options === null) throw new UsageError(usage);
  const settings = loadSettings(source);
  const { directory } = settings.backup;
  if (options.action === "list") return directory === null ? [] : listBackups(directory);
  const folder = await findBackup(directory, options.backup);
  return options.action === "show-settings"
    ? [(await savedSettings(folder, options.key)).trimEnd()]
    : restoreBackup(settings, folder, options);
}
