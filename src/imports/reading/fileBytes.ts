import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { UnreadableFileError } from "./errors.ts";

/** Small, so that they never delay other work of the same thread for long. */
const pieceBytes = 64 * 1024;

/** The byte order mark of UTF-8. */
export const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The first bytes of a file, at most so many, or those from a place on, and its size. */
export async function readHead(
  path: string,
  bytes: number,
  from = 0,
): Promise<{ head: Buffer; size: number }> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.max(0, Math.min(bytes, size - from)));
    let filled = 0;
    while (filled < head.length) {
      const { bytesRead } = await file.read(head, filled, head.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { head: head.subarray(0, filled), size };
  });
}

interface FilePiece {
  /** Valid until the next piece is requested. */
  readonly bytes: Buffer;
  /** Bytes read so far, this piece included. */
  readonly read: number;
  /** Of the whole file. */
  readonly size: number;
}

/** The file from beginning to end in pieces. The file is closed when the last one is taken or the loop is left. */
export async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<FilePiece> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let read = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, read).catch(unreadable);
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      read += bytesRead;
      yield { bytes: buffer.subarray(0, bytesRead), read, size };
    }
  } finally {
    await file.close();
  }
}

async function withFile<Result>(path: string, work: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await openFile(path);
  try {
    return await work(file).catch(unreadable);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  return open(path, "r").catch(unreadable);
}

function unreadable(cause: unknown): never {
  throw new UnreadableFileError("FILE_UNREADABLE", { cause });
}
