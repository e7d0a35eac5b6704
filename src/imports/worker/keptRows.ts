import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileReading } from "../job/reading.ts";
import { saysMore } from "../rows/differences.ts";
import { folderOf } from "../job/uploadFolders.ts";
import type { Item, ItemBatch, ItemGroup } from "./readItems.ts";

/**
 * The rows of a file as a preview interpreted them, kept beside the file. The import need not read the file again, and
 * imports exactly what the preview showed. They belong to one set of choices: other choices make another file of rows.
 * They are removed with the folder of the import.
 *
 * Format: groups of rows, each preceded by the length of its JSON and its last row. A group of length 0 with a mark is
 * the end.
 */
const form = 3;
const prefix = "rows-";
const headBytes = 8;
/** In place of a last row. A power failure may leave zeros or half a file; neither must look like the end. */
const endMark = 2 ** 32 - 1;
/** A group has a few hundred kilobytes. Anything of this size is not a group. */
const mostGroupBytes = 512 * 2 ** 20;

/** Where the rows of this reading are kept. */
export function keptRowsPath(directory: string, token: string, reading: FileReading): string {
  const { source, headerRow, columns, bareForm, timeZone } = reading;
  const { defaultCountry, otherCountry, acceptUnassigned, acceptPremium } = reading;
  const rules = [defaultCountry, otherCountry, acceptUnassigned, acceptPremium, bareForm, timeZone];
  const hash = createHash("sha256")
    .update(JSON.stringify([form, source, headerRow, columns, ...rules]))
    .digest("hex");
  return join(folderOf(directory, token), `${prefix}${hash.slice(0, 32)}`);
}

export const hasKeptRows = (path: string): boolean => existsSync(path);

/**
 * The same batches, kept as they pass. If they cannot be kept, for example on a full disk, the import continues
 * without them.
 */
export async function* keepingRows(
  batches: AsyncIterable<ItemBatch>,
  path: string,
  notKept: (error: unknown) => void,
): AsyncGenerator<ItemBatch> {
  const part = `${path}.part`;
  let file: FileHandle | null = null;
  try {
    file = await begin(part);
  } catch (error) {
    notKept(error);
  }
  try {
    for await (const batch of batches) {
      file = await kept(file, notKept, (to) => writeGroup(to, batch));
      yield batch;
    }
    file = await kept(file, notKept, async (to) => {
      await writeAll(to, headOf(0, endMark));
      await rename(part, path);
    });
  } finally {
    await file?.close().catch(() => undefined);
  }
}

async function begin(part: string): Promise<FileHandle> {
  await removeKeptRows(dirname(part));
  return open(part, "w", 0o600);
}

/** Resolves to the file to go on with; null: there is none any more. */
async function kept(
  file: FileHandle | null,
  notKept: (error: unknown) => void,
  write: (file: FileHandle) => Promise<void>,
): Promise<FileHandle | null> {
  if (file === null) return null;
  try {
    await write(file);
    return file;
  } catch (error) {
    notKept(error);
    await file.close().catch(() => undefined);
    return null;
  }
}

/** Those of earlier readings, and what an interrupted preview has left. */
export async function removeKeptRows(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) if (name.startsWith(prefix)) await rm(join(folder, name));
}

async function writeGroup(file: FileHandle, { items, lastRow, progress }: ItemBatch): Promise<void> {
  const text = Buffer.from(JSON.stringify([progress, items.map(packed)]));
  await writeAll(file, Buffer.concat([headOf(text.length, lastRow), text]));
}

function headOf(length: number, lastRow: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(length, 0);
  head.writeUInt32LE(lastRow, 4);
  return head;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}

/** The rows behind `afterRow`. Throws where the file does not have them all. */
export async function* readKeptRows(path: string, afterRow: number): AsyncGenerator<ItemGroup> {
  const file = await open(path, "r");
  try {
    for (let at = 0; ;) {
      const head = await readAll(file, at, headBytes);
      const length = head.readUInt32LE(0);
      if (length === 0 && head.readUInt32LE(4) === endMark) return;
      if (length === 0 || length > mostGroupBytes) throw new Error("The kept rows are damaged.");
      at += headBytes;
      if (head.readUInt32LE(4) > afterRow) {
        // Written by this module only.
        const [progress, rows]: [number, Packed[]] = JSON.parse((await readAll(file, at, length)).toString());
        const items = rows.map(unpacked);
        yield { items: items.filter(({ row }) => row > afterRow), progress };
      }
      at += length;
    }
  } finally {
    await file.close();
  }
}

async function readAll(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, from + filled);
    if (bytesRead === 0) throw new Error("The kept rows end before their end.");
    filled += bytesRead;
  }
  return bytes;
}

type Value = Extract<Item, { kind: "number" }>["value"];
type Refused = Extract<Item, { kind: "refused" }>;
type Packed =
  | readonly [row: number, input: string, realNumber: null, code: Refused["code"]]
  | readonly [
      row: number,
      input: string,
      realNumber: Value["realNumber"],
      label?: Value["label"],
      reference?: Value["reference"],
      expiresAtMs?: Value["expiresAtMs"],
      pool?: Value["pool"],
      callerIdPolicy?: Value["callerIdPolicy"],
      proxyNumber?: Value["proxyNumber"],
      neverExpires?: Value["neverExpires"],
    ];

function packed(item: Item): Packed {
  if (item.kind === "refused") return [item.row, item.input, null, item.code];
  const { realNumber, label, reference, expiresAtMs, pool, callerIdPolicy, proxyNumber } = item.value;
  if (!saysMore(item.value)) return [item.row, item.input, realNumber];
  const { row, input, value } = item;
  const common = [row, input, realNumber, label, reference, expiresAtMs, pool, callerIdPolicy] as const;
  if (value.neverExpires === true) return [...common, proxyNumber, true];
  return proxyNumber === null ? common : [...common, proxyNumber];
}

function unpacked(row: Packed): Item {
  if (row[2] === null) return { kind: "refused", row: row[0], input: row[1], code: row[3] };
  const [, , realNumber, label = null, reference = null, expiresAtMs = null, ...rest] = row;
  const [pool = null, callerIdPolicy = null, proxyNumber = null, never] = rest;
  const value: Value = {
    realNumber,
    label,
    reference,
    expiresAtMs,
    ...(never === true && { neverExpires: never }),
    pool,
    callerIdPolicy,
    proxyNumber,
  };
  return { kind: "number", row: row[0], input: row[1], value };
}
