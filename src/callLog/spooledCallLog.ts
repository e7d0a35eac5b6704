import type { Logger, PartHealth, SteadyClock } from "../ops/types.ts";
import type { NumberTrace } from "../values/numberTrace.ts";
import type { ErasedNumbers } from "./database/erasedNumbers.ts";
import type { RecordSink } from "./database/recordSink.ts";
import type { CallLogState } from "./health.ts";
import type { AsteriskLines } from "./lines.ts";
import type { CallLog } from "./types.ts";

export interface CallLogOptions {
  /** Folder of the spool; created if missing. */
  readonly directory: string;
  readonly sink: RecordSink;
  /** Calls that began before are written without these numbers. */
  readonly erased?: ErasedNumbers;
  readonly logger: Logger;
  readonly clock?: SteadyClock;
  readonly random?: () => number;
  /** Whether lines are synced to disk. Without it, a power failure (but no crash) may lose the last lines. */
  readonly sync?: boolean;
  readonly segmentBytes?: number;
  readonly maxQueuedBytes?: number;
  /**
   * Whether Asterisk's lines come to this process from the start. Then the controller's records wait a moment for
   * theirs, as they do once lines have come.
   */
  readonly awaitsLines?: boolean;
  readonly gatherMs?: number;
  readonly batchRows?: number;
}

/** The call log with the methods for its owner, in addition to the port that calls use. */
export interface SpooledCallLog extends CallLog {
  /** Resolves when everything so far is on disk. */
  flush(): Promise<void>;
  /** Receives Asterisk's lines. */
  readonly lines: AsteriskLines;
  /** Whether the calls that `lines` was told of so far are on disk. */
  readonly linesSaved: boolean;
  /** Resolves to whether the database had everything in time. */
  drain(withinMs: number): Promise<boolean>;
  /** How many lines of the spool show a number. */
  linesWith(trace: NumberTrace): Promise<number>;
  /**
   * Removes a number from the spool, once `erased` knows of it. Resolves to whether it is gone: lines that have not reached
   * the database in time stay until they do, and reach it without the number.
   */
  erase(trace: NumberTrace, withinMs: number): Promise<boolean>;
  /** Idempotent. Writes queued lines to disk; records that the database lacks wait for the next start. */
  close(): Promise<void>;
  readonly state: CallLogState;
  readonly health: PartHealth;
}
