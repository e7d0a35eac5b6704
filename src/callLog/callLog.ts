import type { CallRecord, OpenCall } from "../values/callRecord.ts";
import { systemClock } from "../ops/clock.ts";
import type { Clock, Logger, PartHealth } from "../ops/types.ts";
import { errorCode } from "./errors.ts";
import type { RecordSink } from "./database/recordSink.ts";
import { recover } from "./spool/recover.ts";
import type { Recovered } from "./spool/recover.ts";
import { SegmentReader } from "./spool/segmentReader.ts";
import { SegmentWriter } from "./spool/segmentWriter.ts";
import { SpoolFolder } from "./spool/folder.ts";
import { endedLine, openedLine } from "./spool/line.ts";
import type { CallLog } from "./types.ts";
import { WriteBehind } from "./writeBehind.ts";

export interface CallLogOptions {
  /** Folder of the spool; created if missing. */
  readonly directory: string;
  readonly sink: RecordSink;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Whether lines are synced to disk. Without it, a power failure (but no crash) may lose the last lines. */
  readonly sync?: boolean;
  readonly segmentBytes?: number;
  readonly maxQueuedBytes?: number;
  readonly gatherMs?: number;
  readonly batchRows?: number;
}

/** State of the call log, for metrics. */
interface CallLogState {
  /** Records not yet in the database. */
  readonly pendingRecords: number;
  /** How long the oldest of them has been waiting, in milliseconds; 0 if none is. */
  readonly oldestPendingMs: number;
  readonly queuedBytes: number;
  /** Since process start. */
  readonly refusedRecords: number;
  readonly corruptLines: number;
  readonly lostLines: number;
}

/** The call log with the methods for its owner, in addition to the port that calls use. */
export interface SpooledCallLog extends CallLog {
  /** Resolves when everything so far is on disk. */
  flush(): Promise<void>;
  /** Resolves to whether the database had everything in time. */
  drain(withinMs: number): Promise<boolean>;
  /** Idempotent. Writes queued lines to disk; records that the database lacks wait for the next start. */
  close(): Promise<void>;
  readonly state: CallLogState;
  readonly health: PartHealth;
}

/** Number of ended calls to remember; more than Asterisk could still report at any time. */
const rememberedEnds = 20_000;

/** Locks, reads, and continues the spool. Throws a `SpoolError` if the folder is unusable. */
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
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #writer: SegmentWriter;
  readonly #reader: SegmentReader;
  readonly #behind: WriteBehind;
  readonly #open: Map<string, OpenCall>;
  readonly #ofEarlierLife: Set<string>;
  readonly #ended: Set<string>;
  #diskError: unknown = null;
  #lostLines = 0;
  #closing: Promise<void> | null = null;

  constructor(options: CallLogOptions, folder: SpoolFolder, recovered: Recovered) {
    const { clock = systemClock, logger, sink } = options;
    this.#folder = folder;
    this.#clock = clock;
    this.#logger = logger;
    this.#open = recovered.open;
    this.#ofEarlierLife = new Set(recovered.open.keys());
    this.#ended = new Set(recovered.ended.slice(-rememberedEnds));
    this.#reader = new SegmentReader(folder);
    this.#writer = new SegmentWriter({
      folder,
      clock,
      firstSegment: recovered.nextSegment,
      segmentBytes: options.segmentBytes ?? 8 * 1024 * 1024,
      sync: options.sync ?? true,
      maxQueuedBytes: options.maxQueuedBytes ?? 32 * 1024 * 1024,
      carryOver: () => Array.from(this.#open.values(), openedLine),
      onWritten: () => this.#behind.grown(),
      onTrouble: (error) => this.#diskTrouble(error),
    });
    this.#behind = new WriteBehind({
      folder,
      reader: this.#reader,
      sink,
      clock,
      logger,
      random: options.random ?? Math.random,
      gatherMs: options.gatherMs ?? 250,
      batchRows: options.batchRows ?? 500,
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
    if (this.#ended.has(call.callId)) return;
    this.#open.set(call.callId, call);
    this.#append(openedLine(call), call.callId, false);
  }

  ended(record: CallRecord): void {
    const { callId } = record;
    if (this.#ended.has(callId)) return;
    this.#remember(callId);
    this.#open.delete(callId);
    this.#ofEarlierLife.delete(callId);
    if (this.#append(endedLine(record), callId, true)) this.#behind.added(record);
  }

  openCalls(): readonly OpenCall[] {
    return Array.from(this.#ofEarlierLife, (callId) => this.#open.get(callId)).filter(
      (call) => call !== undefined,
    );
  }

  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
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
    const { pendingRecords, oldestPendingMs, refusedRecords, corruptLines, lostLines } = this.state;
    if (this.#diskError !== null) {
      return {
        status: "down",
        detail: `The spool is not writable (${errorCode(this.#diskError)}): ${pendingRecords} records wait in memory.`,
      };
    }
    const complaints: string[] = [];
    const { lastError } = this.#behind;
    if (lastError !== null) {
      const waited = Math.round(oldestPendingMs / 1000);
      complaints.push(
        `${pendingRecords} records wait for the database (${lastError}), the oldest for ${waited} s. None is lost.`,
      );
    }
    if (refusedRecords > 0)
      complaints.push(`${refusedRecords} records were rejected: see rejected.lines in the spool.`);
    if (corruptLines > 0)
      complaints.push(`${corruptLines} lines were damaged: see corrupt.lines in the spool.`);
    if (lostLines > 0) complaints.push(`${lostLines} lines were lost while the disk was full.`);
    return complaints.length > 0
      ? { status: "degraded", detail: complaints.join(" ") }
      : { status: "up", detail: `${pendingRecords} records waiting to be written to the database.` };
  }

  async #close(): Promise<void> {
    const lost = await this.#writer.close();
    await this.#behind.close();
    await this.#reader.close();
    this.#folder.release();
    if (lost > 0)
      this.#logger.error("Call records could not be written to disk and are lost", { lineCount: lost });
  }

  #append(line: string, callId: string, must: boolean): boolean {
    if (this.#writer.append(line, must)) return true;
    this.#lostLines += 1;
    // The content has numbers and must not be logged; the ID identifies the call.
    if (must)
      this.#logger.error("A call record is lost: the disk and the memory buffer are full", { callId });
    return false;
  }

  #remember(callId: string): void {
    this.#ended.add(callId);
    if (this.#ended.size <= rememberedEnds) return;
    for (const oldest of this.#ended) {
      this.#ended.delete(oldest);
      return;
    }
  }

  #diskTrouble(error: unknown): void {
    this.#diskError = error;
    if (error === null) this.#logger.info("The spool is writable again");
    else this.#logger.error("The spool is not writable; call records wait in memory", { error });
  }
}
