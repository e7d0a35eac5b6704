import { statfs } from "node:fs/promises";
import { repeat } from "./repeat.ts";
import type { Clock } from "./types.ts";

interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Monitors the disks that folders are on. A folder that cannot be read has no figures. */
export interface DiskWatch {
  readonly spaces: ReadonlyMap<string, DiskSpace>;
  /** Reads them now. Never rejects. */
  look(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

const everyMs = 60_000;

/** `free` is what a process without root's reserve can write. */
export async function diskSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** @param folders by their name in metrics. */
export function watchDisks(folders: ReadonlyMap<string, string>, clock: Clock): DiskWatch {
  const spaces = new Map<string, DiskSpace>();

  async function look(): Promise<void> {
    for (const [name, folder] of folders) {
      try {
        spaces.set(name, await diskSpace(folder));
      } catch {
        spaces.delete(name);
      }
    }
  }

  // Startup does not wait for this: a disk may not respond.
  void look();
  return { spaces, look, close: repeat(clock, everyMs, look) };
}
