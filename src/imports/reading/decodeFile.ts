import { readPieces } from "./fileBytes.ts";
import type { TextEncoding } from "./types.ts";

interface TextPiece {
  readonly text: string;
  /** Part of the file read so far, 0 to 1. */
  readonly progress: number;
}

/**
 * The text of a file in pieces, without byte order mark. Characters that are cut between pieces come whole;
 * bytes that the encoding does not have come as U+FFFD.
 */
export async function* decodeFile(path: string, encoding: TextEncoding): AsyncGenerator<TextPiece> {
  const decoder = new TextDecoder(encoding);
  for await (const { bytes, read, size } of readPieces(path)) {
    yield {
      text: decoder.decode(bytes, { stream: true }),
      progress: size === 0 ? 1 : Math.min(1, read / size),
    };
  }
  yield { text: decoder.decode(), progress: 1 };
}
