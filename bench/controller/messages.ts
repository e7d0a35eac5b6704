/** What the benchmark asks its two processes, and what they answer. */

export interface LoadRequest {
  /** So many calls that end as soon as they are answered, so many of them at once. */
  readonly run?: { readonly calls: number; readonly atOnce: number };
  /** Have so many calls up and talking beside, until told another number. */
  readonly hold?: number;
}

export interface LoadAnswer {
  readonly done: true;
  readonly elapsedMs: number;
  /** Calls that did not come to be answered, by their final SIP code. */
  readonly failed: number;
  /** Processor time of the simulated Asterisk for it. */
  readonly cpuMs: number;
}

export interface SubjectFigures {
  /** Processor time so far, all threads. */
  readonly cpuMs: number;
  /** After a full collection. */
  readonly heapBytes: number;
  readonly liveCalls: number;
  /** Events of Asterisk handled so far. */
  readonly events: number;
  /** Records that came out of the spool so far. */
  readonly records: number;
}

/** The first message of each process. */
export interface Ready {
  readonly ready: true;
  /** Of the simulated Asterisk. */
  readonly url?: string;
}

export const has = <Name extends string>(message: unknown, name: Name): message is Record<Name, unknown> =>
  typeof message === "object" && message !== null && name in message;
