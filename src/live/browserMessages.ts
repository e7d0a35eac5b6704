import type { CallState } from "../calls/machine/call.ts";
import type { CallStatus, StatusReason } from "../values/callRecord.ts";

/**
 * What `GET /live` says to browsers, as JSON texts.
 *
 * After the connection comes a `snapshot`, then a `delta` for each change, each with a `seq` one higher than
 * that of the message before it (the snapshot's included), and about twice a second `counters`, which bear the
 * `seq` of the last delta. A browser that misses one asks for a `snapshot`, which is also what a browser gets
 * unasked when it did not read fast enough: deltas between are left out for it.
 */
export type LiveMessage = LiveSnapshot | LiveDelta | LiveCounters;

/** As the call machine's states, but a call whose outcome stands is `ended`, whatever is left to take down. */
export type LiveCallState = Exclude<CallState, "ending">;

interface LiveOutcome {
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** Final SIP code of the callee's leg, where Asterisk reports it. */
  readonly sipCode: number | null;
  /** Q.850. */
  readonly cause: number | null;
}

/** Times are UTC milliseconds since the epoch, by the clock of the instance that has the call. */
export interface LiveCall {
  readonly callId: string;
  readonly state: LiveCallState;
  /** As the inbound trunk gave it, or masked as `real` is; null when withheld. */
  readonly caller: string | null;
  /** E.164 without plus sign; as dialled where that is no number. */
  readonly proxy: string;
  /** E.164 without plus sign, or masked (`+7 900 ••• 22 33`) for who may not see it; null before it is known. */
  readonly real: string | null;
  readonly inboundTrunk: string;
  /** null before one is chosen. */
  readonly outboundTrunk: string | null;
  /** Name of the instance that has the call. */
  readonly node: string;
  readonly asterisk: string;
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
  /** Set, and `outcome` with it, exactly when `state` is `ended`. */
  readonly endedAtMs: number | null;
  readonly outcome: LiveOutcome | null;
}

/** Calls since midnight in the zone that the browser named; null while the database cannot say. */
export interface LiveToday {
  readonly calls: number;
  readonly answered: number;
  /** 0 to 1; null before the first call. */
  readonly successRate: number | null;
}

export interface LiveFigures {
  /** The server's clock: browsers run their timers by it. */
  readonly atMs: number;
  /** Calls in progress. */
  readonly now: number;
  readonly today: LiveToday | null;
  /** Instances whose calls are on the board. */
  readonly nodes: readonly string[];
  /** False while other instances cannot be heard: the board then shows the calls of this one only. */
  readonly complete: boolean;
}

export interface LiveSnapshot {
  readonly type: "snapshot";
  readonly seq: number;
  /** Calls in progress, the oldest first. */
  readonly calls: readonly LiveCall[];
  /** Calls that ended in the last minutes, the newest first. */
  readonly ended: readonly LiveCall[];
  /** Ended calls are to leave the board after that time, */
  readonly keepEndedMs: number;
  /** and when there are more than that, the oldest first. */
  readonly keepEnded: number;
  readonly figures: LiveFigures;
}

export interface LiveDelta {
  readonly type: "delta";
  readonly seq: number;
  /** New, changed and ended calls, whole; at most one for each call, the last state counts. */
  readonly calls: readonly LiveCall[];
  /** Ids of calls that nobody can say anything about any more, because their instance has gone. */
  readonly gone: readonly string[];
}

export interface LiveCounters {
  readonly type: "counters";
  /** That of the last delta or snapshot; another one than the browser has seen means that it has missed some. */
  readonly seq: number;
  readonly figures: LiveFigures;
}

/** All that a browser may say. */
export interface LiveRequest {
  readonly type: "resync";
}

/** Close codes of `GET /live` (RFC 6455 §7.4) that a browser may want to tell apart. */
export const liveCloseCodes = {
  /** The server stops or restarts: connect again. */
  goingAway: 1001,
  /** Something else than a `LiveRequest` was said. */
  notUnderstood: 1008,
  /** The user, or the key, has as many connections as one may have: connect again when others are closed. */
  tooMany: 4429,
  /** Signed out, or the right to watch is taken away: sign in before connecting again. */
  notAllowed: 4403,
} as const;
