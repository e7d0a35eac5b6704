import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { sleep } from "../../ops/sleep.ts";
import type { Clock, TimerHandle } from "../../ops/types.ts";
import type { SpoolFolder, SpoolPosition } from "./folder.ts";
import { carriedLine } from "./line.ts";
import { LineQueue } from "./lineQueue.ts";
import type { QueuedLine } from "./lineQueue.ts";

interface SegmentWriterOptions {
  readonly folder: SpoolFolder;
  readonly clock: Clock;
  /** Number of the first segment to write. */
  readonly firstSegment: number;
  /** A segment larger than this is followed by a new one. */
  readonly segmentBytes: number;
  /** Whether lines are synced to disk soon after they are written. */
  readonly sync: boolean;
  /** Maximum bytes waiting in memory while the disk does not accept writes. */
  readonly maxQueuedBytes: number;
  /** Lines of all open calls, written at the start of every segment so that older ones can be removed. */
  readonly carryOver: () => readonly string[];
  /** The numbers of all lines up to this one are written. */
  readonly onWritten: (line: number) => void;
  /** Called when the disk stops or resumes (null) accepting writes. */
  readonly onTrouble: (error: unknown) => void;
}

/** Lines appended within this time are written together; each write costs more than its bytes. */
const gatherMs = 25;
/** Only a power failure takes what is written and not synced. */
const syncDelayMs = 200;
const retryDelayMs = 500;

interface Waiter {
  readonly line: number;
  readonly resolve: () => void;
}

/**
 * Appends lines in groups: everything since the last write is written at once. A failed group is written again, at
 * the same position, until it succeeds.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #queue = new LineQueue();
  #running: Promise<void> | null = null;
  #file: FileHandle | null = null;
  #segment: number;
  #offset = 0;
  #carriedFrom = 0;
  #wantsNewSegment = false;
  /** Errors of the last write and the last sync. */
  #writeError: unknown = null;
  #syncError: unknown = null;
  /** Written but not synced yet. */
  #dirty = false;
  #closing = false;
  /** The current pause, before a group or after a failure. */
  #pausing: { readonly timer: TimerHandle; readonly end: () => void } | null = null;
  #syncTimer: TimerHandle | null = null;
  #syncing: Promise<void> | null = null;
  /** Numbers of the last lines that were written and synced. */
  #written = 0;
  #synced = 0;
  #waiters: Waiter[] = [];

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#segment = options.firstSegment;
  }

  /** Everything before this position is completely written. */
  get end(): SpoolPosition {
    return { segment: this.#segment, offset: this.#offset };
  }

  /** Open calls in segments with lower numbers are repeated in later ones. */
  get carriedFrom(): number {
    return this.#carriedFrom;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /**
   * Returns at once: the number of the line, or null if the disk does not accept writes and memory is full. A line
   * that `must` be kept may use twice the space of others.
   */
  append(text: string, must: boolean): number | null {
    const room = this.#options.maxQueuedBytes * (must ? 2 : 1);
    if (this.#queue.bytes + text.length > room || this.#closing) return null;
    const line = this.#queue.append(text);
    this.#run();
    return line;
  }

  /** Whether the line is on disk. */
  isDurable(line: number): boolean {
    return line <= this.#durable;
  }

  /** These lines need no longer be written. They still are if they are being written right now. */
  drop(lines: ReadonlySet<number>): void {
    this.#queue.drop(lines);
  }

  /** Continues in a new segment, which starts with all open calls. */
  rotate(): void {
    this.#wantsNewSegment = true;
    this.#run();
  }

  /** Continues in a new segment. Resolves to whether all open calls are in it, on disk, within this time. */
  async rotated(withinMs: number): Promise<boolean> {
    const abort = new AbortController();
    const timer = this.#options.clock.setTimer(() => abort.abort(), withinMs);
    const carried = async (segment: number): Promise<void> => {
      while (this.#carriedFrom < segment && !abort.signal.aborted) await sleep(this.#options.clock, gatherMs);
    };
    // The start of the current segment may be on its way to the disk.
    await carried(this.#segment);
    const next = this.#segment + 1;
    this.rotate();
    await carried(next);
    this.#options.clock.clearTimer(timer);
    return this.#carriedFrom >= next;
  }

  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void> {
    if (this.#durable >= this.#queue.lastAppended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ line: this.#queue.lastAppended, resolve });
      this.#pausing?.end();
      this.#syncSoon(0);
    });
  }

  /** Writes the queued lines if the disk accepts them. Returns the number of lost lines. */
  async close(): Promise<number> {
    this.#closing = true;
    this.#pausing?.end();
    await this.#running;
    this.#clearSyncTimer();
    await this.#syncing;
    if (this.#file) {
      await this.#sync();
      await this.#file.close();
      this.#file = null;
    }
    return this.#queue.length;
  }

  get #durable(): number {
    return this.#options.sync ? this.#synced : this.#written;
  }

  #run(): void {
    this.#running ??= this.#writeGroups().finally(() => {
      this.#running = null;
      // Lines appended since the queue was last checked.
      if (this.#queue.length > 0 && !this.#closing) this.#run();
    });
  }

  async #writeGroups(): Promise<void> {
    // After a failure, writes on without any lines, to see when the disk accepts them again.
    while (this.#queue.length > 0 || this.#wantsNewSegment || this.#writeError !== null) {
      if (this.#waiters.length === 0 && !this.#closing) await this.#pause(gatherMs);
      const lines = this.#queue.take();
      try {
        await this.#writeGroup(lines);
        this.#queue.written(lines);
        this.#setTrouble(null, this.#syncError);
      } catch (error) {
        this.#queue.putBack(lines);
        this.#setTrouble(error, this.#syncError);
        if (this.#closing) return;
        await this.#pause(retryDelayMs);
      }
    }
  }

  async #writeGroup(lines: readonly QueuedLine[]): Promise<void> {
    const { sync, segmentBytes, onWritten } = this.#options;
    if (this.#file === null || this.#wantsNewSegment || this.#offset >= segmentBytes)
      await this.#nextSegment();
    const file = this.#file;
    if (file === null) return;
    const head =
      this.#offset === 0
        ? [...this.#options.carryOver(), carriedLine]
        : lines.length === 0
          ? [carriedLine]
          : [];
    const bytes = Buffer.from([...head, ...lines.map(({ text }) => text)].join(""));
    let done = 0;
    while (done < bytes.length) {
      done += (await file.write(bytes, done, bytes.length - done, this.#offset + done)).bytesWritten;
    }
    this.#offset += bytes.length;
    this.#written = this.#queue.lastTaken;
    if (sync) {
      this.#dirty = true;
      this.#syncSoon(this.#waiters.length > 0 ? 0 : syncDelayMs);
    } else {
      this.#carriedFrom = this.#segment;
      this.#release();
    }
    onWritten(this.#written);
  }

  async #nextSegment(): Promise<void> {
    const { folder, sync } = this.#options;
    const last = this.#file;
    if (last !== null && this.#offset > 0) {
      this.#file = null;
      this.#dirty = false;
      this.#segment += 1;
      this.#offset = 0;
      await this.#syncing;
      try {
        if (sync) await last.datasync();
      } finally {
        await last.close();
      }
      this.#synced = this.#written;
      this.#release();
    }
    this.#file ??= await open(folder.segmentPath(this.#segment), "w", 0o600);
    this.#wantsNewSegment = false;
    if (sync) await folder.syncNames();
  }

  #setTrouble(writeError: unknown, syncError: unknown): void {
    const before = this.#writeError ?? this.#syncError;
    this.#writeError = writeError;
    this.#syncError = syncError;
    const after = writeError ?? syncError;
    if ((before === null) !== (after === null)) this.#options.onTrouble(after);
  }

  #pause(durationMs: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const end = (): void => {
        if (this.#pausing) clock.clearTimer(this.#pausing.timer);
        this.#pausing = null;
        resolve();
      };
      this.#pausing = { timer: clock.setTimer(end, durationMs), end };
    });
  }

  #syncSoon(afterMs: number): void {
    // Without a file, a new segment is being opened, which syncs the old one.
    if (!this.#dirty || this.#file === null) return;
    if (afterMs === 0) {
      this.#clearSyncTimer();
      this.#startSync();
    } else if (this.#syncing === null) {
      this.#syncTimer ??= this.#options.clock.setTimer(() => {
        this.#syncTimer = null;
        this.#startSync();
      }, afterMs);
    }
  }

  #startSync(): void {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = null;
      this.#syncSoon(this.#waiters.length > 0 && this.#syncError === null ? 0 : syncDelayMs);
    });
  }

  async #sync(): Promise<void> {
    const file = this.#file;
    const written = this.#written;
    const segment = this.#segment;
    if (file === null || !this.#dirty) return;
    this.#dirty = false;
    try {
      await file.datasync();
    } catch (error) {
      this.#dirty = true;
      this.#setTrouble(this.#writeError, error);
      return;
    }
    this.#setTrouble(this.#writeError, null);
    this.#synced = Math.max(this.#synced, written);
    this.#carriedFrom = Math.max(this.#carriedFrom, segment);
    this.#release();
  }

  #release(): void {
    const durable = this.#durable;
    const ready = this.#waiters.filter(({ line }) => line <= durable);
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter(({ line }) => line > durable);
    for (const { resolve } of ready) resolve();
  }

  #clearSyncTimer(): void {
    if (this.#syncTimer !== null) this.#options.clock.clearTimer(this.#syncTimer);
    this.#syncTimer = null;
  }
}
