import { createReadStream, existsSync, rmSync } from "node:fs";
import { copyFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import Database from "libsql";
import { giveTo, highestNew, ownerOf } from "../ops/owners.ts";
import { makePrivateFolder } from "../ops/privateFiles.ts";
import { type DatabaseCopy, tablesOfUse } from "./databaseCopyType.ts";

const journals = ["-wal", "-shm", "-journal"];

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
        const names = new Set(
          database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all(),
        );
        return (
          names.size === 0 ||
          tablesOfUse.every(
            (name) =>
              names.has(name) && database.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined,
          )
        );
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
      const drop = (): void => {
        for (const end of ["", ...journals]) rmSync(`${arriving}${end}`, { force: true });
      };
      process.once("exit", drop);
      try {
        await copyFile(copy, arriving);
        requireSound(arriving);
        for (const journal of journals) await rm(`${file}${journal}`, { force: true });
        giveTo(owner, arriving);
        await rename(arriving, file);
      } finally {
        process.off("exit", drop);
        drop();
      }
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
