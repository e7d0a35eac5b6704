import type { Writable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string> | Iterable<string>;
}

interface Written {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** Bit 3: sizes follow the content, because they are not known before. Bit 11: the name is UTF-8. */
const flags = 0x0808;
const deflated = 8;
const version = 20;
/** 1 January 1980, the earliest date of the format: entries do not reveal their time. */
const dosDate = 0x21;

/**
 * A ZIP archive, streamed in bounded memory (PKWARE APPNOTE 6.3.3, without the 64-bit extensions: entries and
 * archive up to 4 GB).
 */
export async function* zipOf(entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for await (const { name, content } of entries) {
    const nameBytes = Buffer.from(name);
    const begin = offset;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(version, 4);
    head.writeUInt16LE(flags, 6);
    head.writeUInt16LE(deflated, 8);
    head.writeUInt16LE(dosDate, 12);
    head.writeUInt16LE(nameBytes.length, 26);
    offset += head.length + nameBytes.length;
    yield Buffer.concat([head, nameBytes]);

    const sum = { crc: 0, size: 0, packed: 0 };
    for await (const piece of deflate(content, sum)) {
      offset += piece.length;
      yield piece;
    }
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(0x08074b50, 0);
    writeSizes(tail, 4, sum);
    offset += tail.length;
    yield tail;
    written.push({ name: nameBytes, offset: begin, ...sum });
  }
  yield directoryOf(written, offset);
}

async function* deflate(
  content: AsyncIterable<string> | Iterable<string>,
  sum: { crc: number; size: number; packed: number },
): AsyncGenerator<Buffer> {
  const packer = createDeflateRaw({ level: 1 });
  let failure: unknown;
  const feeding = (async () => {
    for await (const text of content) {
      const bytes = Buffer.from(text);
      sum.crc = crc32(bytes, sum.crc);
      sum.size += bytes.length;
      if (packer.destroyed) return;
      // A client that is gone drains nothing any more.
      if (!packer.write(bytes)) await drained(packer);
    }
    packer.end();
  })().catch((error: unknown) => {
    failure = error;
    packer.destroy();
  });
  try {
    for await (const piece of packer) {
      const bytes = Buffer.from(piece);
      sum.packed += bytes.length;
      yield bytes;
    }
  } catch (error) {
    throw failure ?? error;
  } finally {
    packer.destroy();
  }
  await feeding;
  if (failure !== undefined) throw failure;
}

/** Or closed. Leaves no listener behind: a large export waits thousands of times. */
function drained(packer: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      packer.off("drain", done).off("close", done);
      resolve();
    };
    packer.once("drain", done).once("close", done);
  });
}

function directoryOf(written: readonly Written[], offset: number): Buffer {
  const parts = written.map((entry) => {
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(version, 4);
    head.writeUInt16LE(version, 6);
    head.writeUInt16LE(flags, 8);
    head.writeUInt16LE(deflated, 10);
    head.writeUInt16LE(dosDate, 14);
    writeSizes(head, 16, entry);
    head.writeUInt16LE(entry.name.length, 28);
    head.writeUInt32LE(entry.offset, 42);
    return Buffer.concat([head, entry.name]);
  });
  const directory = Buffer.concat(parts);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(written.length, 8);
  end.writeUInt16LE(written.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([directory, end]);
}

function writeSizes(
  into: Buffer,
  at: number,
  { crc, packed, size }: { readonly crc: number; readonly packed: number; readonly size: number },
): void {
  into.writeUInt32LE(crc, at);
  into.writeUInt32LE(packed, at + 4);
  into.writeUInt32LE(size, at + 8);
}
