import { existsSync, lchownSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The owner that a file or folder has, or that one made here should have: that of the nearest folder. */
export function ownerOf(path: string): Owner {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  const { uid, gid } = statSync(there);
  return { uid, gid };
}

/** The highest of the folders that have to be made for a path; the path itself if it exists, or needs none. */
export function highestNew(path: string): string {
  let there = resolve(path);
  while (!existsSync(dirname(there))) there = dirname(there);
  return there;
}

/** Gives a file, or a folder with everything in it, to an owner. Only root can do that, and only root has to. */
export function giveTo({ uid, gid }: Owner, path: string): void {
  if (process.getuid?.() !== 0) return;
  lchownSync(path, uid, gid);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo({ uid, gid }, join(path, name));
}
