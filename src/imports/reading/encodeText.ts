import type { TextEncoding } from "./types.ts";

type SingleByte = Exclude<TextEncoding, "utf-8" | "utf-16le" | "utf-16be">;

/** By the code of a character; 0 for those that the encoding does not have. */
const tables = new Map<SingleByte, Uint8Array>();

function tableOf(encoding: SingleByte): Uint8Array {
  const known = tables.get(encoding);
  if (known) return known;
  const table = new Uint8Array(65_536);
  const characters = new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  for (let byte = 0; byte < 256; byte += 1) table[characters.charCodeAt(byte)] = byte;
  tables.set(encoding, table);
  return table;
}

/** Characters of our texts that older encodings lack. */
const plainSigns: Readonly<Record<string, string>> = {
  "«": '"',
  "»": '"',
  "“": '"',
  "”": '"',
  "„": '"',
  "’": "'",
  "–": "-",
  "—": "-",
  "…": "...",
  "→": "->",
  "№": "No.",
  "\u00a0": " ",
};
const signs = new RegExp(`[${Object.keys(plainSigns).join("")}]`, "g");

/** The opposite of `decodeFile`. A character that the encoding does not have becomes a question mark. */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  switch (encoding) {
    case "utf-8":
      return Buffer.from(text);
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    default:
      return encodeBytes(text, tableOf(encoding));
  }
}

function encodeBytes(text: string, table: Uint8Array): Buffer {
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    bytes[at] = code < 128 ? code : table[code] || 0x3f;
  }
  return bytes;
}

const canEncode = (text: string, encoding: TextEncoding): boolean =>
  encoding.startsWith("utf-") || !encodeText(text, encoding).includes(0x3f);

/** Whether it can represent Russian. */
export const hasCyrillic = (encoding: TextEncoding): boolean => canEncode("Яя", encoding);

/** The text with plainer characters instead of those that the encoding lacks. */
export const withKnownSigns = (text: string, encoding: TextEncoding): string =>
  encoding.startsWith("utf-")
    ? text
    : text.replace(signs, (sign) => (canEncode(sign, encoding) ? sign : (plainSigns[sign] ?? "?")));
