import { createReadStream, existsSync } from "node:fs";
import { copyFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import Database from "libsql";
import { giveTo, highestNew, ownerOf } from "../ops/owners.ts";
import { makePrivateFolder } from "../ops/privateFiles.ts";
import type { DatabaseCopy } from "./databaseCopyType.ts";

/** `VACUUM INTO` reads one state of the database; in WAL mode, writers go on meanwhile. */
export function createSqliteCopy(file: string, scratch: string): DatabaseCopy {
  return {
    fileName: "database.sqlite",

    async read() {
      const copy = join(scratch, basename(file));
      const database = new Database(file, { fileMustExist: true, timeout: 10_000 });
      try {
        database.prepare("VACUUM INTO ?").run(copy);
      } finally {
        database.close();
      }
      const stream = createReadStream(copy);
      const done = new Promise<void>((resolve) => {
        stream.once("close", () => resolve(rm(copy, { force: true })));
      });
      return { stream, done };
    },

    async isEmpty() {
      if (!existsSync(file) || (await stat(file)).size === 0) return true;
      const database = new Database(file, { fileMustExist: true });
      try {
        return database.prepare("SELECT name FROM sqlite_master LIMIT 1").all().length === 0;
      } finally {
        database.close();
      }
    },

    async load(copy) {
      const owner = ownerOf(file);
      const folder = dirname(file);
      const isNew = !existsSync(folder);
      const made = highestNew(folder);
      makePrivateFolder(folder);
      if (isNew) giveTo(owner, made);
      const arriving = `${file}.restoring`;
      await copyFile(copy, arriving);
      requireSound(arriving);
      for (const journal of ["-wal", "-shm", "-journal"]) {
        await rm(`${arriving}${journal}`, { force: true });
        await rm(`${file}${journal}`, { force: true });
      }
      giveTo(owner, arriving);
      await rename(arriving, file);
    },
  };
}

function requireSound(file: string): void {
  const database = new Database(file, { fileMustExist: true });
  try {
    const answer = JSON.stringify(database.prepare("PRAGMA quick_check(1)").all());
    if (!answer.includes('"ok"')) throw new Error("The copy of the database is damaged.");
  } finally {
    database.close();
  }
}
