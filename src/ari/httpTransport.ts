import http from "node:http";
import https from "node:https";
import type { ClockReading } from "./asteriskTime.ts";
import { AriError } from "./errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import type { Transport } from "./transport.ts";

/** `MAX_CONTENT_LENGTH` and `MAX_HTTP_LINE_LENGTH` of Asterisk's main/http.c. */
const bodyLimitBytes = 40_960;
const lineLimitBytes = 4_096;

/** Shorter than Asterisk's `session_keep_alive` (15 s), so that no request goes into a connection being closed. */
const idleConnectionMs = 10_000;

export interface HttpOptions {
  /** `http://host:port/prefix/ari` */
  readonly base: string;
  readonly authorization: string;
  /** Counts towards `sessionlimit` of http.conf, 100 for all clients of an Asterisk. */
  readonly maxSockets: number;
}

/** REST over HTTP keep-alive, for an Asterisk before 20.14 and 22.4: a lane's requests go one after another. */
export class HttpTransport implements Transport {
  readonly kind = "http";
  readonly #base: URL;
  readonly #authorization: string;
  readonly #exchanges: Exchanges;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;
  /** Present while a request of the lane is under way; holds those that wait for it. */
  readonly #lanes = new Map<string, Exchange[]>();

  constructor(options: HttpOptions, exchanges: Exchanges) {
    this.#base = new URL(options.base);
    this.#authorization = options.authorization;
    this.#exchanges = exchanges;
    this.#client = this.#base.protocol === "https:" ? https : http;
    this.#agent = new this.#client.Agent({
      keepAlive: true,
      maxSockets: options.maxSockets,
      timeout: idleConnectionMs,
    });
  }

  send(exchange: Exchange): void {
    const bytes = exchange.body === undefined ? 0 : Buffer.byteLength(exchange.body);
    if (bytes > bodyLimitBytes || this.#base.pathname.length + exchange.target.length + 16 > lineLimitBytes) {
      const words = `the request is larger than Asterisk takes over HTTP (${bodyLimitBytes} bytes of body, ${lineLimitBytes} of address)`;
      return this.#exchanges.fail(exchange, new AriError("ARI_TOO_LARGE", words, exchange));
    }
    if (exchange.lane === undefined) return this.#start(exchange, bytes);
    const waiting = this.#lanes.get(exchange.lane);
    if (waiting !== undefined) {
      waiting.push(exchange);
      return;
    }
    this.#lanes.set(exchange.lane, []);
    this.#start(exchange, bytes);
  }

  close(): void {
    this.#lanes.clear();
    this.#agent.destroy();
  }

  #start(exchange: Exchange, bytes: number): void {
    const headers: http.OutgoingHttpHeaders = { authorization: this.#authorization };
    if (exchange.body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = bytes;
    }
    const request = this.#client.request(
      {
        agent: this.#agent,
        hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
        port: this.#base.port,
        method: exchange.method,
        path: `${this.#base.pathname}${exchange.target}`,
        headers,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const body = chunks.length === 0 ? "" : Buffer.concat(chunks).toString("utf8");
          const reading = readingOf(response.headers.date);
          this.#exchanges.answer(exchange.id, response.statusCode ?? 0, body, reading);
        });
        response.on("error", (cause) => this.#failed(exchange, cause));
      },
    );
    exchange.abandon = () => request.destroy();
    let again = false;
    request.on("error", (cause: NodeJS.ErrnoException) => {
      if (request.reusedSocket && cause.code === "ECONNRESET" && this.#exchanges.isUnderWay(exchange)) {
        // Asterisk closed the idle connection at the moment in which we used it, and read nothing.
        again = true;
        return this.#start(exchange, bytes);
      }
      this.#failed(exchange, cause);
    });
    request.on("close", () => {
      if (!again) this.#startNextOf(exchange.lane);
    });
    request.end(exchange.body);
  }

  #failed(exchange: Exchange, cause: Error): void {
    this.#exchanges.fail(exchange, new AriError("ARI_DISCONNECTED", cause.message, { ...exchange, cause }));
  }

  #startNextOf(lane: string | undefined): void {
    if (lane === undefined) return;
    const waiting = this.#lanes.get(lane);
    let next = waiting?.shift();
    // One that has timed out while it waited is not sent any more.
    while (next !== undefined && !this.#exchanges.isUnderWay(next)) next = waiting?.shift();
    if (next === undefined) this.#lanes.delete(lane);
    else this.#start(next, next.body === undefined ? 0 : Buffer.byteLength(next.body));
  }
}

/** The `Date` header (RFC 9110 6.6.1) has whole seconds. */
function readingOf(date: string | undefined): ClockReading | null {
  const fromMs = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(fromMs) ? null : { fromMs, toMs: fromMs + 1_000 };
}
