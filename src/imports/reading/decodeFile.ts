import { readPieces, utf8Mark } from "./fileBytes.ts";
import type { TextEncoding } from "./types.ts";

interface TextPiece {
  readonly text: string;
  /** Part of the file read so far, 0 to 1. */
  readonly progress: number;
}

/** The end mark of DOS programs. */
const endMark = "\u001a";
const filling: ReadonlySet<string> = new Set([endMark, "\0", "\r", "\n", " "]);

/**
 * The text of a file in pieces, without byte order marks, of which some programs write two, and without the end mark
 * of DOS. Characters split between pieces are joined; bytes that are invalid in the encoding become U+FFFD.
 */
export async function* decodeFile(
  path: string,
  encoding: TextEncoding,
  signal?: AbortSignal,
): AsyncGenerator<TextPiece> {
  const decoder = new TextDecoder(encoding);
  let atStart = true;
  // End marks are held back and dropped only if nothing follows them.
  let held = "";
  const next = (piece: string): string => {
    const decoded = held + (atStart ? piece.replace(/^\ufeff+/, "") : piece);
    atStart &&= decoded === "";
    const end = withoutEndMarks(decoded);
    held = decoded.slice(end);
    return decoded.slice(0, end);
  };
  for await (const { bytes, read, size } of readPieces(path, signal)) {
    // Some programs write the mark of UTF-8 in front of any encoding.
    const isMarked = read === bytes.length && !encoding.startsWith("utf-") && startsWithMark(bytes);
    yield {
      text: next(decoder.decode(isMarked ? bytes.subarray(utf8Mark.length) : bytes, { stream: true })),
      progress: size === 0 ? 1 : Math.min(1, read / size),
    };
  }
  yield { text: next(decoder.decode()), progress: 1 };
}

const startsWithMark = (bytes: Buffer): boolean => bytes.subarray(0, utf8Mark.length).equals(utf8Mark);

/** What fills a block on a disk behind the mark is shorter. */
const longestEnd = 4096;

/** The length of a text without trailing end marks, and without what fills the rest of the file behind them. */
function withoutEndMarks(text: string): number {
  let end = text.length;
  for (let at = end - 1; at >= 0 && filling.has(text[at] ?? ""); at -= 1) {
    if (text.length - at > longestEnd) return text.length;
    if (text[at] === endMark) end = at;
  }
  return end;
}
