import { join } from "node:path";
import { loadSettings, type SettingsSource } from "../../../config/settings.ts";
import { systemClock } from "../../ops/clock.ts";
import { UsageError } from "../endInWords.ts";
import { type Manifest, readManifest } from "../backup/manifest.ts";
import { readRestoreOptions, usage } from "./options.ts";
import { findBackup, listBackups } from "./findBackup.ts";
import { restoreBackup, savedSettings } from "./restoreBackup.ts";

/** Restores, or shows what could be restored; resolves with lines for the operator. */
export async function restoreCommand(
  args: readonly string[],
  source: SettingsSource,
): Promise<readonly string[]> {
  const options = readRestoreOptions(args);
  if (options === null) throw new UsageError(usage);
  const settings = loadSettings(source);
  const { directory } = settings.backup;
  if (options.action === "list")
    return directory === null ? [] : (await listBackups(directory)).map((name) => inWords(directory, name));
  const folder = await findBackup(directory, options.backup, systemClock.nowMs());
  return options.action === "show-settings"
    ? [(await savedSettings(settings, folder, options.key)).trimEnd()]
    : restoreBackup(settings, folder, options);
}

/** After an upgrade, the version tells which backup was made before it. */
function inWords(directory: string, name: string): string {
  let manifest: Manifest;
  try {
    manifest = readManifest(join(directory, name));
  } catch (error) {
    return `${name}  ${error instanceof Error ? error.message : "cannot be read"}`;
  }
  const { version, files, encryption } = manifest;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const protection = encryption === null ? "not encrypted" : `encrypted with ${encryption}`;
  return `${name}  version ${version}, ${Math.ceil(bytes / 1000)} kB, ${protection}`;
}
