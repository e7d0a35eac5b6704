import type { PhoneNumberOptions } from "../../../values/phoneNumber.ts";
import { findDialect, firstRows } from "./dialect.ts";
import { findEncoding } from "../encoding.ts";
import { decodeFile } from "../decodeFile.ts";
import { UnreadableFileError } from "../errors.ts";
import { sampleRows } from "../sample.ts";
import type { FileSample, SampleNotice } from "../sample.ts";
import type { ReadingLimits } from "../limits.ts";
import type { CsvSource, ReadingChoices } from "../types.ts";
import type { Utf8Counts } from "../utf8Counter.ts";

/** Longer than the longest row, so that at least one row is whole. */
const sampleCharacters = 256 * 1024;

/** Detects the encoding and dialect of a text file, and reads its first rows. */
export async function sampleCsv(
  path: string,
  head: Buffer,
  choices: ReadingChoices,
  options: PhoneNumberOptions,
  limits: ReadingLimits,
  counts: Utf8Counts | undefined,
): Promise<FileSample> {
  const finding = await findEncoding(path, head, counts, limits.signal);
  const encoding = choices.encoding ?? finding.encoding;
  if (encoding === null) throw new UnreadableFileError("FILE_ENCODING");
  const { text, complete, progress } = await decodeStart(path, encoding, limits.signal);
  const source: CsvSource = {
    format: "csv",
    encoding,
    byteOrderMark: finding.byteOrderMark,
    ...findDialect(text, choices, options, limits),
  };
  const all = firstRows(text, source, limits, complete);
  const notices: SampleNotice[] = [];
  if (finding.unsure && choices.encoding === undefined) notices.push({ code: "ENCODING_UNSURE" });
  if (finding.broken && encoding === finding.encoding) notices.push({ code: "BROKEN_TEXT" });
  return {
    source,
    rows: all.slice(0, sampleRows),
    complete: complete && all.length <= sampleRows,
    estimatedRows: complete ? all.length : Math.round(all.length / progress),
    notices,
  };
}

async function decodeStart(
  path: string,
  encoding: CsvSource["encoding"],
  signal: AbortSignal | undefined,
): Promise<{ text: string; complete: boolean; progress: number }> {
  let text = "";
  for await (const piece of decodeFile(path, encoding, signal)) {
    text += piece.text;
    if (text.length >= sampleCharacters) return { text, complete: false, progress: piece.progress };
  }
  return { text, complete: true, progress: 1 };
}
