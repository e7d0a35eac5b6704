import { crc32 } from "node:zlib";
import type { CallRecord, OpenCall } from "../../values/callRecord.ts";

/**
 * One line of the spool: kind, checksum of kind and content, content as JSON.
 *
 *     o 1c291ca3 {"callId":"1732336100.123",…}     a started call, as far as it is known
 *     e 7bd5c66f {"callId":"1732336100.123",…}     an ended call
 *     c 00000000                                   all calls open at that point are above in this segment
 */
type LineKind = "opened" | "ended" | "carried";

export const carriedLine = "c 00000000\n";

const lettersOf = { opened: "o", ended: "e" } as const;
const contentStart = 11;

export function openedLine(call: OpenCall): string {
  return line("opened", JSON.stringify(call));
}

export function endedLine(record: CallRecord): string {
  return line("ended", JSON.stringify(record));
}

function line(kind: "opened" | "ended", content: string): string {
  const letter = lettersOf[kind];
  return `${letter} ${hex(crc32(content, letter.charCodeAt(0)))} ${content}\n`;
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}

/** Whether the line that starts here claims to be the end of a call, valid or not. */
export function looksEnded(bytes: Buffer, start: number): boolean {
  return bytes[start] === 0x65 && bytes[start + 1] === 0x20;
}

/** The kind of a line (without line feed); null if the line is damaged. */
export function kindOf(bytes: Buffer): LineKind | null {
  const letter = bytes[0];
  if (letter === 0x63) return bytes.toString("latin1") === carriedLine.slice(0, -1) ? "carried" : null;
  if ((letter !== 0x6f && letter !== 0x65) || bytes[1] !== 0x20 || bytes[10] !== 0x20) return null;
  if (bytes.toString("latin1", 2, 10) !== hex(crc32(bytes.subarray(contentStart), letter))) return null;
  return letter === 0x6f ? "opened" : "ended";
}

/** The record in a line whose kind and checksum have been verified as `ended`; null if it is not a record. */
export function recordOf(bytes: Buffer): CallRecord | null {
  return contentOf(bytes, (text): CallRecord => JSON.parse(text));
}

export function openCallOf(bytes: Buffer): OpenCall | null {
  return contentOf(bytes, (text): OpenCall => JSON.parse(text));
}

function contentOf<Content extends { readonly callId: string }>(
  bytes: Buffer,
  parse: (text: string) => Content,
): Content | null {
  try {
    const content = parse(bytes.toString("utf8", contentStart));
    return typeof content.callId === "string" ? content : null;
  } catch {
    return null;
  }
}
