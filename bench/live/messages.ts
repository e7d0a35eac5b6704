/** Messages between the benchmark and its three processes. */

/** To the simulated Asterisk: place calls at this rate for this long. */
export interface LoadRequest {
  readonly callsPerSecond: number;
  readonly seconds: number;
}

export interface LoadAnswer {
  readonly calls: number;
  readonly failed: number;
  readonly setUpMs: Readonly<Record<"p50" | "p95" | "p99" | "max", number>>;
}

/** To the watchers: open this many sockets, and respond when each has its snapshot; 0 closes all. */
export interface WatchRequest {
  readonly watch: number;
}

/** To the subject and the watchers: return what was recorded since the last request. */
export interface SeenRequest {
  readonly seen: true;
}

/** The controller's transitions with their times, in milliseconds of `nowMs`. */
export interface Decided {
  readonly decided: readonly (readonly [callId: string, state: string, atMs: number])[];
  /** Processor time of the controller's process so far. */
  readonly cpuMs: number;
}

/** To the watchers: return how long these changes took to reach each socket. */
export interface JoinRequest {
  readonly join: Decided["decided"];
}

export interface Joined {
  readonly joined: true;
  /** Pairs of a change and a socket that received it. */
  readonly deliveries: number;
  /** Changes not sent, because a later change of the same call replaced them. */
  readonly replaced: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly deltas: number;
  /** Sockets with a gap in their sequence numbers, or closed by the server. */
  readonly broken: number;
}

/** Milliseconds since the epoch, with fractions; comparable between processes of one machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
