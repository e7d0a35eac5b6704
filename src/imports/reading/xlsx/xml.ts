import { TextDecoder } from "node:util";
import { SaxesParser } from "saxes";
import { UnreadableFileError } from "../errors.ts";

/** The parser for the parts of a workbook. Names come without prefix, because programs differ in prefixes. */
export interface XmlHandler {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

interface XmlReader {
  write(bytes: Uint8Array): void;
  /** The document must be complete now. */
  end(): void;
}

/** Deeper than any part of a workbook that we read. */
const maxDepth = 100;

/**
 * Reads XML as it comes. Keeps no more than one tag or text of `maxTokenCharacters`; throws `FILE_DAMAGED` for
 * XML that is not well-formed, and for document types, which no workbook has and which can expand without limit.
 */
export function createXmlReader(handler: XmlHandler, maxTokenCharacters: number): XmlReader {
  const parser = new SaxesParser({ xmlns: false as const, position: false });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let waiting = 0;
  let depth = 0;

  parser.on("opentag", ({ name, attributes }) => {
    waiting = 0;
    depth += 1;
    if (depth > maxDepth) throw new UnreadableFileError("FILE_DAMAGED");
    handler.open(withoutPrefix(name), attributes);
  });
  parser.on("closetag", ({ name }) => {
    waiting = 0;
    depth -= 1;
    handler.close?.(withoutPrefix(name));
  });
  const onText = (text: string): void => {
    waiting = 0;
    handler.text?.(text);
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("comment", () => {
    waiting = 0;
  });
  parser.on("doctype", () => {
    throw new UnreadableFileError("FILE_DAMAGED");
  });
  parser.on("error", (cause) => {
    throw new UnreadableFileError("FILE_DAMAGED", { cause });
  });

  const feed = (text: string): void => {
    waiting += text.length;
    if (waiting > maxTokenCharacters) throw new UnreadableFileError("FILE_UNPACKS_TOO_LARGE");
    parser.write(text);
  };
  return {
    write: (bytes) => feed(decode(decoder, bytes)),
    end: () => {
      feed(decode(decoder));
      parser.close();
    },
  };
}

function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw new UnreadableFileError("FILE_DAMAGED", { cause });
  }
}

function withoutPrefix(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

/** `_x000D_` stands for a character that XML cannot hold. */
export function decodeEscapes(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
