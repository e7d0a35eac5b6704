import { readFile } from "node:fs/promises";
import type { SpoolFolder, SpoolPosition } from "./folder.ts";
import { kindOf, looksEnded, openCallOf, recordOf } from "./line.ts";
import type { OpenCall } from "../../values/callRecord.ts";

/** Records that a previous process left in the spool. */
export interface Recovered {
  /** By call ID. */
  readonly open: Map<string, OpenCall>;
  /** IDs of recently ended calls. */
  readonly ended: readonly string[];
  /** Ended calls that the database may not have yet. */
  readonly pending: number;
  readonly checkpoint: SpoolPosition;
  /** Number of the next segment; there is no segment with this or a higher number. */
  readonly nextSegment: number;
}

/**
 * Every segment starts with all calls open at that point, so the last complete start is enough to know the open
 * calls. One more segment is read for the recently ended calls. Older ones are only counted.
 */
export async function recover(folder: SpoolFolder): Promise<Recovered> {
  const segments = await folder.segments();
  const checkpoint = folder.readCheckpoint() ?? { segment: segments[0] ?? 0, offset: 0 };
  const open = new Map<string, OpenCall>();
  const ended: string[] = [];
  for (const segment of await segmentsToRead(folder, segments)) {
    for (const line of linesOf(await readFile(folder.segmentPath(segment)))) {
      const kind = kindOf(line);
      if (kind === "opened") {
        const call = openCallOf(line);
        if (call) open.set(call.callId, call);
      } else if (kind === "ended") {
        const record = recordOf(line);
        if (record) {
          open.delete(record.callId);
          ended.push(record.callId);
        }
      }
    }
  }
  let pending = 0;
  for (const segment of segments.filter((number) => number >= checkpoint.segment)) {
    const bytes = await readFile(folder.segmentPath(segment));
    const start = segment === checkpoint.segment ? checkpoint.offset : 0;
    for (const line of linesOf(bytes.subarray(start))) if (looksEnded(line, 0)) pending += 1;
  }
  return {
    open,
    ended,
    pending,
    checkpoint,
    nextSegment: Math.max(segments.at(-1) ?? 0, checkpoint.segment) + 1,
  };
}

async function segmentsToRead(folder: SpoolFolder, segments: readonly number[]): Promise<readonly number[]> {
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    const segment = segments[index];
    if (segment !== undefined && hasCarried(await readFile(folder.segmentPath(segment)))) {
      return segments.slice(Math.max(0, index - 1));
    }
  }
  return segments;
}

function hasCarried(bytes: Buffer): boolean {
  for (const line of linesOf(bytes)) if (kindOf(line) === "carried") return true;
  return false;
}

function* linesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
