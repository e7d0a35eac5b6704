import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Fills the disk of a folder to the last byte; returns the file to remove. */
export function fillDisk(folder: string): string {
  const path = join(folder, "filling");
  const file = openSync(path, "w");
  try {
    for (const size of [65_536, 4_096, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      }
    }
  } finally {
    closeSync(file);
  }
  return path;
}
