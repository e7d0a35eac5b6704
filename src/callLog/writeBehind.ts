import type { CallRecord } from "../values/callRecord.ts";
import type { Clock, Logger } from "../ops/types.ts";
import { errorCode } from "./errors.ts";
import type { AwaitedLines } from "./known/awaitedLines.ts";
import type { RecordSink } from "./database/recordSink.ts";
import type { SegmentReader, SpoolBatch } from "./spool/segmentReader.ts";
import type { SpoolFolder, SpoolPosition } from "./spool/folder.ts";
import { storeBatch } from "./database/storeBatch.ts";
import { WakeableSleep } from "../ops/wakeableSleep.ts";
import { AsideLines } from "./spool/asideLines.ts";
import { Checkpoint } from "./spool/checkpoint.ts";

interface WriteBehindOptions {
  readonly folder: SpoolFolder;
  readonly reader: SegmentReader;
  readonly sink: RecordSink;
  readonly awaited: Pick<AwaitedLines, "wasStored" | "waitMs" | "release">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 to 1; spreads the retries of several instances. */
  readonly random: () => number;
  /** How long records are collected before they are written together. */
  readonly gatherMs: number;
  readonly batchRows: number;
  readonly start: SpoolPosition;
  /** Records after `start`. */
  readonly pending: number;
  /** Position up to which the spool may be read. */
  readonly limit: () => SpoolPosition;
  /** Segments below this number may be removed once they are in the database. */
  readonly removableBelow: () => number;
}

const firstRetryMs = 250;
const longestRetryMs = 15_000;
/** Records with no more than this left to wait are written together with those that need not wait. */
const earlyMs = 1_000;

/**
 * Writes records from the spool to the database, in order and in batches. Only the current batch is kept in memory.
 * The checkpoint moves after the database has committed: records written twice after a crash have a call ID that
 * already exists.
 */
export class WriteBehind {
  readonly #options: WriteBehindOptions;
  readonly #sleep: WakeableSleep;
  readonly #aside: AsideLines;
  readonly #checkpoint: Checkpoint;
  #position: SpoolPosition;
  #pending: number;
  #oldestEndedAtMs: number | null = null;
  #lastError: string | null = null;
  #running: Promise<void> | null = null;
  #closing = false;
  #hurried = 0;
  /** Waiting for new records. */
  #idle = false;
  #grown = false;
  /** How long the next record still waits for its line. */
  #waitMs = 0;
  #drained: (() => void)[] = [];
  #tidied: (() => void)[] = [];

  constructor(options: WriteBehindOptions) {
    this.#options = options;
    this.#position = options.start;
    this.#pending = options.pending;
    this.#sleep = new WakeableSleep(options.clock);
    this.#aside = new AsideLines(options.folder, options.logger);
    this.#checkpoint = new Checkpoint(options.folder, options.logger, options.removableBelow);
  }

  /** Records not yet in the database. */
  get pending(): number {
    return this.#pending;
  }

  /** End of the call that has waited longest; null if none waits, or before the first was read. */
  get oldestEndedAtMs(): number | null {
    return this.#pending === 0 ? null : this.#oldestEndedAtMs;
  }

  /** Why the database rejected the last batch; null once it accepts batches again. */
  get lastError(): string | null {
    return this.#lastError;
  }

  get refusedRecords(): number {
    return this.#aside.refusedRecords;
  }

  get corruptLines(): number {
    return this.#aside.corruptLines;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Call when a record was appended; it may not be on disk yet. */
  added(record: CallRecord): void {
    if (this.#pending === 0) this.#oldestEndedAtMs = record.endedAtMs;
    this.#pending += 1;
  }

  /** Call when the database got records that will not be in the spool. */
  storedElsewhere(records: number): void {
    this.#settled(records);
  }

  /** Call when lines have arrived: records that waited for them can be written. */
  linesCame(): void {
    if (this.#waitMs > 0) this.#sleep.wake();
  }

  /** Call when more of the spool can be read. */
  grown(): void {
    this.#grown = true;
    if (this.#idle) this.#sleep.wake();
  }

  /** Resolves when the database has everything, without waiting for full batches or for the next retry. */
  async drained(signal: AbortSignal): Promise<boolean> {
    if (this.#pending === 0) return true;
    if (signal.aborted) return false;
    this.#hurried += 1;
    this.#sleep.wake();
    try {
      return await new Promise<boolean>((resolve) => {
        this.#drained.push(() => resolve(true));
        signal.addEventListener("abort", () => resolve(this.#pending === 0), { once: true });
      });
    } finally {
      this.#hurried -= 1;
    }
  }

  /** Removes the segments that the database has; resolves when it has everything in them. */
  tidy(): Promise<void> {
    return new Promise((resolve) => {
      this.#tidied.push(resolve);
      this.#sleep.wake();
    });
  }

  /** Waits for the current write, no longer. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#sleep.wake();
    await this.#running;
    for (const tell of this.#tidied.splice(0)) tell();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#closing;) {
      try {
        this.#grown = false;
        const took = await this.#step();
        if (took !== null) failures = 0;
        if (this.#waitMs > 0) await this.#awaitLines();
        else if (took === null && !this.#grown) await this.#untilGrown();
        await this.#gather(took ?? 0);
      } catch (error) {
        failures += 1;
        this.#fail(error, failures);
        await this.#sleep.for(this.#retryDelayMs(failures));
      }
    }
  }

  async #awaitLines(): Promise<void> {
    await this.#sleep.for(this.#waitMs);
    this.#waitMs = 0;
  }

  async #untilGrown(): Promise<void> {
    this.#idle = true;
    await this.#sleep.forever();
    this.#idle = false;
  }

  /** Lines that follow the first one shortly are written in the same batch. */
  async #gather(taken: number): Promise<void> {
    const { batchRows, gatherMs } = this.#options;
    const enough = this.#hurried > 0 || this.#closing || (taken > 0 && this.#pending >= batchRows);
    if (!enough) await this.#sleep.for(gatherMs);
  }

  #retryDelayMs(failures: number): number {
    if (this.#hurried > 0) return firstRetryMs;
    return Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + this.#options.random() / 2);
  }

  /**
   * Writes one batch; resolves to its number of records, or null without a batch. Throws if it could not be
   * written.
   */
  async #step(): Promise<number | null> {
    const { reader, limit, batchRows } = this.#options;
    this.#waitMs = 0;
    const end = limit();
    const batch = await reader.next(this.#position, end, batchRows, (record, first) =>
      this.#judge(record, first),
    );
    if (batch === null) {
      await this.#tidy(end);
      return null;
    }
    if (batch.stopped && batch.endedLines === 0) return null;
    if (batch.records[0]) this.#oldestEndedAtMs = batch.records[0].endedAtMs;
    if (batch.records.length > 0) await this.#store(batch);
    if (this.#lastError !== null) this.#recovered();
    await this.#aside.corrupt(batch.corrupt, batch.end.segment);
    this.#position = batch.end;
    this.#settled(batch.endedLines);
    await this.#checkpoint.moved(batch);
    return batch.records.length;
  }

  /** The database has everything up to this position. */
  async #tidy(end: SpoolPosition): Promise<void> {
    if (this.#tidied.length === 0) return;
    this.#position = end;
    await this.#checkpoint.moved({ endedLines: 1, end });
    for (const tell of this.#tidied.splice(0)) tell();
  }

  #judge({ callId }: CallRecord, first: boolean): "take" | "skip" | "stop" {
    const { awaited } = this.#options;
    if (awaited.wasStored(callId)) return "skip";
    const waitMs = this.#hurried > 0 || this.#closing ? 0 : awaited.waitMs(callId);
    if (waitMs > (first ? 0 : earlyMs)) {
      this.#waitMs = waitMs;
      return "stop";
    }
    return "take";
  }

  async #store({ records }: SpoolBatch): Promise<void> {
    const { awaited, sink } = this.#options;
    const refusals = await storeBatch(sink, records);
    for (const { callId } of records) awaited.release(callId);
    await this.#aside.refused(refusals);
  }

  #settled(records: number): void {
    this.#pending = Math.max(0, this.#pending - records);
    if (this.#pending === 0) for (const tell of this.#drained.splice(0)) tell();
  }

  #recovered(): void {
    this.#lastError = null;
    this.#options.logger.info("The database accepts call records again", { records: this.#pending });
  }

  #fail(error: unknown, failures: number): void {
    this.#lastError = errorCode(error);
    // Log once per outage, not on every retry.
    if (failures === 1) {
      this.#options.logger.warn("The database does not accept call records; they wait in the spool", {
        error,
        records: this.#pending,
      });
    }
  }
}
