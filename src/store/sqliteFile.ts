import { basename, dirname, join } from "node:path";
import { makePrivateFile, makePrivateFolder, tighten } from "../ops/privateFiles.ts";

const journals = ["-wal", "-shm", "-journal"];

/** Whether a file beside the database is the database itself, a journal, or a copy such as `NAME.bak`. */
export function isOfDatabase(file: string, name: string): boolean {
  const own = basename(file);
  return name === own || (name.startsWith(own) && /^[-.~]/.test(name.slice(own.length)));
}

/**
 * Makes the file before SQLite does, so that other users cannot read it: SQLite gives its journals the mode of
 * the file. What cannot be done here, the driver reports when it opens the file.
 */
export function keepDatabasePrivate(file: string): void {
  try {
    makePrivateFolder(dirname(file));
    makePrivateFile(file);
    for (const suffix of ["", ...journals]) tighten(join(dirname(file), `${basename(file)}${suffix}`));
  } catch {
    // The driver's words name the database, and the store goes on trying.
  }
}
