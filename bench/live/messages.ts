/** What the benchmark asks its three processes, and what they answer. */

/** To the simulated Asterisk: so many calls a second for so long. */
export interface LoadRequest {
  readonly callsPerSecond: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  readonly calls: number;
  readonly failed: number;
  readonly setUpMs: Readonly<Record<"p50" | "p95" | "p99" | "max", number>>;
}

/** To the watchers: connect so many and say when each has its snapshot; 0 closes all. */
export interface WatchRequest {
  readonly watch: number;
}

/** To the subject and the watchers: what have you seen since the last time? */
export interface SeenRequest {
  readonly seen: true;
}

/** When the controller decided a transition; times are milliseconds of the machine's clock, with fractions. */
export interface Decided {
  readonly decided: readonly (readonly [callId: string, state: string, atMs: number])[];
  /** Processor time of the process so far. */
  readonly cpuMs: number;
}

/** To the watchers, who then say how long each change took to each of them. */
export interface JoinRequest {
  readonly join: Decided["decided"];
}

export interface Joined {
  readonly joined: true;
  /** Pairs of a change and a socket that got it. */
  readonly deliveries: number;
  /** Changes that a later one of the same call replaced before they were sent. */
  readonly replaced: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly deltas: number;
  /** Sockets that missed a number, or were closed. */
  readonly broken: number;
}

/** Milliseconds since the epoch with fractions: the same in all processes of a machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
