import { type CallRecord, type OpenCall, recordSources } from "../values/callRecord.ts";
import { systemClock } from "../ops/clock.ts";
import type { Logger, PartHealth, SteadyClock } from "../ops/types.ts";
import type { NumberTrace } from "../values/numberTrace.ts";
import type { ErasedNumbers } from "./database/erasedNumbers.ts";
import { DirectWrites } from "./directWrites.ts";
import { errorCode } from "./errors.ts";
import { type CallLogState, healthOfCallLog } from "./health.ts";
import { AwaitedLines } from "./known/awaitedLines.ts";
import { KnownCalls } from "./known/knownCalls.ts";
import { LostCalls } from "./known/lostCalls.ts";
import { LineStore } from "./lines.ts";
import { type LostCall, lostRecord } from "./rules/lostRecord.ts";
import { countLines, eraseAside } from "./spool/erase.ts";
import { recover } from "./spool/recover.ts";
import type { Recovered } from "./spool/recover.ts";
import { SegmentReader } from "./spool/segmentReader.ts";
import { SegmentWriter } from "./spool/segmentWriter.ts";
import { SpoolFolder } from "./spool/folder.ts";
import { endedLine, openedLine } from "./spool/line.ts";
import type { CallLogOptions, SpooledCallLog } from "./spooledCallLog.ts";
import type { LineListener } from "./types.ts";
import { WriteBehind } from "./writeBehind.ts";

/** After this time without a line from another machine, no more are expected. */
const linesGoneMs = 60_000;

/** Locks, reads, and continues the spool. Throws a `StartError` if the folder is unusable, and a `SpoolInUseError` if it is taken. */
export async function openCallLog(options: CallLogOptions): Promise<SpooledCallLog> {
  const folder = SpoolFolder.open(options.directory);
  try {
    return new FileCallLog(options, folder, await recover(folder));
  } catch (error) {
    folder.release();
    throw error;
  }
}

class FileCallLog implements SpooledCallLog {
  readonly #folder: SpoolFolder;
  readonly #clock: SteadyClock;
  readonly #logger: Logger;
  readonly #writer: SegmentWriter;
  readonly #reader: SegmentReader;
  readonly #behind: WriteBehind;
  readonly #direct: DirectWrites;
  readonly #known: KnownCalls;
  readonly #awaited: AwaitedLines;
  readonly #lost: LostCalls;
  readonly #awaitsLines: boolean;
  #lineCameMs: number | null = null;
  readonly lines: LineStore;
  readonly #erased: ErasedNumbers | null;
  #lastBegun = 0;
  #diskError: unknown = null;
  #lostLines = 0;
  #closing: Promise<void> | null = null;

  constructor(options: CallLogOptions, folder: SpoolFolder, recovered: Recovered) {
    const { clock = systemClock, logger, sink } = options;
    this.#folder = folder;
    this.#clock = clock;
    this.#logger = logger;
    this.#awaitsLines = options.awaitsLines ?? false;
    this.#erased = options.erased ?? null;
    this.#known = new KnownCalls(recovered.open, recovered.ended);
    this.#awaited = new AwaitedLines(() => clock.steadyMs());
    this.#lost = new LostCalls(clock, (callId, found) => this.#lose(callId, found));
    this.lines = new LineStore(sink, {
      known: this.#known,
      awaited: this.#awaited,
      begun: (call) => this.#begun(call),
      ended: (callId) => {
        this.#lost.found(callId);
        this.#known.ended(callId);
      },
      linesCame: () => {
        this.#lineCameMs = clock.steadyMs();
        this.#behind.linesCame();
      },
    });
    this.#reader = new SegmentReader(folder);
    this.#writer = new SegmentWriter({
      folder,
      clock,
      firstSegment: recovered.nextSegment,
      segmentBytes: options.segmentBytes ?? 8 * 1024 * 1024,
      sync: options.sync ?? true,
      maxQueuedBytes: options.maxQueuedBytes ?? 32 * 1024 * 1024,
      carryOver: () => Array.from(this.#known.open.values(), (call) => this.#openedLine(call)),
      onWritten: (line) => {
        this.#direct.saved(line);
        this.#behind.grown();
      },
      onTrouble: (error) => this.#diskTrouble(error),
    });
    const gatherMs = options.gatherMs ?? 250;
    const batchRows = options.batchRows ?? 500;
    this.#direct = new DirectWrites({
      sink,
      clock,
      everyMs: gatherMs,
      batchRows,
      onStored: (lines, records) => {
        this.#writer.drop(lines);
        this.#behind.storedElsewhere(records.length);
      },
    });
    this.#behind = new WriteBehind({
      folder,
      reader: this.#reader,
      sink,
      awaited: this.#awaited,
      clock,
      logger,
      random: options.random ?? Math.random,
      gatherMs,
      batchRows,
      start: recovered.checkpoint,
      pending: recovered.pending,
      limit: () => this.#writer.end,
      removableBelow: () => this.#writer.carriedFrom,
    });
    if (recovered.pending > 0 || recovered.open.size > 0) {
      logger.info("The spool contains calls from before the restart", {
        records: recovered.pending,
        openCallCount: recovered.open.size,
      });
    }
    // A new segment, so that a line torn by a crash remains the last of its segment.
    this.#writer.rotate();
    this.#behind.start();
  }

  opened(call: OpenCall): void {
    if (this.#known.openedByController(call)) this.#append(this.#openedLine(call), call.callId, false);
  }

  ended(seen: CallRecord): void {
    const record = this.#withoutErased(this.#known.completed(seen));
    if (!this.#known.endedByController(record)) return;
    this.#lost.found(record.callId);
    // If the end of a call was inferred, its line has already been waited for.
    if (this.#expectsLine && record.source !== recordSources.inferred) this.#awaited.add(record);
    this.#write(record);
  }

  openCalls(): readonly OpenCall[] {
    return this.#known.unattended;
  }

  hasEnded(callId: string): boolean {
    return this.#known.hasEnded(callId);
  }

  missing(callId: string, found: LostCall): void {
    if (this.#known.open.has(callId)) this.#lost.missing(callId, found);
  }

  listen(listener: LineListener): () => void {
    return this.lines.listen(listener);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  get linesSaved(): boolean {
    return this.#writer.isDurable(this.#lastBegun);
  }

  async drain(withinMs: number): Promise<boolean> {
    const abort = new AbortController();
    const timer = this.#clock.setTimer(() => abort.abort(), withinMs);
    try {
      return await this.#behind.drained(abort.signal);
    } finally {
      this.#clock.clearTimer(timer);
    }
  }

  linesWith(trace: NumberTrace): Promise<number> {
    return countLines(this.#folder, trace);
  }

  async erase(trace: NumberTrace, withinMs: number): Promise<boolean> {
    this.#known.change((call) => this.#withoutErased(call));
    const isCarried = await this.#writer.rotated(withinMs);
    const isDrained = isCarried && (await this.drain(withinMs));
    if (isDrained) await this.#behind.tidy();
    await eraseAside(this.#folder, trace);
    return isDrained && (await this.linesWith(trace)) === 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  get state(): CallLogState {
    const oldest = this.#behind.oldestEndedAtMs;
    return {
      pendingRecords: this.#behind.pending,
      oldestPendingMs: oldest === null ? 0 : Math.max(0, this.#clock.nowMs() - oldest),
      queuedBytes: this.#writer.queuedBytes,
      refusedRecords: this.#behind.refusedRecords,
      corruptLines: this.#behind.corruptLines,
      lostLines: this.#lostLines,
    };
  }

  get health(): PartHealth {
    return healthOfCallLog({
      ...this.state,
      diskError: this.#diskError === null ? null : errorCode(this.#diskError),
      databaseError: this.#behind.lastError,
      inMemory: this.#direct.waiting,
      reachesDatabase: this.#direct.reachesDatabase,
    });
  }

  async #close(): Promise<void> {
    this.#lost.close();
    await this.#direct.close();
    const lost = await this.#writer.close();
    await this.#behind.close();
    await this.#reader.close();
    this.#folder.release();
    if (lost > 0)
      this.#logger.error("Call records could not be written to disk and are lost", { lineCount: lost });
  }

  get #expectsLine(): boolean {
    const lastMs = this.#lineCameMs;
    return this.#awaitsLines || (lastMs !== null && this.#clock.steadyMs() - lastMs < linesGoneMs);
  }

  #withoutErased<Call extends OpenCall | CallRecord>(call: Call): Call {
    return this.#erased === null ? call : this.#erased.without(call);
  }

  #openedLine(call: OpenCall): string {
    return openedLine(this.#withoutErased(this.#known.open.get(call.callId) ?? call));
  }

  #begun(call: OpenCall): void {
    if (!this.#known.openedByAsterisk(call)) return;
    this.#lastBegun = this.#append(this.#openedLine(call), call.callId, true) ?? this.#lastBegun;
  }

  #lose(callId: string, found: LostCall): void {
    const call = this.#known.open.get(callId);
    if (call === undefined) return;
    const record = this.#withoutErased(lostRecord(call, found));
    this.#known.lost(record);
    this.#write(record);
  }

  #write(record: CallRecord): void {
    const line = this.#append(endedLine(record), record.callId, true);
    if (line === null) return;
    this.#direct.added(line, record);
    this.#behind.added(record);
  }

  #append(text: string, callId: string, must: boolean): number | null {
    const line = this.#writer.append(text, must);
    if (line !== null) return line;
    this.#lostLines += 1;
    // The content has numbers and must not be logged; the ID identifies the call.
    if (must)
      this.#logger.error("A call record is lost: the disk and the memory buffer are full", { callId });
    return null;
  }

  #diskTrouble(error: unknown): void {
    this.#diskError = error;
    if (error === null) {
      this.#direct.stop();
      this.#logger.info("The spool is writable again");
    } else {
      this.#direct.start();
      this.#logger.error("The spool is not writable; call records go straight to the database", { error });
    }
  }
}
