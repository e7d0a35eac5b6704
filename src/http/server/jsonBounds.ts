/** Limits of a JSON text, checked before it is parsed. */
export interface JsonBounds {
  /** Nested arrays and objects. */
  readonly depth: number;
  /** Values and keys on all levels. */
  readonly values: number;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * The limit that a JSON text exceeds, or null. A parser builds everything before anything can be checked, and deep
 * nesting costs it far more than the same bytes in a flat list. This function reads each byte once, builds nothing,
 * and stops at the first exceeded limit. Invalid syntax is left to the parser.
 */
export function exceededBound(bytes: Uint8Array, { depth, values }: JsonBounds): keyof JsonBounds | null {
  let level = 0;
  let count = 1;
  for (let index = 0; index < bytes.length; index += 1) {
    switch (bytes[index] ?? 0) {
      case quote:
        index = endOfString(bytes, index + 1);
        break;
      case openBracket:
      case openBrace:
        level += 1;
        count += 1;
        if (level > depth) return "depth";
        break;
      case closeBracket:
      case closeBrace:
        level -= 1;
        break;
      case comma:
      case colon:
        count += 1;
        break;
    }
    if (count > values) return "values";
  }
  return null;
}

/** Index of the closing quote, or the length without one. */
function endOfString(bytes: Uint8Array, begin: number): number {
  for (let index = begin; ;) {
    const end = bytes.indexOf(quote, index);
    if (end === -1) return bytes.length;
    let backslashes = 0;
    while (end - 1 - backslashes >= begin && bytes[end - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
    index = end + 1;
  }
}
