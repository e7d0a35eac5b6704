import type { SteadyClock, Logger } from "../ops/types.ts";
import type { AriEventType } from "./generated/models.ts";

/**
 * - `unknownEvent`: of a type missing from this client's API description; skipped.
 * - `unwantedEvent`: not subscribed to, sent before the filter was set; skipped.
 * - `untimedEvent`: timestamp missing or malformed; the time of reading is used.
 * - `malformedMessage`: not JSON, or without a type; skipped.
 * - `lateAnswer`: to a request that had timed out.
 * - `listenerError`: a listener threw; the others and the connection continue.
 * - `largeFrame`: above 64 KiB; a frame of 496 KiB crashes Asterisk (`carrier.ts`).
 * - `connectionLost`: an established connection was lost.
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

/** `refused`: Asterisk answered with an error status, which is normal in a hangup race. */
export type RequestOutcome = "ok" | "refused" | "failed" | "timeout";

/** Receives the client's metrics. */
export interface AriObserver {
  count(name: AriCount): void;
  requestEnded(outcome: RequestOutcome, tookMs: number): void;
}

export interface AriConnectionOptions {
  /**
   * The event types to deliver; Asterisk is told to send no others. Types whose events grow with the live calls are
   * rejected with a RangeError, see `isBoundedEvent`.
   */
  readonly events: readonly AriEventType[];
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly observer?: AriObserver;
  /** `auto` (the default) decides by the version of Asterisk. */
  readonly transport?: "auto" | "websocket" | "http";
  /** Default: 4. */
  readonly commandSockets?: number;
  /** Connections of the HTTP transport, by default 16. They count towards `sessionlimit` in http.conf. */
  readonly httpSockets?: number;
  /** Default: 5,000; can be overridden per request. */
  readonly requestTimeoutMs?: number;
  /** For each step of connecting. Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** Default: 2,500. An unresponsive peer is given up at the third ping. */
  readonly pingIntervalMs?: number;
  /** False while another controller may be active: requests are then rejected with `ARI_REPLACED`. */
  readonly mayAct?: () => boolean;
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
    mayAct: () => true,
    random: Math.random,
    ...options,
  };
}
