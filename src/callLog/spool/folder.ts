import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { appendFile, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { SpoolError, SpoolInUseError, errorCode } from "../errors.ts";

/** A place in the spool: a byte of a segment. */
export interface SpoolPosition {
  readonly segment: number;
  readonly offset: number;
}

/** Whether a file of this name in the folder is one of those below. */
export const isSpoolFile = (name: string): boolean =>
  /^(?:\d{8,}\.spool|checkpoint(?:\.new)?|(?:corrupt|rejected)\.lines|lock(?:-(?:journal|wal|shm))?)$/.test(
    name,
  );

/**
 * The files of one spool:
 *
 *     00000001.spool …   segments, written in the order of their numbers
 *     checkpoint         how far the database has everything
 *     corrupt.lines      lines that were not as they had been written
 *     rejected.lines     records that the database refuses
 *     lock               held by the one process that uses the folder
 */
export class SpoolFolder {
  readonly path: string;
  readonly #lock: InstanceType<typeof Database>;

  private constructor(path: string, lock: InstanceType<typeof Database>) {
    this.path = path;
    this.#lock = lock;
  }

  /** Makes and locks the folder. Throws a `SpoolInUseError` when another process, or this one, has it already. */
  static open(path: string): SpoolFolder {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      // The records are personal data: the owner's eyes only.
      closeSync(openSync(join(path, "lock"), "a", 0o600));
    } catch (error) {
      throw new SpoolError(
        `The spool folder ${path} cannot be used (${errorCode(error)}); check SPOOL_DIR and its rights.`,
        { cause: error },
      );
    }
    // A transaction of SQLite is the lock: the kernel releases it however the process dies, it cannot go
    // stale, and it holds between containers that share the folder.
    const lock = new Database(join(path, "lock"), { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      lock.close();
      if (errorCode(error) === "SQLITE_BUSY") throw new SpoolInUseError(path);
      throw new SpoolError(`The spool folder ${path} cannot be locked (${errorCode(error)}).`, {
        cause: error,
      });
    }
    return new SpoolFolder(path, lock);
  }

  /** Lets another process have the folder. */
  release(): void {
    this.#lock.close();
  }

  segmentPath(segment: number): string {
    return join(this.path, `${String(segment).padStart(8, "0")}.spool`);
  }

  /** Numbers of the segments that exist, ascending. */
  async segments(): Promise<number[]> {
    const names = await readdir(this.path);
    return names
      .flatMap((name) => /^(\d{8,})\.spool$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other);
  }

  /** Bytes of a segment; 0 for one that is not there. */
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

  /** Null when there is none that can be read: then everything is written again, which does no harm. */
  readCheckpoint(): SpoolPosition | null {
    try {
      const match = /^(\d+) (\d+)\n$/.exec(readFileSync(join(this.path, "checkpoint"), "utf8"));
      return match ? { segment: Number(match[1]), offset: Number(match[2]) } : null;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  /** Takes the place of the last one as a whole or not at all. */
  async writeCheckpoint({ segment, offset }: SpoolPosition): Promise<void> {
    const path = join(this.path, "checkpoint");
    await writeFile(`${path}.new`, `${segment} ${offset}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async setAside(file: "corrupt.lines" | "rejected.lines", lines: readonly string[]): Promise<void> {
    await appendFile(join(this.path, file), lines.map((line) => `${line}\n`).join(""), { mode: 0o600 });
  }

  /** Makes the name of a new segment survive a power cut too. */
  async syncNames(): Promise<void> {
    const folder = await open(this.path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
