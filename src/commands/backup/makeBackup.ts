import { createHash } from "node:crypto";
import { accessSync, constants, createWriteStream, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { BackupSettings, Settings } from "../../../config/types.ts";
import { isBackedUp } from "../../callLog/spool/folder.ts";
import { makePrivateFolder } from "../../ops/privateFiles.ts";
import { allDone, startProgram } from "../../ops/programs.ts";
import { isOfDisk, unusablePath } from "../../ops/startError.ts";
import type { Clock } from "../../ops/types.ts";
import { databaseCopy } from "../../store/databaseCopy.ts";
import { withScratch } from "../scratch.ts";
import { encryptionFor, requireRecipient, startEncryption } from "./encryption.ts";
import { type Manifest, manifestFile } from "./manifest.ts";
import { backupName, expiredBackups } from "./retention.ts";

interface BackupOptions {
  readonly settings: Pick<Settings, "database" | "spool" | "node" | "backup">;
  /** Settings without secrets, as a file. */
  readonly settingsText: string;
  readonly version: string;
  readonly clock: Pick<Clock, "nowMs">;
}

export interface BackupReport {
  /** The folder of the backup. */
  readonly folder: string;
  readonly bytes: number;
  readonly encrypted: boolean;
  /** Names of backups that the retention rule removed. */
  readonly removed: readonly string[];
  /** Whether Asterisk's configuration is on this machine. */
  readonly hasAsterisk: boolean;
}

/**
 * Makes one backup in a folder of its own, which gets its name only when it is complete. The spool comes first: records
 * that leave it from then on are in the database before its copy begins.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { settings, clock } = options;
  const { directory, encryptTo } = settings.backup;
  if (directory === null) throw new Error("Set BACKUP_DIR to the folder for backups.");
  if (encryptTo !== null) requireRecipient(encryptTo);
  const unusable = (error: unknown): Error => unusablePath("BACKUP_DIR", directory, "written to", error);
  try {
    makePrivateFolder(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(error);
  }
  const startedAtMs = clock.nowMs();
  try {
    return await withScratch({ parent: directory, prefix: ".making-", nowMs: startedAtMs }, (making) =>
      fill(making, directory, startedAtMs, options),
    );
  } catch (error) {
    throw isOfDisk(error) ? unusable(error) : error;
  }
}

async function fill(
  making: string,
  directory: string,
  startedAtMs: number,
  { settings, settingsText, version, clock }: BackupOptions,
): Promise<BackupReport> {
  const { backup, spool, node, database } = settings;
  const name = backupName(startedAtMs);
  const scratch = join(making, "scratch");
  await mkdir(scratch);
  const copies: Copies = { folder: making, scratch, encryptTo: backup.encryptTo, files: [] };
  await addSpool(copies, spool.directory);
  const copy = databaseCopy(database, scratch, backup.databaseUrl);
  const { stream, done } = await copy.read();
  await add(copies, `${copy.fileName}.gz`, stream, [done]);
  const hasAsterisk = existsSync(backup.asteriskDirectory);
  if (hasAsterisk) await addFolder(copies, "asterisk.tar.gz", backup.asteriskDirectory);
  await add(copies, "settings.env.gz", Readable.from([settingsText]), []);
  await rm(scratch, { recursive: true });
  const manifest: Manifest = {
    format: 1,
    version,
    node: node.name,
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: new Date(clock.nowMs()).toISOString(),
    encryption: backup.encryptTo === null ? null : encryptionFor(backup.encryptTo),
    files: copies.files,
  };
  await writeFile(join(making, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
  await synced(join(making, manifestFile));
  const folder = join(directory, name);
  await rename(making, folder);
  await synced(directory);
  const bytes = copies.files.reduce((sum, file) => sum + file.bytes, 0);
  await reportDone(backup, { name, finishedAt: manifest.finishedAt, bytes, keptDays: backup.keepDays });
  const removed = await removeOld(directory, backup.keepDays, clock.nowMs());
  return { folder, bytes, encrypted: manifest.encryption !== null, removed, hasAsterisk };
}

interface Copies {
  readonly folder: string;
  readonly scratch: string;
  readonly encryptTo: string | null;
  readonly files: { name: string; bytes: number; sha256: string }[];
}

/** Compresses, encrypts, and writes one file of the backup. */
async function add(
  { folder, scratch, encryptTo, files }: Copies,
  plainName: string,
  source: Readable,
  programs: readonly Promise<void>[],
): Promise<void> {
  const encrypting = encryptTo === null ? null : await startEncryption(encryptTo, scratch);
  const name = encryptTo === null ? plainName : `${plainName}.${encryptionFor(encryptTo)}`;
  const hash = createHash("sha256");
  let bytes = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const file = join(folder, name);
  const target = createWriteStream(file, { mode: 0o600 });
  const pipes =
    encrypting === null
      ? pipeline(source, createGzip(), measured, target)
      : Promise.all([
          pipeline(source, createGzip(), encrypting.input),
          pipeline(encrypting.output, measured, target),
        ]);
  await allDone(pipes, [...(encrypting === null ? [] : [encrypting.done]), ...programs]);
  await synced(file);
  files.push({ name, bytes, sha256: hash.digest("hex") });
}

async function addFolder(copies: Copies, name: string, folder: string): Promise<void> {
  const tar = startProgram(["tar", "--create", "--directory", folder, "."], { from: "tar" });
  tar.input.end();
  await add(copies, name, tar.output, [tar.done]);
}

/**
 * The checkpoint before the segments, because it must not point past them. A segment that is gone by the time it is
 * copied has reached the database.
 */
async function addSpool(copies: Copies, directory: string): Promise<void> {
  const folder = await mkdtemp(join(copies.scratch, "spool-"));
  const names = (await readdir(directory).catch(() => [])).filter(isBackedUp);
  for (const name of names.toSorted(
    (one, other) => Number(other === "checkpoint") - Number(one === "checkpoint"),
  ))
    await copyFile(join(directory, name), join(folder, name)).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    });
  await addFolder(copies, "spool.tar.gz", folder);
  await rm(folder, { recursive: true });
}

/** Health reads the time of this file. It says nothing private, and the application may be another user. */
async function reportDone({ statusFile }: BackupSettings, report: object): Promise<void> {
  if (statusFile === null) return;
  try {
    makePrivateFolder(dirname(statusFile));
    const arriving = `${statusFile}.new`;
    await writeFile(arriving, `${JSON.stringify(report)}\n`);
    await chmod(arriving, 0o644);
    await rename(arriving, statusFile);
  } catch (error) {
    throw unusablePath("BACKUP_STATUS_FILE", statusFile, "written", error);
  }
}

async function removeOld(directory: string, keepDays: number, nowMs: number): Promise<readonly string[]> {
  const removed = expiredBackups(await readdir(directory), keepDays, nowMs);
  for (const name of removed) await rm(join(directory, name), { recursive: true });
  return removed;
}

/** Waits until a file or folder is on the disk. */
async function synced(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
