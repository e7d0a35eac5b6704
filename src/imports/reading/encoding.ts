import { UnreadableFileError } from "./errors.ts";
import { readPieces, utf8Mark } from "./fileBytes.ts";
import { countControls } from "./fileKind.ts";
import { singleByteEncodingOf } from "./singleByteEncoding.ts";
import { Utf8Counter } from "./utf8Counter.ts";
import type { Utf8Counts } from "./utf8Counter.ts";
import type { TextEncoding } from "./types.ts";

interface EncodingFinding {
  /** null: none that we know. */
  readonly encoding: TextEncoding | null;
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
    return judgeUtf8(counts ?? (await countUtf8(path, signal)), head.subarray(utf8Mark.length), true);
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
  if (head.subarray(0, utf8Mark.length).equals(utf8Mark)) return "utf-8";
  if (head.length < 2) return null;
  const first = head.readUInt16BE();
  if (first === 0xfffe) return "utf-16le";
  return first === 0xfeff ? "utf-16be" : null;
}

/**
 * In UTF-16 every digit and delimiter has a zero byte, always on the same side, and what it encodes is text. A file of nothing
 * but zeros is not UTF-16.
 */
function zeroPattern(head: Buffer): TextEncoding | null {
  const pairs = Math.floor(head.length / 2);
  let [even, odd] = [0, 0];
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even += 1;
    if (head[at + 1] === 0) odd += 1;
  }
  const encoding =
    odd > pairs * 0.1 && even < pairs * 0.05
      ? "utf-16le"
      : even > pairs * 0.1 && odd < pairs * 0.05
        ? "utf-16be"
        : null;
  return encoding !== null && isText(head.subarray(0, pairs * 2), encoding) ? encoding : null;
}

/** Characters that are not assigned, and control characters other than line ends and tabs. */
const noText = /[\p{Cn}\p{Co}\p{Cs}\ufffd]|(?!\s)\p{Cc}/gu;

function isText(bytes: Uint8Array, encoding: TextEncoding): boolean {
  const wrong = new TextDecoder(encoding).decode(bytes).match(noText)?.length ?? 0;
  return wrong <= maxControls.count || wrong <= (bytes.length / 2) * maxControls.share;
}

async function countUtf8(path: string, signal: AbortSignal | undefined): Promise<Utf8Counts> {
  const counter = new Utf8Counter();
  for await (const { bytes } of readPieces(path, signal)) counter.add(bytes);
  return counter.end();
}

function judgeUtf8({ good, bad }: Utf8Counts, head: Buffer, declared: boolean): EncodingFinding {
  if (bad === 0) return { encoding: "utf-8", byteOrderMark: declared, unsure: false, broken: false };
  // Text in another encoding rarely contains a sequence of UTF-8 by chance; damaged UTF-8 is full of them. Some programs write
  // the mark in front of any encoding.
  if (good > bad * (declared ? 1 : 10) || (declared && bad <= fewBroken)) {
    return { encoding: "utf-8", byteOrderMark: declared, unsure: false, broken: true };
  }
  return { encoding: singleByteEncodingOf(head), byteOrderMark: false, unsure: true, broken: false };
}

/** Behind a mark, so few wrong bytes are damage. */
const fewBroken = 3;
