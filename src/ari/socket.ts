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
  /** Before `onMessage`, for a frame above `largeFrameBytes`. */
  readonly onLargeFrame: (bytes: number) => void;
  /** Once, whoever ended it; also after a failed opening. */
  readonly onLost: (error: AriError) => void;
}

/** Two unanswered pings and the third is not sent: the peer is lost. */
const toleratedSilentBeats = 2;
const politeCloseMs = 1_000;
/** How long a pong is waited for by those who only want to know that everything has been read. */
const roundTripMs = 1_000;

interface RoundTrip {
  /** Number of the ping whose pong ends it. */
  readonly ping: number;
  readonly end: () => void;
}

/** One WebSocket to Asterisk. Asterisk's certificate counts as with every other HTTPS client. */
export class AriSocket {
  /** Rejects with an `AriError`; with the status when Asterisk refused the upgrade. */
  readonly opened: Promise<void>;
  readonly #webSocket: WebSocket;
  readonly #clock: SteadyClock;
  readonly #closed: Promise<void>;
  #stream: Socket | null = null;
  #corked = false;
  #silentBeats = 0;
  #pings = 0;
  readonly #roundTrips = new Set<RoundTrip>();

  constructor(options: SocketOptions) {
    this.#clock = options.clock;
    const webSocket = new WebSocket(options.url, {
      headers: { authorization: options.authorization },
      perMessageDeflate: false,
      maxPayload: frameLimitBytes,
      // A caller's name in broken UTF-8 must not cost the connection.
      skipUTF8Validation: true,
    });
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => {
      this.#silentBeats = 0;
      if (!Buffer.isBuffer(data)) return;
      if (data.length > largeFrameBytes) options.onLargeFrame(data.length);
      options.onMessage(data.toString("utf8"));
    });
    webSocket.on("pong", (payload) => {
      this.#silentBeats = 0;
      this.#returned(Number(payload.toString("latin1")));
    });
    webSocket.on("upgrade", ({ socket }) => {
      // Asterisk waits for the network before every frame, and so would not see a second frame of one TLS
      // record; only on a plain socket may frames travel together.
      if (!("encrypted" in socket)) this.#stream = socket;
    });
    let failure: AriError | null = null;
    // Not the library's own time-out, which would give up a handshake that was only read late.
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
        // Else a peer that does not answer the close frame keeps the socket for half a minute.
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

  /** Frames sent in one turn of the event loop leave in one packet. */
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

  /** To be called at a steady pace. False: nothing has come since two pings; the peer is lost. */
  beat(): boolean {
    if (this.#silentBeats >= toleratedSilentBeats) return false;
    this.#silentBeats += 1;
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#ping();
    return true;
  }

  /**
   * Resolves when all that the peer had sent has been read: it answers a ping behind what it sent before. At the
   * latest after a second, and when the socket is closed.
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

  /** Takes leave as the protocol wants it, so that Asterisk frees the application now; not for ever. */
  async end(): Promise<void> {
    const stopWaiting = setPatientTimer(this.#clock, () => this.#webSocket.terminate(), politeCloseMs);
    this.#webSocket.close(1000);
    await this.#closed;
    stopWaiting();
  }
}

function errorInWords(cause: Error): string {
  if (!("code" in cause) || cause.code !== "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return cause.message;
  return `Asterisk sent a frame of more than ${frameLimitBytes / 1024} KiB, and one of 496 KiB would kill it: take long variables out of channelvars in ari.conf`;
}

function closeInWords(code: number, reason: string): string {
  if (code === 1011)
    return "Asterisk cut the connection off: it was read too slowly (websocket_write_timeout in ari.conf)";
  if (code === 1009) return "Asterisk closed the connection: a frame was too large";
  if (code === 1001) return "Asterisk closed the connection: it is stopping, or unloads its modules";
  if (code === 1006) return "the connection to Asterisk broke off";
  return `Asterisk closed the connection (${code}${reason === "" ? "" : ` ${reason}`})`;
}
