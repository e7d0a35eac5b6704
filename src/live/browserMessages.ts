import type { CallStatus, StatusReason } from "../values/callRecord.ts";
import type { ObservedState } from "../values/observedCall.ts";
import type { Notation } from "../values/searchedDigits.ts";

/**
 * Messages of `GET /live` to browsers, as JSON.
 *
 * After connecting, a browser receives a `snapshot` and then a `delta` for each change. Each has a `seq` one higher
 * than the message before it, including the snapshot. About twice a second `counters` follow with the `seq` of the
 * last delta. A browser that has missed a message requests a `snapshot`. A browser that reads too slowly also
 * receives a new snapshot instead of the deltas in between.
 */
export type LiveMessage = LiveSnapshot | LiveDelta | LiveCounters;

/**
 * Like the call machine's states, except that a call with a final outcome is `ended` even while it is being cleaned
 * up.
 */
export type LiveCallState = Exclude<ObservedState, "ending">;

interface LiveOutcome {
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** Final SIP code of the callee's leg, if Asterisk reports it. */
  readonly sipCode: number | null;
  /** Q.850. */
  readonly cause: number | null;
}

/** Times are UTC milliseconds since the epoch, on the clock of the instance that has the call. */
export interface LiveCall {
  readonly callId: string;
  readonly state: LiveCallState;
  /** As sent by the inbound trunk, or masked like `real`; null if withheld. */
  readonly caller: string | null;
  /** E.164 without plus sign, or as dialled if it is not a number. */
  readonly proxy: string;
  /** E.164 without plus sign, or masked (`+7 900 ••• 22 33`) for viewers without access; null before it is known. */
  readonly real: string | null;
  readonly inboundTrunk: string;
  /** null until one is chosen. */
  readonly outboundTrunk: string | null;
  /** The instance that has the call. */
  readonly node: string;
  readonly asterisk: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  /** Set, like `outcome`, exactly if `state` is `ended`. */
  readonly endedAtMs: number | null;
  readonly outcome: LiveOutcome | null;
}

/** Calls since midnight in the browser's time zone; null while the database is unavailable. */
export interface LiveToday {
  readonly calls: number;
  readonly answered: number;
  /** 0 to 1; null without calls. */
  readonly successRate: number | null;
}

/** An Asterisk that an instance cannot hear. The state of its calls is unknown. */
export interface SilentAsterisk {
  /** The instance: its other calls are not affected. */
  readonly node: string;
  /** As in the settings. */
  readonly name: string;
  /** As in calls, unless they have `name`; null before the first connection. */
  readonly systemName: string | null;
}

export interface LiveFigures {
  /** The server's time, by which browsers run their timers. */
  readonly atMs: number;
  /** Calls in progress. */
  readonly now: number;
  readonly today: LiveToday | null;
  /** Instances with calls on the board. */
  readonly nodes: readonly string[];
  /** False while other instances are unreachable: the board then shows only this instance's calls. */
  readonly complete: boolean;
  readonly silent: readonly SilentAsterisk[];
}

export interface LiveSnapshot {
  readonly type: "snapshot";
  readonly seq: number;
  /** Calls in progress, the oldest first. */
  readonly calls: readonly LiveCall[];
  /** Calls that ended in the last minutes, the newest first. */
  readonly ended: readonly LiveCall[];
  /** How long ended calls stay on the board. */
  readonly keepEndedMs: number;
  /** The most ended calls on the board; the oldest ones leave first. */
  readonly keepEnded: number;
  /** Of `DEFAULT_COUNTRY`, for the search of a board. */
  readonly notation: Notation;
  readonly figures: LiveFigures;
}

export interface LiveDelta {
  readonly type: "delta";
  readonly seq: number;
  /** New, changed, and ended calls in their latest state, each at most once. */
  readonly calls: readonly LiveCall[];
  /** IDs of calls whose instance is gone. */
  readonly gone: readonly string[];
}

interface LiveCounters {
  readonly type: "counters";
  /** `seq` of the last delta or snapshot; if the browser has a different one, it has missed messages. */
  readonly seq: number;
  readonly figures: LiveFigures;
}

/** The only message that a browser may send. */
export interface LiveRequest {
  readonly type: "resync";
}

/** Close codes of `GET /live` (RFC 6455 §7.4) that browsers distinguish. */
export const liveCloseCodes = {
  /** The server is stopping or restarting: reconnect. */
  goingAway: 1001,
  /** The message was not a `LiveRequest`. */
  notUnderstood: 1008,
  /** The user or key has reached its connection limit: reconnect after closing others. */
  tooMany: 4429,
  /** Signed out, or no longer allowed to view calls: sign in before reconnecting. */
  notAllowed: 4403,
} as const;
