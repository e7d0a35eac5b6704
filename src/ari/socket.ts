import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { setPatientTimer } from "../ops/patientTimer.ts";
import type { SteadyClock } from "../ops/types.ts";
import { frameLimitBytes, largeFrameBytes } from "./carrier.ts";
import { AriError } from "./errors.ts";

interface SocketOptions {
  readonly url: string;
  readonly authorization: string;
  readonly connectTimeoutMs: number;
  readonly clock: SteadyClock;
  readonly onMessage: (text: string) => void;
  /** Called before `onMessage` for a frame above `largeFrameBytes`. */
  readonly onLargeFrame: (bytes: number) => void;
  /** Called once, whichever side closed it, also after a failed opening. */
  readonly onLost: (error: AriError) => void;
}

/** After two unanswered pings the peer is considered lost. */
const toleratedSilentBeats = 2;
const politeCloseMs = 1_000;
/** How long `roundTrip` waits for a pong. */
const roundTripMs = 1_000;

interface RoundTrip {
  /** Number of the ping whose pong resolves it. */
  readonly ping: number;
  readonly end: () => void;
}

/** One WebSocket to Asterisk. Its certificate is verified as by any other HTTPS client. */
export class AriSocket {
  /** Rejects with an `AriError`, with the status if Asterisk rejected the upgrade. */
  readonly opened: Promise<void>;
  readonly #webSocket: WebSocket;
  readonly #clock: SteadyClock;
  readonly #closed: Promise<void>;
  #stream: Socket | null = null;
  #corked = false;
  #silentBeats = 0;
  #heardMs: number | null = null;
  #pings = 0;
  readonly #roundTrips = new Set<RoundTrip>();

  constructor(options: SocketOptions) {
    this.#clock = options.clock;
    const webSocket = new WebSocket(options.url, {
      headers: { authorization: options.authorization },
      perMessageDeflate: false,
      maxPayload: frameLimitBytes,
      // A caller name with invalid UTF-8 must not break the connection.
      skipUTF8Validation: true,
    });
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => {
      this.#heard();
      if (!Buffer.isBuffer(data)) return;
      if (data.length > largeFrameBytes) options.onLargeFrame(data.length);
      options.onMessage(data.toString("utf8"));
    });
    webSocket.on("pong", (payload) => {
      this.#heard();
      this.#returned(Number(payload.toString("latin1")));
    });
    webSocket.on("upgrade", ({ socket }) => {
      // Asterisk waits for the network before every frame, and would not notice a second frame in the same TLS
      // record. Frames may be sent together on plain sockets only.
      if (!("encrypted" in socket)) this.#stream = socket;
    });
    let failure: AriError | null = null;
    // Replaces the library's timeout, which would abort a handshake that was only read late.
    const stopWaiting = setPatientTimer(
      options.clock,
      () => {
        failure ??= new AriError("ARI_DISCONNECTED", "Asterisk did not open the WebSocket in time");
        webSocket.terminate();
      },
      options.connectTimeoutMs,
    );
    this.opened = new Promise((resolve, reject) => {
      webSocket.on("open", () => {
        stopWaiting();
        this.#heard();
        resolve();
      });
      webSocket.on("unexpected-response", (request, { statusCode: status = 0 }) => {
        const words = `Asterisk answered ${status} ${STATUS_CODES[status] ?? ""}`.trim();
        failure = new AriError("ARI_HTTP", words, { status, method: "GET", path: "/events" });
        request.destroy();
        webSocket.terminate();
      });
      webSocket.on("error", (cause) => {
        failure ??= new AriError("ARI_DISCONNECTED", errorInWords(cause), { cause });
        // Otherwise a peer that does not answer the close frame keeps the socket open for 30 seconds.
        webSocket.terminate();
      });
      webSocket.on("close", (code, reason) => {
        stopWaiting();
        this.#returned(Number.POSITIVE_INFINITY);
        failure ??= new AriError("ARI_DISCONNECTED", closeInWords(code, reason.toString("utf8")));
        reject(failure);
      });
    });
    this.#closed = new Promise((resolve) => {
      webSocket.on("close", () => {
        resolve();
        options.onLost(failure ?? new AriError("ARI_DISCONNECTED", "the connection was closed"));
      });
    });
  }

  /** When something of the peer was last read, on the steady clock; null if nothing was. */
  get heardMs(): number | null {
    return this.#heardMs;
  }

  /** Frames sent in one turn of the event loop are written together. */
  send(text: string): void {
    const stream = this.#stream;
    if (stream !== null && !this.#corked) {
      this.#corked = true;
      stream.cork();
      setImmediate(() => {
        this.#corked = false;
        stream.uncork();
      });
    }
    this.#webSocket.send(text);
  }

  /** Call at regular intervals. False if nothing has arrived since two pings: the peer is lost. */
  beat(): boolean {
    if (this.#silentBeats >= toleratedSilentBeats) return false;
    this.#silentBeats += 1;
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#ping();
    return true;
  }

  /**
   * Resolves when everything that the peer had sent is read: it answers a ping after what it sent before. Resolves
   * after a second at the latest, and when the socket closes.
   */
  roundTrip(): Promise<void> {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return Promise.resolve();
    return new Promise((resolve) => {
      const stopWaiting = setPatientTimer(this.#clock, () => trip.end(), roundTripMs);
      const trip: RoundTrip = {
        ping: this.#ping(),
        end: () => {
          stopWaiting();
          this.#roundTrips.delete(trip);
          resolve();
        },
      };
      this.#roundTrips.add(trip);
    });
  }

  #heard(): void {
    this.#silentBeats = 0;
    this.#heardMs = this.#clock.steadyMs();
  }

  #ping(): number {
    this.#pings += 1;
    this.#webSocket.ping(String(this.#pings));
    return this.#pings;
  }

  #returned(ping: number): void {
    for (const trip of this.#roundTrips) if (trip.ping <= ping) trip.end();
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** Closes the WebSocket properly, so that Asterisk frees the application at once; with a time limit. */
  async end(): Promise<void> {
    const stopWaiting = setPatientTimer(this.#clock, () => this.#webSocket.terminate(), politeCloseMs);
    this.#webSocket.close(1000);
    await this.#closed;
    stopWaiting();
  }
}

function errorInWords(cause: Error): string {
  if (!("code" in cause) || cause.code !== "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return cause.message;
  return `Asterisk sent a frame of more than ${frameLimitBytes / 1024} KiB, and one of 496 KiB would crash it: remove long variables from channelvars in ari.conf`;
}

function closeInWords(code: number, reason: string): string {
  if (code === 1011)
    return "Asterisk closed the connection because it was read too slowly (websocket_write_timeout in ari.conf)";
  if (code === 1009) return "Asterisk closed the connection: a frame was too large";
  if (code === 1001) return "Asterisk closed the connection: it is stopping or unloading modules";
  if (code === 1006) return "the connection to Asterisk was interrupted";
  return `Asterisk closed the connection (${code}${reason === "" ? "" : ` ${reason}`})`;
}
