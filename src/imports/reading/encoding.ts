import { UnreadableFileError } from "./errors.ts";
import { readPieces } from "./fileBytes.ts";
import { countControls } from "./fileKind.ts";
import { singleByteEncodingOf } from "./singleByteEncoding.ts";
import { Utf8Counter } from "./utf8Counter.ts";
import type { Utf8Counts } from "./utf8Counter.ts";
import type { TextEncoding } from "./types.ts";

interface EncodingFinding {
  readonly encoding: TextEncoding;
  readonly byteOrderMark: boolean;
  /** Nothing in the file names it; it is the best fit. */
  readonly unsure: boolean;
  /** Bytes that are invalid in the encoding; they become replacement characters. */
  readonly broken: boolean;
}

/** More control characters than this make a file binary, by share and number; a few may come from a crash. */
const maxControls = { share: 0.02, count: 8 };

/**
 * Finds the encoding of a text file: byte order mark, else the pattern of zero bytes in UTF-16, else UTF-8 if the
 * whole file fits it, else the one of older programs that fits its beginning. The first letter that is not ASCII may
 * be in the last row, so the file is read to its end if `counts`, those of the whole file, are not known yet.
 */
export async function findEncoding(
  path: string,
  head: Buffer,
  counts?: Utf8Counts,
  signal?: AbortSignal,
): Promise<EncodingFinding> {
  const mark = byteOrderMark(head);
  if (mark === "utf-8")
    return { ...judgeUtf8(counts ?? (await countUtf8(path, signal)), head, true), byteOrderMark: true };
  if (mark !== null) return { encoding: mark, byteOrderMark: true, unsure: false, broken: false };
  const wide = zeroPattern(head);
  if (wide !== null) return { encoding: wide, byteOrderMark: false, unsure: true, broken: false };
  const controls = countControls(head);
  if (controls > maxControls.count && controls > head.length * maxControls.share) {
    throw new UnreadableFileError("FILE_BINARY");
  }
  return judgeUtf8(counts ?? (await countUtf8(path, signal)), head, false);
}

function byteOrderMark(head: Buffer): TextEncoding | null {
  if (head.length >= 4 && (head.readUInt32LE() === 0xfeff || head.readUInt32BE() === 0xfeff)) {
    throw new UnreadableFileError("FILE_ENCODING"); // UTF-32
  }
  if (head.length >= 3 && head.readUIntBE(0, 3) === 0xefbbbf) return "utf-8";
  if (head.length < 2) return null;
  const first = head.readUInt16BE();
  if (first === 0xfffe) return "utf-16le";
  return first === 0xfeff ? "utf-16be" : null;
}

/**
 * In UTF-16 every digit and delimiter has a zero byte, and Cyrillic letters a 4, always on the same side.
 * A file of nothing but zeros is not UTF-16.
 */
function zeroPattern(head: Buffer): TextEncoding | null {
  const pairs = Math.floor(head.length / 2);
  const counts = { even: 0, odd: 0, evenHigh: 0, oddHigh: 0 };
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) counts.even += 1;
    if (head[at + 1] === 0) counts.odd += 1;
    if (head[at] === 0 || head[at] === 4) counts.evenHigh += 1;
    if (head[at + 1] === 0 || head[at + 1] === 4) counts.oddHigh += 1;
  }
  if (pairs === 0) return null;
  if (counts.odd > pairs * 0.1 && counts.oddHigh > pairs * 0.9 && counts.even < pairs * 0.05)
    return "utf-16le";
  if (counts.even > pairs * 0.1 && counts.evenHigh > pairs * 0.9 && counts.odd < pairs * 0.05)
    return "utf-16be";
  return null;
}

async function countUtf8(path: string, signal: AbortSignal | undefined): Promise<Utf8Counts> {
  const counter = new Utf8Counter();
  for await (const { bytes } of readPieces(path, signal)) counter.add(bytes);
  return counter.end();
}

function judgeUtf8({ good, bad }: Utf8Counts, head: Buffer, declared: boolean): EncodingFinding {
  if (bad === 0) return { encoding: "utf-8", byteOrderMark: false, unsure: false, broken: false };
  // Text in another encoding rarely contains a sequence of UTF-8 by chance; damaged UTF-8 is full of them.
  if (declared || good > bad * 10) {
    return { encoding: "utf-8", byteOrderMark: false, unsure: false, broken: true };
  }
  return { encoding: singleByteEncodingOf(head), byteOrderMark: false, unsure: true, broken: false };
}
