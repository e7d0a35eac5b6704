import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { Redis } from "ioredis";
import type { DatabaseAddress } from "../../src/store/dataSource.ts";
import { createStore } from "../../src/store/store.ts";
import { silentLogger } from "./silentLogger.ts";

const inflate = promisify(inflateRaw);

/** Digits in bytes, in the encodings of files. */
const shows = (bytes: Buffer, digits: string): boolean =>
  bytes.includes(digits) || bytes.includes(Buffer.from(digits, "utf16le"));

/** The files below a folder that show the digits, byte by byte. */
export async function filesShowing(folder: string, digits: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (shows(await readFile(path), digits)) found.push(relative(folder, path));
  }
  return found.toSorted();
}

const plain = (value: unknown): string => JSON.stringify(value ?? "").replaceAll(/(?<=\d)[ ()-]+(?=\d)/g, "");

/** `table.column` of every value that shows the digits; packed results are unpacked. */
export async function columnsShowing(address: DatabaseAddress, digits: string): Promise<readonly string[]> {
  const store = createStore({ address, logger: silentLogger });
  store.open();
  await store.ready();
  try {
    return await store.read(async (manager) => {
      const found = new Set<string>();
      for (const { tableName } of manager.dataSource.entityMetadatas) {
        const rows: Record<string, unknown>[] = await manager.query(`SELECT * FROM ${tableName}`);
        for (const row of rows)
          for (const [column, value] of Object.entries(row)) {
            const text =
              column === "piece" && (value instanceof ArrayBuffer || value instanceof Uint8Array)
                ? (await inflate(value)).toString()
                : plain(value);
            if (text.includes(digits)) found.add(`${tableName}.${column}`);
          }
      }
      return [...found].toSorted();
    });
  } finally {
    await store.close();
  }
}

/** The keys of Redis that show the digits, in their name or their value. */
export async function keysShowing(url: string, digits: string): Promise<readonly string[]> {
  const client = new Redis(url);
  try {
    const found: string[] = [];
    for (const key of await client.keys("*")) {
      const type = await client.type(key);
      const value = type === "string" ? await client.get(key) : await client.dump(key);
      if (key.includes(digits) || value?.includes(digits) === true) found.push(key);
    }
    return found;
  } finally {
    client.disconnect();
  }
}
