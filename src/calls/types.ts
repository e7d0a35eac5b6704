import type { AriConnection } from "../ari/types.ts";
import type { CallLog } from "../callLog/types.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import type { CallLookup } from "../values/knownParties.ts";
import type { CallObserver, ObservedCall } from "../values/observedCall.ts";
import type { SignsOfLife } from "./signsOfLife.ts";

export interface CallPorts {
  readonly ari: AriConnection;
  readonly lookup: CallLookup;
  readonly callLog: CallLog;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly observe: CallObserver;
  readonly signsOfLife: Pick<SignsOfLife, "lastOf" | "found" | "lost">;
}

/**
 * Lookups and requests to Asterisk that may be unfinished before new calls are refused. At 300 calls a second, a
 * database at its time limit causes 240 of them.
 */
export const mostInSetUp = 500;

/** `DEADLINE` in `asterisk/extensions.conf`: a call without a decision goes to the fallback. */
const deadlineMs = 1_500;

/**
 * An arrival that is read so late needs no decision: the fallback has the call, or the caller has left. `happenedMs` is on
 * the steady clock.
 */
export const isPastDeadline = (clock: SteadyClock, happenedMs: number): boolean =>
  clock.steadyMs() - happenedMs > deadlineMs;

/** The Asterisk's name in records: its own lines have its system name. */
export const recordedName = ({ name, status }: Pick<AriConnection, "name" | "status">): string =>
  status.systemName || name;

/** Whether a call of the spool belongs to this Asterisk: its own lines have its system name. */
export const isOf = ({ name, status }: AriConnection, { asterisk }: { readonly asterisk: string }): boolean =>
  asterisk === name || (asterisk !== "" && asterisk === status.systemName);

/** The calls of one Asterisk, whichever strategy connects them. */
export interface CallController {
  /** True once every call found in Asterisk on connecting is known here. */
  readonly reconciled: boolean;
  /** Why the last attempt to read Asterisk's calls failed; null if none has. */
  readonly reconciliationProblem: string | null;
  /** Calls that are not completely over. */
  readonly size: number;
  /** Calls without an outcome. */
  readonly liveCallCount: number;
  liveCalls(): Iterable<ObservedCall>;
  /** False if the call is not here. A party's hangup that is still unread in the socket takes precedence. */
  hangUp(callId: string): boolean;
  /**
   * Hands new calls to the dialplan from now on. Resolves when Asterisk can continue without us. The caller of this
   * method sets the deadline.
   */
  drain(): Promise<void>;
}
