/** Messages between the benchmark and its two processes. */

export interface LoadRequest {
  /** Requests this many calls that end when answered, with this many at a time. */
  readonly run?: { readonly calls: number; readonly atOnce: number };
  /** Requests this many answered calls in the background, until the next such request. */
  readonly hold?: number;
}

export interface LoadAnswer {
  readonly done: true;
  readonly elapsedMs: number;
  /** Number of calls that were not answered. */
  readonly failed: number;
  /** Processor time that the simulated Asterisk used for this load. */
  readonly cpuMs: number;
}

export interface SubjectFigures {
  /** Processor time so far, of all threads. */
  readonly cpuMs: number;
  /** Measured after a full garbage collection. */
  readonly heapBytes: number;
  readonly liveCalls: number;
  /** Number of ARI events handled so far. */
  readonly events: number;
  /** Number of records delivered by the spool so far. */
  readonly records: number;
}

/** The first message of each process. */
export interface Ready {
  readonly ready: true;
  /** Address of the simulated Asterisk. */
  readonly url?: string;
}

export const has = <Name extends string>(message: unknown, name: Name): message is Record<Name, unknown> =>
  typeof message === "object" && message !== null && name in message;
