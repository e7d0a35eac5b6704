import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Clock, TimerHandle } from "../../ops/types.ts";
import type { SpoolFolder, SpoolPosition } from "./folder.ts";
import { carriedLine } from "./line.ts";

interface SegmentWriterOptions {
  readonly folder: SpoolFolder;
  readonly clock: Clock;
  /** Number of the first segment that is written. */
  readonly firstSegment: number;
  /** A segment that has grown beyond this is followed by a new one. */
  readonly segmentBytes: number;
  /** Whether lines are forced to the disk, soon after they are written. */
  readonly sync: boolean;
  /** What may wait in memory while the disk does not take it. */
  readonly maxQueuedBytes: number;
  /** Lines of all open calls, written at the head of every segment so that older ones can go. */
  readonly carryOver: () => readonly string[];
  readonly onWritten: () => void;
  /** Called when the disk stops or starts again (null) taking lines. */
  readonly onTrouble: (error: unknown) => void;
}

/** What is appended within this time goes to the disk together; each trip there costs more than the bytes. */
const gatherMs = 10;
const syncDelayMs = 50;
const retryDelayMs = 500;

interface Waiter {
  readonly line: number;
  readonly resolve: () => void;
}

/**
 * Appends lines in groups: whatever came in since the last write goes to the disk as one. A group that
 * fails is written again, at the same place, until it succeeds.
 */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #queue: string[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | null = null;
  #file: FileHandle | null = null;
  #segment: number;
  #offset = 0;
  #carriedFrom = 0;
  #wantsNewSegment = false;
  /** Why the last write, and the last forcing to the disk, failed. */
  #writeError: unknown = null;
  #syncError: unknown = null;
  /** Something is written that is not forced to the disk yet. */
  #dirty = false;
  #closing = false;
  /** The writer's sleep, before a group or after a failure. */
  #pausing: { readonly timer: TimerHandle; readonly end: () => void } | null = null;
  #syncTimer: TimerHandle | null = null;
  #syncing: Promise<void> | null = null;
  /** Lines since the start: appended, written, forced to the disk. */
  #appended = 0;
  #written = 0;
  #synced = 0;
  #waiters: Waiter[] = [];

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#segment = options.firstSegment;
  }

  /** Everything before this place is written and whole. */
  get end(): SpoolPosition {
    return { segment: this.#segment, offset: this.#offset };
  }

  /** Segments with lower numbers tell nothing of open calls that is not told again. */
  get carriedFrom(): number {
    return this.#carriedFrom;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * Returns at once; false when the disk is away and there is no room left in memory. A line that `must` be
   * kept may use twice the room of others.
   */
  append(line: string, must: boolean): boolean {
    const room = this.#options.maxQueuedBytes * (must ? 2 : 1);
    if (this.#queuedBytes + line.length > room || this.#closing) return false;
    this.#queue.push(line);
    this.#queuedBytes += line.length;
    this.#appended += 1;
    this.#run();
    return true;
  }

  /** Goes on in a new segment, which begins with all open calls. */
  rotate(): void {
    this.#wantsNewSegment = true;
    this.#run();
  }

  /** Resolves when everything appended so far is on the disk. */
  flush(): Promise<void> {
    if (this.#durable >= this.#appended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ line: this.#appended, resolve });
      this.#pausing?.end();
      this.#syncSoon(0);
    });
  }

  /** Writes what is queued, as far as the disk takes it. Returns the number of lines that are lost. */
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
      // What came between the last look at the queue and now.
      if (this.#queue.length > 0 && !this.#closing) this.#run();
    });
  }

  async #writeGroups(): Promise<void> {
    while (this.#queue.length > 0 || this.#wantsNewSegment) {
      if (this.#waiters.length === 0 && !this.#closing) await this.#pause(gatherMs);
      const lines = this.#queue;
      this.#queue = [];
      try {
        await this.#writeGroup(lines);
        this.#setTrouble(null, this.#syncError);
      } catch (error) {
        this.#queue = [...lines, ...this.#queue];
        this.#setTrouble(error, this.#syncError);
        if (this.#closing) return;
        await this.#pause(retryDelayMs);
      }
    }
  }

  async #writeGroup(lines: readonly string[]): Promise<void> {
    const { sync, segmentBytes, onWritten } = this.#options;
    if (this.#file === null || this.#wantsNewSegment || this.#offset >= segmentBytes)
      await this.#nextSegment();
    const file = this.#file;
    if (file === null) return;
    const head = this.#offset === 0 ? [...this.#options.carryOver(), carriedLine] : [];
    const bytes = Buffer.from([...head, ...lines].join(""));
    let done = 0;
    while (done < bytes.length) {
      done += (await file.write(bytes, done, bytes.length - done, this.#offset + done)).bytesWritten;
    }
    this.#offset += bytes.length;
    this.#written += lines.length;
    for (const line of lines) this.#queuedBytes -= line.length;
    if (sync) {
      this.#dirty = true;
      this.#syncSoon(this.#waiters.length > 0 ? 0 : syncDelayMs);
    } else {
      this.#carriedFrom = this.#segment;
      this.#release();
    }
    onWritten();
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
    // Without a file, a new segment is being opened, and the old one is forced to the disk there.
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
