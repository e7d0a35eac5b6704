import type { AriEvent } from "../../src/ari/generated/models.ts";
import { AsteriskTime } from "../../src/ari/asteriskTime.ts";
import { AriError } from "../../src/ari/errors.ts";
import type { AriErrorCode } from "../../src/ari/errors.ts";
import type {
  AriConnection,
  AriListener,
  AriRequest,
  AriRequester,
  AriState,
  AriStatus,
  RequestOptions,
} from "../../src/ari/types.ts";
import { parseTimestamp } from "../../src/ari/timestamp.ts";
import type { Clock, SteadyClock } from "../../src/ops/types.ts";
import type { InProcessOptions } from "./inProcessOptions.ts";
import type { Range } from "./random.ts";
import { Inbox } from "./inbox.ts";
import { Lines } from "./lines.ts";
import type { Requests } from "./requests.ts";
import { Scheduler } from "./scheduler.ts";
import type { Outlet, Session } from "./session.ts";
import type { World } from "./world.ts";

interface InProcessParts {
  readonly world: World;
  readonly requests: Requests;
  readonly isDown: () => boolean;
  readonly openSession: (outlet: Outlet, names: readonly string[], subscribeAll: boolean) => Session;
}

/**
 * `AriConnection` directly on the simulated Asterisk: no socket, no parsing, the virtual clock. Like the real client,
 * it reconnects without end, and every request settles.
 */
export class InProcessConnection implements AriConnection {
  readonly name: string;
  readonly application: string;
  /** Unreadable messages, which the real client counts and skips. */
  malformed = 0;
  /** Events without a readable time, which the real client counts. */
  untimed = 0;
  /** Errors thrown by listeners, which the real client logs and counts. */
  readonly thrown: unknown[] = [];
  readonly #parts: InProcessParts;
  readonly #options: Required<Omit<InProcessOptions, "clock">>;
  readonly #clock: SteadyClock;
  readonly #listeners: AriListener[] = [];
  /** The client's own timers: a restart of Asterisk does not stop them. */
  readonly #timers: Scheduler;
  readonly #inbox = new Inbox();
  #open: { readonly session: Session; readonly lines: Lines; readonly time: AsteriskTime } | null = null;
  /** When the open connection went silent, or the last one was lost. */
  #silentSinceMs: number | null = null;
  #state: AriState = "closed";
  #sinceMs: number;
  #lastError: string | null = null;

  constructor(parts: InProcessParts, options: InProcessOptions) {
    const { random } = parts.world.scheduler;
    const asterisks = parts.world.scheduler.clock;
    const clock = options.clock ?? { ...clockOf(asterisks), steadyMs: () => asterisks.nowMs() };
    this.#clock = clock;
    this.#parts = parts;
    this.#options = {
      name: "asterisk-1",
      application: "phone-proxy",
      events: [],
      commandSockets: 4,
      requestTimeoutMs: 5_000,
      connectMs: [1, 5],
      reconnectMs: [75, 150],
      silenceMs: 7_500,
      ...options,
    };
    this.name = this.#options.name;
    this.application = this.#options.application;
    this.#timers = new Scheduler(clock, random);
    this.#sinceMs = clock.nowMs();
  }

  get status(): AriStatus {
    const { version, systemName } = this.#parts.world.settings;
    const connected = this.#state === "connected";
    return {
      state: this.#state,
      transport: connected ? "websocket" : null,
      version: connected ? version : null,
      systemName: connected ? systemName : null,
      sinceMs: this.#sinceMs,
      lastError: this.#lastError,
    };
  }

  listen(listener: AriListener): void {
    this.#listeners.push(listener);
    if (this.#state === "connected") listener.connected();
  }

  open(): void {
    if (this.#state === "connecting" || this.#state === "connected") return;
    this.#setState("connecting");
    this.#connect(this.#options.connectMs);
  }

  close(): Promise<void> {
    if (this.#state !== "closed") this.#leave("closed", "ARI_CLOSED", "the connection was closed");
    return Promise.resolve();
  }

  standBy(): void {
    if (this.#state !== "replaced")
      this.#leave("replaced", "ARI_REPLACED", "another controller has taken over the application");
  }

  /** Freezes the process: nothing that arrives is read until `thaw()`. */
  freeze(): void {
    this.#inbox.hold();
  }

  thaw(): void {
    this.#inbox.release();
  }

  caughtUp(): Promise<void> {
    return new Promise((resolve) => {
      this.#inbox.post(resolve);
    });
  }

  /** Pings are not simulated: a connection that is open and not silent counts as just heard. */
  get heardMs(): number | null {
    return this.#silentSinceMs ?? (this.#open === null ? null : this.#clock.steadyMs());
  }

  momentOf(timestamp: string): number | null {
    const atMs = parseTimestamp(timestamp);
    return atMs === null ? null : (this.#open?.time.momentOf(atMs, this.#clock.steadyMs()) ?? null);
  }

  readonly request: AriRequester = <T>(request: AriRequest, options: RequestOptions = {}): Promise<T> => {
    const open = this.#open;
    if (!open) {
      const words = "there is no connection to Asterisk";
      return Promise.reject(new AriError(codeWhile(this.#state), words, request));
    }
    const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs;
    // The shape of an answer is guaranteed by Asterisk and not checked here.
    return open.lines.send(request, options, timeoutMs, this.#clock.steadyMs()) as Promise<T>;
  };

  #connect(afterMs: Range): void {
    this.#timers.after(afterMs, () => {
      if (this.#state !== "connecting") return;
      if (this.#parts.isDown()) this.#connect(this.#options.reconnectMs);
      else this.#opened();
    });
  }

  #opened(): void {
    const { commandSockets, events, silenceMs } = this.#options;
    let session: Session | null = null;
    const outlet: Outlet = {
      send: (text, malformed) => this.#inbox.post(() => this.#received(session, text, malformed)),
      cut: () => this.#lost(session),
      wentSilent: () => {
        this.#silentSinceMs ??= this.#clock.steadyMs();
        this.#timers.after(silenceMs, () => this.#lost(session));
      },
    };
    session = this.#parts.openSession(outlet, [this.application], false);
    const time = new AsteriskTime();
    const lines = new Lines(
      this.#parts,
      this.#timers,
      session,
      commandSockets,
      this.#inbox,
      () => this.malformed++,
      (atMs, askedMs) => time.answered({ fromMs: atMs, toMs: atMs + 1 }, askedMs, this.#clock.steadyMs()),
    );
    this.#open = { session, lines, time };
    this.#silentSinceMs = null;
    const wanted = events.length > 0 ? [...events, "ApplicationReplaced", "RESTResponse"] : [];
    const application = this.#parts.world.applications.get(this.application);
    application?.setFilter(
      "allowed",
      wanted.map((type) => ({ type })),
    );
    this.#lastError = null;
    this.#setState("connected");
    for (const listener of this.#listeners) listener.connected();
  }

  /** Responses take another way: the client without sockets sends no frames. */
  #received(session: Session | null, text: string, malformed: boolean): void {
    if (session === null || session !== this.#open?.session) return;
    if (malformed) {
      this.malformed++;
      return;
    }
    const event = JSON.parse(text) as AriEvent;
    if (event.type === "ApplicationReplaced") {
      this.standBy();
      return;
    }
    const happenedMs = this.#happened(event, this.#open.time);
    for (const listener of this.#listeners) {
      try {
        listener.event(event, happenedMs);
      } catch (error) {
        this.thrown.push(error);
      }
    }
  }

  #happened(event: AriEvent, time: AsteriskTime): number {
    const receivedMs = this.#clock.steadyMs();
    const atMs = parseTimestamp(event.timestamp);
    if (atMs !== null) return time.happened(atMs, receivedMs);
    this.untimed++;
    return receivedMs;
  }

  #lost(session: Session | null): void {
    if (session === null || session !== this.#open?.session) return;
    this.#leave("connecting", "ARI_DISCONNECTED", "the connection was lost");
    this.#connect(this.#options.reconnectMs);
  }

  #leave(state: AriState, code: AriErrorCode, words: string): void {
    const open = this.#open;
    if (open) this.#silentSinceMs ??= this.#clock.steadyMs();
    this.#open = null;
    this.#lastError = words;
    this.#setState(state);
    open?.session.close();
    open?.lines.failAll(code, words);
    if (open || state === "replaced") for (const listener of this.#listeners) listener.disconnected();
  }

  #setState(state: AriState): void {
    this.#state = state;
    this.#sinceMs = this.#timers.nowMs();
  }
}

function codeWhile(state: AriState): AriErrorCode {
  if (state === "closed") return "ARI_CLOSED";
  return state === "replaced" ? "ARI_REPLACED" : "ARI_DISCONNECTED";
}

const clockOf = (clock: Clock): Clock => ({
  nowMs: () => clock.nowMs(),
  setTimer: (callback, afterMs) => clock.setTimer(callback, afterMs),
  clearTimer: (handle) => clock.clearTimer(handle),
});
