import { UnreadableFileError } from "./errors.ts";

/** How much of the file is needed to detect its kind. */
export const headBytes = 64 * 1024;

/** Enough for the first entries of a directory. */
export const directoryBytes = 4096;

const archives = ["1f8b08", "377abcaf271c", "526172211a07", "425a68", "fd377a585a00", "28b52ffd"];
/** Pictures, documents, and programs, by marks with which no table begins. */
const binaries = [
  "ffd8ff",
  "89504e47",
  "255044462d",
  "7b5c727466",
  "7f454c46",
  "49492a00",
  "4d4d002a",
  "4f676753",
];
/** Their marks (`BM`, `MZ`, `GIF8`, `RIFF`, `ID3`) may begin a text too. */
const perhapsBinaries = ["424d", "4d5a", "47494638", "52494646", "494433"];
const oldOffice = "d0cf11e0a1b11ae1";
const zip = "504b0304";
const emptyZip = "504b0506";

/** A workbook with a password is an encrypted .xlsx in the container of the old format. */
const isCiphered = (bytes: Buffer): boolean => bytes.includes(Buffer.from("EncryptedPackage", "utf16le"));

/** Where a container of the old format lists its contents, often at its end; null for any other file. */
export function directoryPlace(head: Buffer): number | null {
  if (head.length < 52 || head.subarray(0, 8).toString("hex") !== oldOffice) return null;
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(30), 12);
  return (head.readUInt32LE(48) + 1) * sectorBytes;
}

/**
 * Detects from its beginning whether a file is a workbook or text. Refuses, with the reason, a file that is certainly
 * neither.
 * @param directory of a container of the old format, if it has one
 */
export function kindOfFile(head: Buffer, directory: Buffer = Buffer.alloc(0)): "zip" | "text" {
  if (head.length === 0) throw new UnreadableFileError("FILE_EMPTY");
  const start = head.subarray(0, 8).toString("hex");
  if (start.startsWith(zip)) return "zip";
  if (start.startsWith(emptyZip)) throw new UnreadableFileError("FILE_EMPTY");
  if (start.startsWith(oldOffice)) {
    throw new UnreadableFileError(
      isCiphered(head) || isCiphered(directory) ? "FILE_PASSWORD" : "FILE_OLD_EXCEL",
    );
  }
  if (archives.some((magic) => start.startsWith(magic))) throw new UnreadableFileError("FILE_ARCHIVE");
  const begins = (magic: string): boolean => start.startsWith(magic);
  if (binaries.some(begins) || (perhapsBinaries.some(begins) && countControls(head) > 0)) {
    throw new UnreadableFileError("FILE_BINARY");
  }
  if (isMarkup(head)) throw new UnreadableFileError("FILE_OTHER_SPREADSHEET");
  return "text";
}

/** Old programs export "Excel" files that are really web pages or XML; others export data or contacts as JSON, vCard, or SQL. */
function isMarkup(head: Buffer): boolean {
  const text = head.subarray(0, 512).toString("latin1").replaceAll("\0", "").toLowerCase();
  return markups.some((markup) => markup.test(text));
}

const markups = [
  /^[^<\w]*<(?:!doctype|html|\?xml|table|meta|head|body)\b/,
  /^[^<\w]*<[a-z][^<>]{0,100}>\s*<[a-z]/,
  /^[^[{\w"]*(?:\[\s*)?\{\s*"/,
  /^[^\w]*begin:v(?:card|calendar)\b/,
  /^[^\w]*mime-version:/,
  /^[^\w]*insert into\b/,
];

/** Bytes that no text contains: control characters other than white space and the end mark of DOS. */
export function countControls(bytes: Buffer): number {
  let controls = 0;
  for (const byte of bytes) {
    if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1a) controls += 1;
  }
  return controls;
}
