import { closeSync, openSync, readFileSync } from "node:fs";
import { appendFile, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { makePrivateFolder } from "../../ops/privateFiles.ts";
import { unusablePath } from "../../ops/startError.ts";
import { SpoolInUseError, errorCode } from "../errors.ts";

/** A position in the spool: a byte of a segment. */
export interface SpoolPosition {
  readonly segment: number;
  readonly offset: number;
}

/** Whether a file name is one of those below. */
export const isSpoolFile = (name: string): boolean =>
  /^(?:\d{8,}\.spool|checkpoint(?:\.new)?|(?:corrupt|rejected)\.lines|controller(?:\.new)?|last-seen\.json(?:\.new)?|lock(?:-(?:journal|wal|shm))?)$/.test(
    name,
  );

/** Whether a file with this name has records, or says which of them the database has. */
export const isBackedUp = (name: string): boolean =>
  isSpoolFile(name) && !/^(?:lock|controller|last-seen)|\.new$/.test(name);

/**
 * The files of one spool:
 *
 *     00000001.spool …   segments, written in the order of their numbers
 *     checkpoint         position up to which the database has everything
 *     corrupt.lines      damaged lines
 *     rejected.lines     records rejected by the database
 *     lock               locked by the process that uses the folder
 *     controller         who the process is to other controllers, see `calls/active/holder.ts`
 *     last-seen.json     when each Asterisk was last known to be up, see `calls/signsOfLife.ts`
 */
export class SpoolFolder {
  readonly path: string;
  readonly #lock: InstanceType<typeof Database>;

  private constructor(path: string, lock: InstanceType<typeof Database>) {
    this.path = path;
    this.#lock = lock;
  }

  /** Creates and locks the folder. Throws a `SpoolInUseError` if this or another process already has it. */
  static open(path: string): SpoolFolder {
    try {
      makePrivateFolder(path);
      // The records are personal data: readable by the owner only.
      closeSync(openSync(join(path, "lock"), "a", 0o600));
    } catch (error) {
      throw unusablePath("SPOOL_DIR", path, "used", error);
    }
    // An SQLite transaction is the lock: the kernel releases it however the process dies, it cannot become stale,
    // and it works between containers that share the folder.
    const lock = new Database(join(path, "lock"), { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      lock.close();
      if (errorCode(error) === "SQLITE_BUSY") throw new SpoolInUseError(path);
      throw unusablePath("SPOOL_DIR", path, "locked", error);
    }
    return new SpoolFolder(path, lock);
  }

  /** Releases the lock. */
  release(): void {
    this.#lock.close();
  }

  segmentPath(segment: number): string {
    return join(this.path, `${String(segment).padStart(8, "0")}.spool`);
  }

  /** Numbers of the existing segments, ascending. */
  async segments(): Promise<number[]> {
    const names = await readdir(this.path);
    return names
      .flatMap((name) => /^(\d{8,})\.spool$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other);
  }

  /** Size of a segment in bytes; 0 if it does not exist. */
  async segmentSize(segment: number): Promise<number> {
    try {
      return (await stat(this.segmentPath(segment))).size;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return 0;
      throw error;
    }
  }

  async removeSegment(segment: number): Promise<void> {
    await rm(this.segmentPath(segment), { force: true });
  }

  /** Null without a readable checkpoint: then everything is written again, which is harmless. */
  readCheckpoint(): SpoolPosition | null {
    try {
      const match = /^(\d+) (\d+)\n$/.exec(readFileSync(join(this.path, "checkpoint"), "utf8"));
      return match ? { segment: Number(match[1]), offset: Number(match[2]) } : null;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  /** Replaces the previous checkpoint atomically. */
  async writeCheckpoint({ segment, offset }: SpoolPosition): Promise<void> {
    const path = join(this.path, "checkpoint");
    await writeFile(`${path}.new`, `${segment} ${offset}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  /** The names of the files with lines of calls. */
  async lineFiles(): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => /\.(?:spool|lines)$/.test(name));
  }

  /** Replaces the text of a file of lines that were set aside. */
  async rewriteAside(
    file: "corrupt.lines" | "rejected.lines",
    rewrite: (text: string) => string,
  ): Promise<void> {
    const path = join(this.path, file);
    try {
      const text = await readFile(path, "utf8");
      const rewritten = rewrite(text);
      if (rewritten !== text) await writeFile(path, rewritten, { mode: 0o600 });
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
    }
  }

  async setAside(file: "corrupt.lines" | "rejected.lines", lines: readonly string[]): Promise<void> {
    await appendFile(join(this.path, file), lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  }

  /** Makes the file name of a new segment survive a power failure, too. */
  async syncNames(): Promise<void> {
    const folder = await open(this.path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
