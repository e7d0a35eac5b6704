import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import type { Clock } from "../ops/types.ts";
import { AriError } from "./errors.ts";

export interface SocketOptions {
  readonly url: string;
  readonly authorization: string;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly onMessage: (text: string) => void;
  /** Once, whoever ended it; also after a failed opening. */
  readonly onLost: (error: AriError) => void;
}

/** Two unanswered pings and the third is not sent: the peer is lost. */
const toleratedSilentBeats = 2;
const politeCloseMs = 1_000;

/** One WebSocket to Asterisk. Asterisk's certificate counts as with every other HTTPS client. */
export class AriSocket {
  /** Rejects with an `AriError`; with the status when Asterisk refused the upgrade. */
  readonly opened: Promise<void>;
  readonly #webSocket: WebSocket;
  readonly #clock: Clock;
  readonly #closed: Promise<void>;
  #stream: Socket | null = null;
  #corked = false;
  #silentBeats = 0;

  constructor(options: SocketOptions) {
    this.#clock = options.clock;
    const webSocket = new WebSocket(options.url, {
      headers: { authorization: options.authorization },
      handshakeTimeout: options.connectTimeoutMs,
      perMessageDeflate: false,
      // A caller's name in broken UTF-8 must not cost the connection.
      skipUTF8Validation: true,
    });
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => {
      this.#silentBeats = 0;
      if (Buffer.isBuffer(data)) options.onMessage(data.toString("utf8"));
    });
    webSocket.on("pong", () => (this.#silentBeats = 0));
    webSocket.on("upgrade", ({ socket }) => {
      // Asterisk waits for the network before every frame, and so would not see a second frame of one TLS
      // record; only on a plain socket may frames travel together.
      if (!("encrypted" in socket)) this.#stream = socket;
    });
    let failure: AriError | null = null;
    this.opened = new Promise((resolve, reject) => {
      webSocket.on("open", resolve);
      webSocket.on("unexpected-response", (request, { statusCode: status = 0 }) => {
        const words = `Asterisk answered ${status} ${STATUS_CODES[status] ?? ""}`.trim();
        failure = new AriError("ARI_HTTP", words, { status, method: "GET", path: "/events" });
        request.destroy();
        webSocket.terminate();
      });
      webSocket.on("error", (cause) => {
        failure ??= new AriError("ARI_DISCONNECTED", cause.message, { cause });
      });
      webSocket.on("close", (code, reason) => {
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
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.ping();
    return true;
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  /** Takes leave as the protocol wants it, so that Asterisk frees the application now; not for ever. */
  async end(): Promise<void> {
    const timer = this.#clock.setTimer(() => this.#webSocket.terminate(), politeCloseMs);
    this.#webSocket.close(1000);
    await this.#closed;
    this.#clock.clearTimer(timer);
  }
}

function closeInWords(code: number, reason: string): string {
  if (code === 1011)
    return "Asterisk cut the connection off: it was read too slowly (websocket_write_timeout in ari.conf)";
  if (code === 1009) return "Asterisk closed the connection: a frame was too large";
  if (code === 1001) return "Asterisk closed the connection: it is stopping, or unloads its modules";
  if (code === 1006) return "the connection to Asterisk broke off";
  return `Asterisk closed the connection (${code}${reason === "" ? "" : ` ${reason}`})`;
}
