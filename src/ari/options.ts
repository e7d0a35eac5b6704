import type { SteadyClock, Logger } from "../ops/types.ts";
import type { AriEventType } from "./generated/models.ts";

/**
 * - `unknownEvent`: of a type that this client's description of Asterisk does not have; skipped.
 * - `unwantedEvent`: not asked for, it came before the filter was set; skipped.
 * - `untimedEvent`: without a timestamp, or with a malformed one; the time of reading is used.
 * - `malformedMessage`: not JSON, or without a type; skipped.
 * - `lateAnswer`: to a request that had timed out.
 * - `listenerError`: a listener threw; the others and the connection go on.
 * - `largeFrame`: above 64 KiB; Asterisk dies of one of 496 KiB (`carrier.ts`).
 * - `connectionLost`: a connection that had stood.
 */
type AriCount =
  | "unknownEvent"
  | "unwantedEvent"
  | "untimedEvent"
  | "malformedMessage"
  | "lateAnswer"
  | "listenerError"
  | "largeFrame"
  | "connectionLost";

/** `refused`: Asterisk answered with an error status, as it does in every hang-up race. */
export type RequestOutcome = "ok" | "refused" | "failed" | "timeout";

/** What the client tells the metrics. */
export interface AriObserver {
  count(name: AriCount): void;
  requestEnded(outcome: RequestOutcome, tookMs: number): void;
}

export interface AriConnectionOptions {
  /**
   * The event types to be delivered; Asterisk is told to send no others. One whose events grow with the live calls
   * is refused with a RangeError, see `isBoundedEvent`.
   */
  readonly events: readonly AriEventType[];
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly observer?: AriObserver;
  /** `auto` (the default) asks Asterisk its version. */
  readonly transport?: "auto" | "websocket" | "http";
  /** 4. */
  readonly commandSockets?: number;
  /** Connections of the HTTP transport, 16. They count towards `sessionlimit` of http.conf. */
  readonly httpSockets?: number;
  /** 5,000; a request may say otherwise. */
  readonly requestTimeoutMs?: number;
  /** For each step of connecting, 5,000. */
  readonly connectTimeoutMs?: number;
  /** 2,500. A peer that has fallen silent is given up at the third. */
  readonly pingIntervalMs?: number;
  /** 0 ≤ r < 1. */
  readonly random?: () => number;
}

export type SettledOptions = Required<AriConnectionOptions>;

export function withDefaults(options: AriConnectionOptions): SettledOptions {
  return {
    observer: { count: () => undefined, requestEnded: () => undefined },
    transport: "auto",
    commandSockets: 4,
    httpSockets: 16,
    requestTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    pingIntervalMs: 2_500,
    random: Math.random,
    ...options,
  };
}
