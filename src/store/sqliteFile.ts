import { basename, dirname, join } from "node:path";
import { makePrivateFile, makePrivateFolder, tighten } from "../ops/privateFiles.ts";

const journals = ["-wal", "-shm", "-journal"];

/** Whether a file next to the database is the database itself, a journal, or a copy such as `NAME.bak`. */
export function isOfDatabase(file: string, name: string): boolean {
  const own = basename(file);
  return name === own || (name.startsWith(own) && /^[-.~]/.test(name.slice(own.length)));
}

/**
 * Creates the file before SQLite does, so that other users cannot read it: SQLite gives its journals the mode of
 * the file. The driver reports errors when it opens the file.
 */
export function keepDatabasePrivate(file: string): void {
  try {
    makePrivateFolder(dirname(file));
    makePrivateFile(file);
    for (const suffix of ["", ...journals]) tighten(join(dirname(file), `${basename(file)}${suffix}`));
  } catch {
    // The driver reports the error, and the store retries.
  }
}
