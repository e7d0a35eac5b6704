import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from "node:fs";

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

/** Makes an empty file where there is none. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, privateFile));
}

/** `closed`: others had access to it and no longer do. `foreign`: they have, and it is not ours to change. */
export type Tightened = "private" | "closed" | "foreign" | "missing";

/** Takes access to a file or folder away from other users. Follows no symbolic link: it may lead anywhere. */
export function tighten(path: string): Tightened {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return "missing";
  }
  try {
    const status = fstatSync(descriptor);
    if ((status.mode & othersBits) === 0 || !(status.isFile() || status.isDirectory())) return "private";
    if (status.uid !== process.getuid?.()) return "foreign";
    fchmodSync(descriptor, status.isDirectory() ? privateFolder : privateFile);
    return "closed";
  } finally {
    closeSync(descriptor);
  }
}
