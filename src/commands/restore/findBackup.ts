import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { backupsAmong, isOfFuture } from "../backup/retention.ts";
import { givenPath } from "../../ops/givenPath.ts";

/** The folder of a backup: by name, by path, or the newest. Throws an error for the operator. */
export async function findBackup(directory: string | null, wanted: string, nowMs: number): Promise<string> {
  if (wanted.includes("/")) return givenPath(wanted);
  if (directory === null)
    throw new Error("Set BACKUP_DIR to the folder of the backups, or give the path of one.");
  if (wanted !== "latest") return join(directory, wanted);
  const newest = (await listBackups(directory)).at(-1);
  if (newest === undefined) throw new Error(`There is no backup in ${directory}.`);
  if (isOfFuture(newest, nowMs))
    throw new Error(
      `The clock is wrong, or was when ${newest} was made. Choose a backup from restore --list, and give its name.`,
    );
  return join(directory, newest);
}

/** Oldest first. */
export const listBackups = async (directory: string): Promise<readonly string[]> =>
  backupsAmong(await readdir(directory).catch(() => []));
