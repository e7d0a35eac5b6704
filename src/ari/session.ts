import { randomBytes } from "node:crypto";
import { setPatientTimer } from "../ops/patientTimer.ts";
import { AsteriskTime } from "./asteriskTime.ts";
import { createDecoder } from "./decoder.ts";
import { AriError } from "./errors.ts";
import { Exchanges } from "./exchanges.ts";
import type { AriEvent, AsteriskInfo } from "./generated/models.ts";
import { accessOf } from "./httpRequester.ts";
import { HttpTransport } from "./httpTransport.ts";
import { operation } from "./operation.ts";
import type { SettledOptions } from "./options.ts";
import { AriSocket } from "./socket.ts";
import { parseTimestamp } from "./timestamp.ts";
import type { Transport } from "./transport.ts";
import type { AriAddress, AriRequest, RequestOptions } from "./types.ts";
import { transportFor } from "./version.ts";
import { readAnswer, WebSocketTransport } from "./webSocketTransport.ts";

interface SessionListener {
  /** @param happenedMs see `AriListener`. */
  event(event: AriEvent, happenedMs: number): void;
  replaced(): void;
  /** Called once, unless the owner closed the session. */
  lost(error: AriError): void;
}

export interface SessionInfo {
  readonly transport: "websocket" | "http";
  readonly version: string;
  readonly systemName: string;
}

/**
 * One connection to one Asterisk, from the first request to the loss of any of its sockets. A session is never
 * reused.
 */
export class Session {
  readonly #address: AriAddress;
  readonly #options: SettledOptions;
  readonly #listener: SessionListener;
  readonly #base: string;
  readonly #authorization: string;
  readonly #time = new AsteriskTime();
  readonly #exchanges: Exchanges;
  readonly #http: HttpTransport;
  readonly #sockets: AriSocket[] = [];
  #transport: Transport;
  #ended: AriError | null = null;
  #eventSocket: AriSocket | null = null;
  #early: { readonly event: AriEvent; readonly happenedMs: number }[] | null = [];
  #stopBeating: () => void = () => undefined;
  #warnedOfLargeFrame = false;

  constructor(address: AriAddress, options: SettledOptions, listener: SessionListener) {
    this.#address = address;
    this.#options = options;
    this.#listener = listener;
    const access = accessOf(address);
    this.#base = access.base;
    this.#authorization = access.authorization;
    this.#exchanges = new Exchanges(options.clock, options.observer, this.#time);
    this.#http = new HttpTransport({ ...access, maxSockets: options.httpSockets }, this.#exchanges);
    this.#transport = this.#http;
  }

  /** Rejects with an `AriError` if any step fails, which ends the session. */
  async open(): Promise<SessionInfo> {
    try {
      return await this.#open();
    } catch (error) {
      const reason =
        error instanceof AriError ? error : new AriError("ARI_DISCONNECTED", String(error), { cause: error });
      this.terminate(reason);
      // The first error explains more than those that follow from it.
      throw this.#ended ?? reason;
    }
  }

  async #open(): Promise<SessionInfo> {
    const info = await this.#ask<AsteriskInfo>(operation("asterisk.getInfo", {}));
    const version = info.system?.version ?? "";
    if (transportFor(version, this.#options.transport) === "websocket") await this.#openCommandSockets();
    // Registering the application takes it from the controller that has it.
    if (!this.#options.mayAct()) throw new AriError("ARI_REPLACED", "another controller may have taken over");
    await this.#openEventSocket();
    const { application } = this.#address;
    // Without these two, the allow-list would suppress answers on this application and the notice of its loss.
    await this.#ask(allowOnly(application, [...this.#options.events, "ApplicationReplaced", "RESTResponse"]));
    return { transport: this.#transport.kind, version, systemName: info.config?.name ?? "" };
  }

  /** Call once open: delivers the events received so far, and from now on each event as it arrives. */
  deliver(): void {
    if (this.#ended !== null) return;
    this.#beatSoon();
    const early = this.#early ?? [];
    this.#early = null;
    for (const { event, happenedMs } of early) {
      if (this.#ended === null) this.#listener.event(event, happenedMs);
    }
  }

  /** See `AriConnection`. All events use one socket, so a round trip on it is enough. */
  caughtUp(): Promise<void> {
    return this.#eventSocket?.roundTrip() ?? Promise.resolve();
  }

  /** See `AriConnection`. */
  momentOf(timestamp: string): number | null {
    const atMs = parseTimestamp(timestamp);
    return atMs === null ? null : this.#time.momentOf(atMs, this.#options.clock.steadyMs());
  }

  /** See `AriConnection`. */
  get heardMs(): number | null {
    const heard = this.#sockets.flatMap(({ heardMs }) => heardMs ?? []);
    return heard.length === 0 ? null : Math.max(...heard);
  }

  request<T>(request: AriRequest, options?: RequestOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== null) throw this.#ended;
      const timeoutMs = options?.timeoutMs ?? this.#options.requestTimeoutMs;
      // The type of an answer is guaranteed by Asterisk and not checked here.
      this.#transport.send(this.#exchanges.begin(request, options?.lane, timeoutMs, { resolve, reject }));
    });
  }

  /** Closes immediately, as after a loss. */
  terminate(reason: AriError): void {
    if (!this.#end(reason)) return;
    for (const socket of this.#sockets) socket.terminate();
  }

  /** Closes the connection to Asterisk gracefully. */
  async close(reason: AriError): Promise<void> {
    if (!this.#end(reason)) return;
    await Promise.all(this.#sockets.map((socket) => socket.end()));
  }

  #end(reason: AriError): boolean {
    if (this.#ended !== null) return false;
    this.#ended = reason;
    this.#stopBeating();
    this.#exchanges.failAll(reason);
    this.#http.close();
    return true;
  }

  readonly #lost = (error: AriError): void => {
    if (this.#ended !== null) return;
    this.terminate(error);
    this.#listener.lost(error);
  };

  #ask<T>(request: AriRequest): Promise<T> {
    return this.request<T>(request, { timeoutMs: this.#options.connectTimeoutMs });
  }

  #connect(application: string, onMessage: (text: string) => void): AriSocket {
    if (this.#ended !== null) throw this.#ended;
    const url = `${this.#base.replace(/^http/, "ws")}/events?app=${encodeURIComponent(application)}&subscribeAll=false`;
    const { clock, connectTimeoutMs } = this.#options;
    const authorization = this.#authorization;
    const socket = new AriSocket({
      url,
      authorization,
      connectTimeoutMs,
      clock,
      onMessage,
      onLargeFrame: this.#noteLargeFrame,
      onLost: this.#lost,
    });
    this.#sockets.push(socket);
    return socket;
  }

  /**
   * Command sockets use their own, newly generated application names, so that no event filter can suppress an
   * answer and no event delays one. Asterisk forgets such a name when its socket closes.
   */
  async #openCommandSockets(): Promise<void> {
    const unique = `${this.#address.application.slice(0, 40)}-${randomBytes(6).toString("hex")}`;
    const names = Array.from(
      { length: this.#options.commandSockets },
      (_, index) => `commands-${unique}-${index}`,
    );
    const onMessage = (text: string) => {
      if (!readAnswer(text, this.#exchanges)) this.#options.observer.count("malformedMessage");
    };
    const sockets = names.map((name) => this.#connect(name, onMessage));
    await Promise.all(sockets.map((socket) => socket.opened));
    this.#transport = new WebSocketTransport(sockets, this.#http, this.#exchanges);
    // StasisBroadcast offers each call to every application; these must not receive any.
    await Promise.all(names.map((name) => this.#ask(allowOnly(name, ["RESTResponse"]))));
    // Verifies that requests are answered on these sockets, too. The answer contains Asterisk's time in
    // milliseconds.
    await this.#ask(operation("asterisk.ping", {}));
  }

  async #openEventSocket(): Promise<void> {
    const { application } = this.#address;
    const decode = createDecoder([...this.#options.events, "ApplicationReplaced"], (name) =>
      this.#options.observer.count(name),
    );
    const socket = this.#connect(application, (text) => {
      if (this.#ended !== null) return;
      const event = decode(text);
      if (event === null) return;
      if (event.type === "ApplicationReplaced") {
        if (event.application === application) this.#listener.replaced();
        return;
      }
      const happenedMs = this.#happened(event);
      if (this.#early === null) this.#listener.event(event, happenedMs);
      else this.#early.push({ event, happenedMs });
    });
    this.#eventSocket = socket;
    await socket.opened;
  }

  #happened(event: AriEvent): number {
    const receivedMs = this.#options.clock.steadyMs();
    const timestampMs = parseTimestamp(event.timestamp);
    if (timestampMs !== null) return this.#time.happened(timestampMs, receivedMs);
    this.#options.observer.count("untimedEvent");
    return receivedMs;
  }

  #beatSoon(): void {
    this.#stopBeating = setPatientTimer(this.#options.clock, this.#beat, this.#options.pingIntervalMs);
  }

  readonly #noteLargeFrame = (bytes: number): void => {
    this.#options.observer.count("largeFrame");
    if (this.#warnedOfLargeFrame) return;
    this.#warnedOfLargeFrame = true;
    this.#options.logger.warn(
      "Asterisk sent a large WebSocket frame, and one of 496 KiB would crash it: remove long variables from channelvars in ari.conf",
      { asterisk: this.#address.name, bytes },
    );
  };

  readonly #beat = (): void => {
    for (const socket of this.#sockets) {
      if (!socket.beat())
        return this.#lost(new AriError("ARI_DISCONNECTED", "Asterisk has stopped answering pings"));
    }
    this.#beatSoon();
  };
}

function allowOnly(applicationName: string, types: readonly string[]): AriRequest {
  const allowed = types.map((type) => ({ type }));
  return operation("applications.filter", { applicationName }, undefined, { allowed });
}
