/** Structured log. Messages are static; values go into fields, which are redacted. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** True if debug lines are written; check it first on the hot path. */
  readonly debugging: boolean;
  child(fields: Record<string, unknown>): Logger;
}

/** Injected time: tests and the simulated Asterisk control it. */
export interface Clock {
  /** UTC, milliseconds since the epoch. */
  nowMs(): number;
  setTimer(callback: () => void, afterMs: number): TimerHandle;
  clearTimer(handle: TimerHandle): void;
}
export type TimerHandle = object | number;

/** A clock that can also measure durations. */
export interface SteadyClock extends Clock {
  /** Monotonic milliseconds, unaffected by changes of the system time. Only differences are meaningful. */
  steadyMs(): number;
}

/** Injected randomness: at least 0 and less than 1, like `Math.random`. */
export type Random = () => number;

/** `down` makes `/health` answer 503 when the part is needed to handle calls. */
export interface PartHealth {
  readonly status: "up" | "degraded" | "down" | "off";
  /** In words, for the engineer on call; no phone numbers, no secrets. */
  readonly detail: string;
}

/** The kind of a part, by which pages name it and suggest remedies. Several Asterisks have their own names. */
export const partKinds = [
  "asterisk",
  /** An outbound trunk. */
  "trunk",
  "inboundTrunk",
  "database",
  /** A copy of the database on another server. */
  "replica",
  "redis",
  /** Call records on their way to the database. */
  "spool",
  "pools",
  "imports",
  /** Rate limits. */
  "access",
  "backup",
  /** The thread that handles calls and requests. */
  "eventLoop",
] as const;
export type PartKind = (typeof partKinds)[number];
