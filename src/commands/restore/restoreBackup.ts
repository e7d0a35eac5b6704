import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Settings } from "../../../config/types.ts";
import { errorCode, SpoolInUseError } from "../../callLog/errors.ts";
import { SpoolFolder, isBackedUp } from "../../callLog/spool/folder.ts";
import { systemClock } from "../../ops/clock.ts";
import { createLogger } from "../../ops/logger.ts";
import { giveTo, highestNew, ownerOf } from "../../ops/owners.ts";
import { makePrivateFolder } from "../../ops/privateFiles.ts";
import { outputOf } from "../../ops/programs.ts";
import { isOfDisk } from "../../ops/startError.ts";
import { forMigrations } from "../../store/dataSource.ts";
import { databaseCopy } from "../../store/databaseCopy.ts";
import { forgetCopies } from "../../store/redisCopies.ts";
import { endAgents } from "../backup/encryption.ts";
import { readManifest, requireIntact } from "../backup/manifest.ts";
import { backupName } from "../backup/retention.ts";
import { withScratch } from "../scratch.ts";
import type { RestoreOptions } from "./options.ts";
import { unpack, type UnpackOptions } from "./unpack.ts";

type RestoreSettings = Pick<Settings, "database" | "redisUrl" | "spool" | "backup">;

/**
 * Runs `work` with a checked backup and a private folder for its unpacked files, which needs as much space as the data. The
 * folder is beside the backup, unless that is on a disk that cannot be written.
 */
async function withBackup<T>(
  { backup: { directory } }: Pick<Settings, "backup">,
  folder: string,
  key: string | null,
  work: (backup: UnpackOptions) => Promise<T>,
): Promise<T> {
  const manifest = readManifest(folder);
  if (manifest.encryption !== null && key === null)
    throw new Error(`The backup is encrypted (${manifest.encryption}). Add --key FILE with the private key.`);
  if (key !== null) requireReadable(key);
  await requireIntact(folder, manifest);
  const parents = [dirname(folder), ...(directory === null ? [] : [directory]), tmpdir()];
  const parent = parents.find((one) => existsSync(one) && mayMake(one)) ?? dirname(folder);
  try {
    return await withScratch(
      { parent, prefix: ".restoring-", nowMs: systemClock.nowMs() },
      async (scratch) => {
        try {
          return await work({ folder, manifest, key, scratch });
        } finally {
          await endAgents(scratch);
        }
      },
    );
  } catch (error) {
    throw isOfDisk(error)
      ? new Error(
          `${error instanceof Error ? error.message : ""}. Unpacking in ${parent} and the database need as much free space as the data.`,
          { cause: error },
        )
      : error;
  }
}

function requireReadable(key: string): void {
  try {
    accessSync(key, constants.R_OK);
  } catch (error) {
    throw new Error(`The file ${key} of --key cannot be read (${errorCode(error)}).`, { cause: error });
  }
}

export const savedSettings = (
  settings: Pick<Settings, "backup">,
  folder: string,
  key: string | null,
): Promise<string> =>
  withBackup(settings, folder, key, async (backup) => readFile(await unpack(backup, "settings.env"), "utf8"));

/** Everything is unpacked, and so proved readable, before anything is replaced. Resolves with what was done, in words. */
export function restoreBackup(
  settings: RestoreSettings,
  folder: string,
  { key, replace, withAsterisk }: Pick<RestoreOptions, "key" | "replace" | "withAsterisk">,
): Promise<readonly string[]> {
  return withBackup(settings, folder, key, async (backup) => {
    const { directory } = settings.spool;
    const owner = ownerOf(directory);
    const made = highestNew(directory);
    // Locked until the end: an application that is running, or starts now, would use half of the data.
    const held = holdSpool(directory);
    try {
      return await replaceAll(settings, backup, { replace, withAsterisk });
    } finally {
      held.release();
      giveTo(owner, made);
    }
  });
}

function holdSpool(directory: string): SpoolFolder {
  try {
    return SpoolFolder.open(directory);
  } catch (error) {
    if (!(error instanceof SpoolInUseError)) throw error;
    throw new Error("The application is running. Stop all its instances first: systemctl stop phone-proxy", {
      cause: error,
    });
  }
}

async function replaceAll(
  settings: RestoreSettings,
  backup: UnpackOptions,
  { replace, withAsterisk }: Pick<RestoreOptions, "replace" | "withAsterisk">,
): Promise<readonly string[]> {
  const copy = databaseCopy(forMigrations(settings.database), backup.scratch);
  const hasFile = (name: string): boolean =>
    backup.manifest.files.some((file) => file.name.startsWith(`${name}.gz`));
  if (!hasFile(copy.fileName))
    throw new Error(
      "The backup is from a different kind of database. Set DATABASE_URL to a database of the same kind.",
    );
  if (!replace && !(await copy.isEmpty()))
    throw new Error("The database is not empty. To replace its contents, add --replace.");
  const { asteriskDirectory } = settings.backup;
  const bringsAsterisk = withAsterisk && hasFile("asterisk.tar");
  if (bringsAsterisk && !mayMake(asteriskDirectory))
    throw new Error(`${asteriskDirectory} cannot be written. Run it as root, or add --without-asterisk.`);
  const database = await unpack(backup, copy.fileName);
  const spool = await unpack(backup, "spool.tar");
  const asterisk = bringsAsterisk ? await unpack(backup, "asterisk.tar") : null;

  const done = [`Backup of ${backup.manifest.startedAt}, made by version ${backup.manifest.version}.`];
  await copy.load(database);
  done.push("The database is restored.", ...(await forgetInRedis(settings.redisUrl)));
  done.push(...(await restoreSpool(settings.spool.directory, spool)));
  if (asterisk !== null) {
    await mkdir(asteriskDirectory, { recursive: true });
    await outputOf(["tar", "--extract", "--directory", asteriskDirectory, "--file", asterisk], {
      from: "tar",
    });
    done.push(`Asterisk's configuration is restored in ${asteriskDirectory}. Restart Asterisk.`);
  }
  return done;
}

/** Calls must not reach the parties of mappings that are no longer in the database. */
async function forgetInRedis(url: string | null): Promise<readonly string[]> {
  if (url === null) return [];
  try {
    await forgetCopies(url, createLogger({ level: "error", format: "pretty", destination: process.stderr }));
    return [];
  } catch {
    return [
      "Redis has copies of the earlier data, and they could not be deleted. Before you start phone-proxy, delete the keys " +
        "phone-proxy:* in the database of REDIS_URL.",
    ];
  }
}

/** Whether files can be written in a folder, which may have to be made. */
function mayMake(folder: string): boolean {
  try {
    accessSync(existsSync(folder) ? folder : dirname(folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Records in the current spool may be newer than the backup, so they stay on the disk. */
async function restoreSpool(directory: string, archive: string): Promise<readonly string[]> {
  const present = (await readdir(directory)).filter(isBackedUp);
  const done = ["The spool is restored."];
  if (present.length > 0) {
    const aside = join(directory, `replaced-${backupName(systemClock.nowMs())}`);
    makePrivateFolder(aside);
    for (const name of present) await rename(join(directory, name), join(aside, name));
    done.push(
      `The spool that was here is in ${aside}. It contains phone numbers: delete it when you are done.`,
    );
  }
  await outputOf(["tar", "--extract", "--no-same-owner", "--directory", directory, "--file", archive], {
    from: "tar",
  });
  return done;
}
