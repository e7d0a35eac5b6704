import { crc32 } from "node:zlib";
import { openPromise } from "yauzl";
import type { Entry, ZipFile } from "yauzl";
import { UnreadableFileError } from "../errors.ts";
import type { ReadingLimits } from "../limits.ts";

interface PartPiece {
  readonly bytes: Uint8Array;
  /** Part of the unpacked bytes seen so far, 0 to 1. */
  readonly progress: number;
}

/** A zip archive whose parts are unpacked one by one as they are read, without trusting its own declarations. */
export interface Archive {
  has(name: string): boolean;
  /**
   * The bytes of a part, unpacked. Throws `FILE_UNPACKS_TOO_LARGE` before unpacking anything when the part is
   * declared larger than allowed, and `FILE_DAMAGED` when it turns out to have other bytes than declared.
   */
  read(name: string, maxBytes: number): AsyncGenerator<PartPiece>;
  close(): void;
}

/** Below this size a high ratio does no harm and is usual. */
const bytesWithoutRatio = 10 * 2 ** 20;

export async function openArchive(path: string, limits: ReadingLimits): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false }).catch(damaged);
  try {
    const entries = await listEntries(zip, limits);
    return {
      has: (name) => entries.has(keyOf(name)),
      read: (name, maxBytes) => readPart(zip, entries.get(keyOf(name)), maxBytes, limits),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    return damaged(error);
  }
}

/** Names of parts do not depend on case. */
function keyOf(name: string): string {
  return name.replace(/^\/+/, "").toLowerCase();
}

async function listEntries(zip: ZipFile, limits: ReadingLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.zipEntries) throw new UnreadableFileError("FILE_UNPACKS_TOO_LARGE");
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const key = keyOf(entry.fileName);
    // Programs disagree on which of two parts with the same name counts; regular ones never write that.
    if (entries.has(key)) throw new UnreadableFileError("FILE_DAMAGED");
    entries.set(key, entry);
  }
  return entries;
}

async function* readPart(
  zip: ZipFile,
  entry: Entry | undefined,
  maxBytes: number,
  { ratio: maxRatio, signal }: ReadingLimits,
): AsyncGenerator<PartPiece> {
  if (!entry) throw new UnreadableFileError("FILE_DAMAGED");
  if (entry.isEncrypted()) throw new UnreadableFileError("FILE_PASSWORD");
  const size = entry.uncompressedSize;
  const swollen = size > bytesWithoutRatio && size / Math.max(1, entry.compressedSize) > maxRatio;
  if (size > maxBytes || swollen) throw new UnreadableFileError("FILE_UNPACKS_TOO_LARGE");
  try {
    const stream = await zip.openReadStreamPromise(entry);
    let read = 0;
    let sum = 0;
    for await (const piece of stream) {
      signal?.throwIfAborted();
      if (!(piece instanceof Uint8Array)) throw new TypeError("An archive gives bytes only.");
      read += piece.length;
      sum = crc32(piece, sum);
      yield { bytes: piece, progress: size === 0 ? 1 : Math.min(1, read / size) };
    }
    if (sum !== entry.crc32) throw new UnreadableFileError("FILE_DAMAGED");
  } catch (error) {
    damaged(error);
  }
}

/** Errors of the archive mean a damaged file, those of the system a faulty disk. */
function damaged(cause: unknown): never {
  if (cause instanceof UnreadableFileError) throw cause;
  const ofSystem = cause instanceof Error && "syscall" in cause;
  throw new UnreadableFileError(ofSystem ? "FILE_UNREADABLE" : "FILE_DAMAGED", { cause });
}
