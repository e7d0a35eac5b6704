import type { CallRecord } from "../values/callRecord.ts";
import type { Clock, TimerHandle } from "../ops/types.ts";
import type { RecordSink } from "./database/recordSink.ts";
import { storeBatch } from "./database/storeBatch.ts";

interface DirectWritesOptions {
  readonly sink: RecordSink;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly batchRows: number;
  /** The database has these records; they need no longer be written to the spool. */
  readonly onStored: (lines: ReadonlySet<number>, records: readonly CallRecord[]) => void;
}

interface Unsaved {
  readonly line: number;
  readonly record: CallRecord;
}

/**
 * While the spool's disk accepts no writes, records go straight to the database. They wait in memory only while both
 * are unavailable.
 */
export class DirectWrites {
  readonly #options: DirectWritesOptions;
  /** Records whose line is not on the disk yet, in order. */
  #unsaved: Unsaved[] = [];
  #active = false;
  #timer: TimerHandle | null = null;
  #writing: Promise<void> = Promise.resolve();
  #reachesDatabase = true;

  constructor(options: DirectWritesOptions) {
    this.#options = options;
  }

  /** Whether the database accepted the last batch. */
  get reachesDatabase(): boolean {
    return this.#reachesDatabase;
  }

  get waiting(): number {
    return this.#unsaved.length;
  }

  added(line: number, record: CallRecord): void {
    this.#unsaved.push({ line, record });
  }

  /** The spool has all lines up to this one. */
  saved(line: number): void {
    const first = this.#unsaved.findIndex((one) => one.line > line);
    this.#unsaved = first === -1 ? [] : this.#unsaved.slice(first);
  }

  start(): void {
    if (this.#active) return;
    this.#active = true;
    this.#reachesDatabase = true;
    this.#next(0);
  }

  stop(): void {
    this.#active = false;
    if (this.#timer !== null) this.#options.clock.clearTimer(this.#timer);
    this.#timer = null;
  }

  /** Tries once more to write records that the disk does not accept, then stops. */
  async close(): Promise<void> {
    const wasActive = this.#active;
    this.stop();
    await this.#writing;
    if (wasActive) await this.#write();
  }

  #next(afterMs: number): void {
    this.#timer = this.#options.clock.setTimer(() => {
      this.#writing = this.#write().then(() => {
        if (this.#active) this.#next(this.#options.everyMs);
      });
    }, afterMs);
  }

  async #write(): Promise<void> {
    const { sink, batchRows, onStored } = this.#options;
    while (this.#unsaved.length > 0) {
      const batch = this.#unsaved.slice(0, batchRows);
      try {
        const refusals = await storeBatch(
          sink,
          batch.map(({ record }) => record),
        );
        this.#reachesDatabase = true;
        // The spool keeps records that the database rejects, once its disk accepts them.
        const refused = new Set(refusals.map(({ record }) => record.callId));
        const stored = batch.filter(({ record }) => !refused.has(record.callId));
        const lines = new Set(stored.map(({ line }) => line));
        this.#unsaved = this.#unsaved.filter(({ line }) => !lines.has(line));
        onStored(
          lines,
          stored.map(({ record }) => record),
        );
        if (refused.size > 0) return;
      } catch {
        // The call log's health says so, and the database reports its own outage.
        this.#reachesDatabase = false;
        return;
      }
    }
  }
}
