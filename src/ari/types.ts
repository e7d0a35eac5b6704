import type { AriEvent } from "./generated/models.ts";

export interface AriAddress {
  /** Short name for logs, metrics, and records, e.g. `asterisk-1`. */
  readonly name: string;
  /** e.g. `http://127.0.0.1:8088`; a path prefix is kept, `/ari` is appended. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The Stasis application whose calls we handle. */
  readonly application: string;
}

export interface AriRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Relative to `/ari`, with encoded segments, e.g. `/channels/1732.5/dial`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
}

export interface RequestOptions {
  /**
   * Asterisk carries out the requests of one lane in the order in which they were sent; we use the call ID.
   * Requests that must go over HTTP (`carrier.ts`) are rejected in a lane of WebSockets: await the lane's last
   * request instead.
   */
  readonly lane?: string;
  readonly timeoutMs?: number;
}

/** One REST request to one Asterisk, over either transport. Rejects with an `AriError`. */
export type AriRequester = <T = unknown>(request: AriRequest, options?: RequestOptions) => Promise<T>;

/**
 * `connecting`: not connected, retrying.
 * `connected`: events arrive, the event filter is set, requests work.
 * `replaced`: another controller took over the application; this one neither sends commands nor reconnects until
 * `open()` is called.
 * `closed`: `close()` was called.
 */
export type AriState = "connecting" | "connected" | "replaced" | "closed";

export interface AriStatus {
  readonly state: AriState;
  readonly transport: "websocket" | "http" | null;
  /** Version as reported by Asterisk, e.g. `22.10.1`. */
  readonly version: string | null;
  /** System name from asterisk.conf; empty if not set. */
  readonly systemName: string | null;
  readonly sinceMs: number;
  /** Last error in words, without credentials. */
  readonly lastError: string | null;
}

export interface AriListener {
  /**
   * Called after every (re)connect, before any event of this connection is delivered. Whatever happened while
   * disconnected has to be read from Asterisk now.
   */
  connected(): void;
  /** The connection is lost, or the state is now `replaced`; none of its events will follow. */
  disconnected(): void;
  /**
   * Events in the order of the socket. Errors of the listener are logged and counted.
   * @param happenedMs when it happened in Asterisk, on our steady clock (`Clock.steadyMs`): never later than now,
   * and much earlier if this process was blocked.
   */
  event(event: AriEvent, happenedMs: number): void;
}

/** A connection to one Asterisk that always reconnects. */
export interface AriConnection {
  readonly name: string;
  readonly application: string;
  readonly status: AriStatus;
  readonly request: AriRequester;
  /**
   * Resolves when everything that Asterisk had sent is read and delivered; after about a second at the latest, and
   * when the connection is lost. Never rejects.
   */
  caughtUp(): Promise<void>;
  /**
   * When this Asterisk was last heard, on our steady clock; null if never. At most a few seconds ago while connected, even
   * if the connection has just been lost without a sign.
   */
  readonly heardMs: number | null;
  /** Translates a timestamp of Asterisk, such as `creationtime`, to our steady clock; null if unknown. */
  momentOf(timestamp: string): number | null;
  listen(listener: AriListener): void;
  open(): void;
  /** Another controller is active, and its calls are no longer ours: `replaced`. */
  standBy(): void;
  /** Idempotent. Rejects pending requests and closes all sockets; channels live on in Asterisk. */
  close(): Promise<void>;
}
