/** Structured log. Messages are static sentences; values go into fields, which pass one redactor. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** True when debug lines are written: callers on the hot path ask first. */
  readonly debugging: boolean;
  child(fields: Record<string, unknown>): Logger;
}

/** Injected time: tests and the simulated Asterisk run it by hand. */
export interface Clock {
  /** UTC, milliseconds since the epoch. */
  nowMs(): number;
  setTimer(callback: () => void, afterMs: number): TimerHandle;
  clearTimer(handle: TimerHandle): void;
}
export type TimerHandle = object | number;

/** A clock by which durations can be measured, too. */
export interface SteadyClock extends Clock {
  /**
   * Milliseconds since some moment. Goes on evenly whatever is done to the machine's time; a single value means
   * nothing.
   */
  steadyMs(): number;
}

/** `down` makes `/health` answer 503 when the part is needed to handle calls. */
export interface PartHealth {
  readonly status: "up" | "degraded" | "down" | "off";
  /** In words, for the engineer on call; no phone numbers, no secrets. */
  readonly detail: string;
}

/** What sort of part it is; pages name it and say what to do by it. Several Asterisks have names of their own. */
export const partKinds = [
  "asterisk",
  "trunk",
  "database",
  "redis",
  /** Call records on their way to the database. */
  "spool",
  "pools",
  "imports",
  /** What counts requests. */
  "access",
  "backup",
  /** The thread that handles calls, and requests beside them. */
  "eventLoop",
] as const;
export type PartKind = (typeof partKinds)[number];
