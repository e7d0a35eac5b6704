import type { AsteriskAnswer, AsteriskCall, AsteriskCallStart } from "../values/asteriskCall.ts";
import type { CallRecord, OpenCall } from "../values/callRecord.ts";
import type { RecordSink } from "./database/recordSink.ts";
import { storeBatch } from "./database/storeBatch.ts";
import type { AwaitedLines } from "./known/awaitedLines.ts";
import type { KnownCalls } from "./known/knownCalls.ts";
import { RecentIds } from "./known/recentIds.ts";
import { bridgedRecord } from "./rules/bridgedRecord.ts";
import { type AsteriskLine, asteriskLineOf } from "./rules/asteriskLine.ts";
import { merged } from "./rules/merge.ts";
import { isUndecided, recordOfLine } from "./rules/recordOfLine.ts";
import type { LineListener } from "./types.ts";

/** Handles the lines of Asterisk's call file. */
export interface AsteriskLines {
  /**
   * Notes calls that begin, and notifies listeners of those that end, once for each line, even if it arrives several
   * times.
   */
  tell(lines: readonly AsteriskLine[]): void;
  /**
   * Resolves to the IDs of the calls that the database will never accept, once it has all the others. Rejects, and
   * may be repeated, if the database is unavailable.
   */
  store(lines: readonly AsteriskLine[]): Promise<readonly string[]>;
  /** The database has the ends of these calls: another instance stored them, without what this one knows. */
  stored(lines: readonly AsteriskLine[]): void;
  /** Calls that were refused, as far as their lines were stored here. */
  readonly counts: RefusedCalls;
}

interface RefusedCalls {
  /** By Asterisk, because it had as many calls as it may have. They have no record. */
  readonly overLimit: number;
  /** With the status `overload`. */
  readonly overload: number;
}

/** The spool of this process, if it has one. */
interface Spool {
  readonly known: KnownCalls;
  readonly awaited: AwaitedLines;
  begun(call: OpenCall): void;
  /** The database has the end of this call. */
  ended(callId: string): void;
  /** Records need not wait for these lines any more. */
  linesCame(): void;
}

export class LineStore implements AsteriskLines {
  readonly #sink: RecordSink;
  readonly #spool: Spool | null;
  readonly #listeners = new Set<LineListener>();
  readonly #told = new RecentIds();
  readonly #counted = new RecentIds();
  #counts: RefusedCalls = { overLimit: 0, overload: 0 };

  constructor(sink: RecordSink, spool: Spool | null) {
    this.#sink = sink;
    this.#spool = spool;
  }

  get counts(): RefusedCalls {
    return this.#counts;
  }

  listen(listener: LineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(lines: readonly AsteriskLine[]): void {
    const ended = new Set(lines.flatMap((line) => (line.kind === "end" ? line.call.callId : [])));
    for (const line of lines) {
      if (line.kind === "end") this.#tellEnd(line.call);
      else if (line.kind === "begin" && !ended.has(line.start.callId))
        this.#spool?.begun(openCallOf(line.start));
      else if (line.kind === "answer" && !ended.has(line.start.callId))
        this.#spool?.begun({ ...openCallOf(line.start), ...answerOf(line.start) });
    }
  }

  async store(lines: readonly AsteriskLine[]): Promise<readonly string[]> {
    const ends = lines.filter((line) => line.kind === "end");
    const merges = ends.flatMap(({ call }) => this.#mergeOf(call) ?? []);
    const refusals = await storeBatch(
      this.#sink,
      merges.map(({ record }) => record),
    );
    const refused = new Set(refusals.map(({ record }) => record.callId));
    const seen = new Map(merges.map((merge) => [merge.record.callId, merge.seen]));
    this.#stored(
      ends.filter(({ call }) => !refused.has(call.callId)),
      seen,
    );
    for (const line of lines) this.#count(line);
    return [...refused];
  }

  stored(lines: readonly AsteriskLine[]): void {
    this.#stored(lines, new Map());
  }

  /**
   * @param seen the controller's records that were written together with their lines. A record that came while its line
   * was being written is not among them.
   */
  #stored(lines: readonly AsteriskLine[], seen: ReadonlyMap<string, CallRecord | null>): void {
    if (this.#spool === null) return;
    const { awaited, known } = this.#spool;
    for (const line of lines) {
      if (line.kind !== "end") continue;
      const { callId } = line.call;
      const record = awaited.recordOf(callId);
      if (record !== null && seen.get(callId) === record) awaited.stored(callId);
      else awaited.release(callId);
      // A controller may still be about to record this call.
      if (isUndecided(line.call) && known.open.has(callId) && !known.isUnattended(callId)) continue;
      this.#spool.ended(callId);
    }
    this.#spool.linesCame();
  }

  /** Each call once, even if its line arrives several times. */
  #count(line: AsteriskLine): void {
    if (line.kind === "over-limit") this.#countOnce(line.callId, "overLimit");
    else if (line.kind === "end" && line.call.status === "overload")
      this.#countOnce(line.call.callId, "overload");
  }

  #countOnce(callId: string, what: keyof RefusedCalls): void {
    if (this.#counted.has(callId)) return;
    this.#counted.add(callId);
    this.#counts = { ...this.#counts, [what]: this.#counts[what] + 1 };
  }

  #tellEnd(call: AsteriskCall): void {
    if (this.#told.has(call.callId)) return;
    this.#told.add(call.callId);
    const record = recordOfLine(call);
    for (const listener of this.#listeners) listener(call.callId, call, record);
  }

  /** null if this process knows or will know more than the line says. */
  #mergeOf(call: AsteriskCall): Merge | null {
    const { callId } = call;
    const record = recordOfLine(call);
    const alone = { record, seen: null };
    if (this.#spool === null) return alone;
    const { awaited, known } = this.#spool;
    if (!isUndecided(call)) {
      const seen = awaited.recordOf(callId);
      return seen === null ? alone : { record: merged(seen, record), seen };
    }
    if (known.hasEnded(callId)) return null;
    const open = known.open.get(callId);
    if (open === undefined) return alone;
    if (!known.isUnattended(callId)) return null;
    // Its controller died.
    return { record: bridgedRecord(open, call), seen: null };
  }
}

/** What is written for a line. */
interface Merge {
  readonly record: CallRecord;
  /** The controller's record in it. */
  readonly seen: CallRecord | null;
}

/** Handles and stores lines given as text. Resolves to the indices of those that can never be stored. */
export async function storeTexts(lines: AsteriskLines, texts: readonly string[]): Promise<readonly number[]> {
  const all = texts.map(asteriskLineOf);
  const readable = all.filter((line) => line !== null);
  lines.tell(readable);
  const refused = new Set(await lines.store(readable));
  return all.flatMap((line, index) =>
    line === null || (line.kind === "end" && refused.has(line.call.callId)) ? [index] : [],
  );
}

const openCallOf = (start: AsteriskCallStart): OpenCall => ({
  callId: start.callId,
  direction: "in",
  proxyNumber: start.proxyNumber === "" ? start.dialled : start.proxyNumber,
  realNumber: null,
  callerId: start.callerId,
  startedAtMs: start.startedAtMs,
  answeredAtMs: null,
  inboundTrunk: start.inboundTrunk,
  outboundTrunk: null,
  asterisk: start.asterisk,
});

const answerOf = ({ answeredAtMs, realNumber, outboundTrunk, direction }: AsteriskAnswer) => ({
  answeredAtMs,
  realNumber,
  outboundTrunk,
  direction,
});
