import type { AriEvent } from "./generated/models.ts";

export interface AriAddress {
  /** Short name for logs, metrics and records, e.g. `asterisk-1`. */
  readonly name: string;
  /** e.g. `http://127.0.0.1:8088` ; a path prefix is kept, `/ari` is added. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Stasis application whose calls we take. */
  readonly application: string;
}

export interface AriRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/ari`, with segments already encoded, e.g. `/channels/1732.5/dial`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
}

export interface RequestOptions {
  /**
   * Requests of one lane are carried out by Asterisk in the order in which they were sent; we use the call's id.
   * What must go by HTTP (`carrier.ts`) has no place in a lane of WebSockets and is refused there: await the lane's
   * last request instead.
   */
  readonly lane?: string;
  readonly timeoutMs?: number;
}

/** One REST exchange with one Asterisk, whatever carries it. Rejects with an `AriError`. */
export type AriRequester = <T = unknown>(request: AriRequest, options?: RequestOptions) => Promise<T>;

/**
 * `connecting`: no usable connection, trying for ever.
 * `connected`: events flow, the event filter is set, requests work.
 * `replaced`: another controller took the application; this one neither commands nor reconnects by itself.
 * `closed`: `close()` was called.
 */
export type AriState = "connecting" | "connected" | "replaced" | "closed";

export interface AriStatus {
  readonly state: AriState;
  readonly transport: "websocket" | "http" | null;
  /** Version as Asterisk tells it, e.g. `22.10.1`. */
  readonly version: string | null;
  /** System name of asterisk.conf; empty when not set. */
  readonly systemName: string | null;
  readonly sinceMs: number;
  /** Last error in words, without addresses' credentials. */
  readonly lastError: string | null;
}

export interface AriListener {
  /**
   * Called after every (re)connect, before any event of this connection is delivered: whatever happened
   * while nobody listened has to be read from Asterisk now.
   */
  connected(): void;
  /** The connection is gone; no event of it will follow. */
  disconnected(): void;
  /**
   * Events in the order of the socket. A throw is logged and counted, never fatal.
   * @param happenedMs when it happened in Asterisk, on our steady clock (`Clock.steadyMs`): never later than now,
   *   much earlier when this process was held up.
   */
  event(event: AriEvent, happenedMs: number): void;
}

/** One Asterisk, for ever reconnected. */
export interface AriConnection {
  readonly name: string;
  readonly application: string;
  readonly status: AriStatus;
  readonly request: AriRequester;
  /**
   * Resolves when all that Asterisk had sent has been read, and its events delivered; at the latest after about a
   * second, and when the connection is lost. Never rejects.
   */
  caughtUp(): Promise<void>;
  /** The moment on our steady clock of a time that Asterisk told, as in `creationtime`; null when it is not known. */
  momentOf(timestamp: string): number | null;
  listen(listener: AriListener): void;
  open(): void;
  /** Idempotent. Rejects what is under way, closes all sockets; channels live on in Asterisk. */
  close(): Promise<void>;
}
