import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from "node:fs";

/** Our files hold phone numbers: only the user that we run as may read them. */
const privateFile = 0o600;
const privateFolder = 0o700;
const othersBits = 0o077;

/**
 * For the start of a process: whatever it makes from here on is private, in its threads and by its libraries too.
 * The functions below do not rely on it, so that a process that cannot do this keeps its files private as well.
 */
export function restrictUmask(): void {
  process.umask(othersBits);
}

/** Makes the folder, and those above it, where they are missing. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: privateFolder });
}

/**
 * Makes an empty file where there is none. One that exists is not even opened: a process that closes any descriptor
 * of a file loses all locks it has on it, and SQLite's connections in other threads hold such locks.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", privateFile));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** `closed`: others had access to it and no longer do. `foreign`: they have, and it is not ours to change. */
type Tightened = "private" | "closed" | "foreign" | "missing";

/**
 * Takes access to a file or folder away from other users, without opening it (see above). What a symbolic link leads
 * to is left alone.
 */
export function tighten(path: string): Tightened {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return "missing";
  if ((status.mode & othersBits) === 0 || !(status.isFile() || status.isDirectory())) return "private";
  if (status.uid !== process.getuid?.()) return "foreign";
  try {
    chmodSync(path, status.isDirectory() ? privateFolder : privateFile);
    return "closed";
  } catch (error) {
    // Removed since, or on a file system without modes.
    if (error instanceof Error && "code" in error) return error.code === "ENOENT" ? "missing" : "foreign";
    throw error;
  }
}
