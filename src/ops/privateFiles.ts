import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from "node:fs";
import { highestNew } from "./owners.ts";

/** Our files contain phone numbers: only our own user may read them. */
const privateFile = 0o600;
const privateFolder = 0o700;
const othersBits = 0o077;

/**
 * Call at process start: everything created from here on is private, including files of threads and libraries. The
 * functions below do not rely on it, so files stay private even if this fails.
 */
export function restrictUmask(): void {
  process.umask(othersBits);
}

/** Creates the folder and its missing parents. */
export function makePrivateFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: privateFolder });
  } catch (error) {
    // On a read-only disk, Node says that something is missing. Making the first missing folder gives the true reason.
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      mkdirSync(highestNew(path), { mode: privateFolder });
    throw error;
  }
}

/**
 * Creates an empty file if there is none. An existing file is not opened: a process that closes any descriptor of a
 * file loses all locks on it, and SQLite connections in other threads hold such locks.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", privateFile));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** `closed`: other users had access and no longer do. `foreign`: they have access, and we cannot change it. */
type Tightened = "private" | "closed" | "foreign" | "missing";

/** Removes other users' access to a file or folder without opening it (see above). Does not follow symbolic links. */
export function tighten(path: string): Tightened {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return "missing";
  if ((status.mode & othersBits) === 0 || !(status.isFile() || status.isDirectory())) return "private";
  if (status.uid !== process.getuid?.()) return "foreign";
  try {
    chmodSync(path, status.isDirectory() ? privateFolder : privateFile);
    return "closed";
  } catch (error) {
    // Removed meanwhile, or on a file system without modes.
    if (error instanceof Error && "code" in error) return error.code === "ENOENT" ? "missing" : "foreign";
    throw error;
  }
}
