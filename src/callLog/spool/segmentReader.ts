import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { CallRecord } from "../../values/callRecord.ts";
import type { SpoolFolder, SpoolPosition } from "./folder.ts";
import { kindOf, looksEnded, recordOf } from "./line.ts";

/** What to do with the next record: `skip` leaves it out, `stop` ends the batch before it. */
type Judge = (record: CallRecord, first: boolean) => "take" | "skip" | "stop";

export interface SpoolBatch {
  readonly records: readonly CallRecord[];
  /** Damaged lines, as text. */
  readonly corrupt: readonly string[];
  /** Lines that claim to be the end of a call, valid or damaged. */
  readonly endedLines: number;
  /** The judge ended the batch. */
  readonly stopped: boolean;
  /** Start of the next batch. */
  readonly end: SpoolPosition;
}

const chunkBytes = 512 * 1024;
const lineFeed = 0x0a;

/** Reads ended calls from the segments, in order and in bounded memory. */
export class SegmentReader {
  readonly #folder: SpoolFolder;
  #open: { readonly segment: number; readonly file: FileHandle } | null = null;

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  /**
   * The lines between `from` and `limit`, up to one chunk and `maxRecords`. Null if nothing is left. In a segment
   * before that of `limit`, the last line may be torn: nothing is written there any more.
   */
  async next(
    from: SpoolPosition,
    limit: SpoolPosition,
    maxRecords: number,
    judge: Judge,
  ): Promise<SpoolBatch | null> {
    let position = from;
    while (position.segment <= limit.segment) {
      const finished = position.segment < limit.segment;
      const size = finished ? await this.#folder.segmentSize(position.segment) : limit.offset;
      if (position.offset < size) return this.#read(position, size, finished, maxRecords, judge);
      if (!finished) return null;
      position = { segment: position.segment + 1, offset: 0 };
    }
    return null;
  }

  async close(): Promise<void> {
    const { file } = this.#open ?? {};
    this.#open = null;
    await file?.close();
  }

  async #read(
    from: SpoolPosition,
    size: number,
    finished: boolean,
    maxRecords: number,
    judge: Judge,
  ): Promise<SpoolBatch> {
    const file = await this.#fileOf(from.segment);
    const left = size - from.offset;
    for (let length = Math.min(chunkBytes, left); ; length = Math.min(length * 2, left)) {
      const bytes = await readFully(file, from.offset, length);
      // Shorter than reported: the rest is missing, so this is the end of the segment.
      const atEnd = length === left || bytes.length < length;
      const batch = parse(bytes, from, atEnd && finished, maxRecords, judge);
      if (batch.end.offset > from.offset || batch.stopped) return batch;
      if (atEnd) return { ...batch, end: { segment: from.segment, offset: size } };
    }
  }

  async #fileOf(segment: number): Promise<FileHandle> {
    if (this.#open?.segment === segment) return this.#open.file;
    await this.close();
    const file = await open(this.#folder.segmentPath(segment), "r");
    this.#open = { segment, file };
    return file;
  }
}

async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function parse(
  bytes: Buffer,
  from: SpoolPosition,
  tornTail: boolean,
  maxRecords: number,
  judge: Judge,
): SpoolBatch {
  const records: CallRecord[] = [];
  const corrupt: string[] = [];
  let endedLines = 0;
  let stopped = false;
  let start = 0;
  while (start < bytes.length && records.length < maxRecords) {
    const feed = bytes.indexOf(lineFeed, start);
    if (feed === -1 && !tornTail) break;
    const end = feed === -1 ? bytes.length : feed;
    const line = bytes.subarray(start, end);
    const kind = kindOf(line);
    const record = kind === "ended" ? recordOf(line) : null;
    const judgement = record === null ? "skip" : judge(record, endedLines === 0);
    if (judgement === "stop") {
      stopped = true;
      break;
    }
    if (looksEnded(bytes, start)) endedLines += 1;
    if (record !== null) {
      if (judgement === "take") records.push(record);
    } else if (kind === null || kind === "ended") {
      corrupt.push(line.toString("utf8"));
    }
    start = end + 1;
  }
  const end = { segment: from.segment, offset: from.offset + Math.min(start, bytes.length) };
  return { records, corrupt, endedLines, stopped, end };
}
