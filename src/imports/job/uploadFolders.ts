import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { chmod, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Files are in `UPLOAD_DIR`: in a folder `upload-<node>-…` during the upload, and in `import-<token>` until the
 * import is done.
 */
const importPrefix = "import-";
const uploadPrefix = "upload-";
const fileName = "file";

export const folderOf = (directory: string, token: string): string =>
  join(directory, `${importPrefix}${token}`);
export const fileOf = (directory: string, token: string): string =>
  join(folderOf(directory, token), fileName);
export const hasFile = (directory: string, token: string): boolean => existsSync(fileOf(directory, token));

/** How long the file of an import may be unreachable for all instances before it counts as lost. */
const outOfReachMs = 24 * 3_600_000;

/**
 * Whether an import whose file is not here has lost it: this instance received the file, so it is nowhere else, or
 * the import has not progressed for a very long time.
 */
export const isLost = (
  { node, updatedAtMs }: { readonly node: string | null; readonly updatedAtMs: number },
  here: string,
  nowMs: number,
): boolean => node === here || nowMs - updatedAtMs > outOfReachMs;

export const arrivalPrefix = (node: string): string => `${uploadPrefix}${node}-`;

/** Whether a folder of this name in `UPLOAD_DIR` belongs to an instance of ours. */
export const isUploadFolder = (name: string): boolean =>
  name.startsWith(importPrefix) || name.startsWith(uploadPrefix);

/** Moves an uploaded file to the folder of its import. The upload folder stays, empty. */
export async function adoptFile(directory: string, token: string, path: string): Promise<string> {
  const folder = folderOf(directory, token);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const adopted = join(folder, fileName);
  // A library wrote the file, with the mode that the umask gives.
  await chmod(path, 0o600);
  await rename(path, adopted);
  return adopted;
}

export async function removeFile(directory: string, token: string): Promise<void> {
  await rm(folderOf(directory, token), { recursive: true, force: true });
}

/** A killed process leaves its upload behind, with real numbers in it. */
export function removeArrivals(directory: string, node: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(directory)) {
    if (name.startsWith(arrivalPrefix(node))) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** Tokens of the files that have been here for longer than `ageMs`. */
export function tokensHere(directory: string, ageMs: number, nowMs: number): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => {
    if (!name.startsWith(importPrefix)) return [];
    const changed = statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    return nowMs - changed >= ageMs ? [name.slice(importPrefix.length)] : [];
  });
}
