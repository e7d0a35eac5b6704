import http from "node:http";
import https from "node:https";
import { AnswerReader, AnswerTooLargeError } from "./answerReader.ts";
import type { ClockReading } from "./asteriskTime.ts";
import { AriError } from "./errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import type { Transport } from "./transport.ts";

/** `MAX_CONTENT_LENGTH` and `MAX_HTTP_LINE_LENGTH` of Asterisk's main/http.c. */
const bodyLimitBytes = 40_960;
const lineLimitBytes = 4_096;

/** Shorter than Asterisk's `session_keep_alive` (15 s), so that no request uses a connection that is being closed. */
const idleConnectionMs = 10_000;

/** A chunk this large is not the end of a short answer. */
const largeChunkBytes = 16_384;

interface HttpOptions {
  /** `http://host:port/prefix/ari` */
  readonly base: string;
  readonly authorization: string;
  /** Counts towards `sessionlimit` in http.conf, by default 100 for all clients of an Asterisk. */
  readonly maxSockets: number;
}

/**
 * REST over HTTP keep-alive. Carries all requests to an Asterisk older than 20.14 or 22.4, and those selected by
 * `carrier.ts` for newer ones. Requests of a lane run one after another.
 */
export class HttpTransport implements Transport {
  readonly kind = "http";
  readonly #base: URL;
  readonly #authorization: string;
  readonly #exchanges: Exchanges;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;
  /** Present while a request of the lane is pending; contains the requests that wait for it. */
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
      const words = `the request exceeds Asterisk's limit for HTTP (${bodyLimitBytes} bytes of body, ${lineLimitBytes} of address)`;
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

  /** `fresh`: on a new connection. */
  #start(exchange: Exchange, bytes: number, fresh = false): void {
    const headers: http.OutgoingHttpHeaders = { authorization: this.#authorization };
    if (exchange.body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = bytes;
    }
    const request = this.#client.request(
      {
        agent: fresh ? false : this.#agent,
        hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
        port: this.#base.port,
        method: exchange.method,
        path: `${this.#base.pathname}${exchange.target}`,
        headers,
      },
      (response) => {
        const reader = new AnswerReader();
        response.on("data", (chunk: Buffer) => {
          this.#read(exchange, () => reader.push(chunk));
          if (chunk.length < largeChunkBytes) return;
          // Otherwise Node keeps reading up to 2 MB before other work runs: 30 ms for a large list.
          response.pause();
          setImmediate(() => response.resume());
        });
        response.on("end", () =>
          this.#read(exchange, () => {
            const reading = readingOf(response.headers.date);
            this.#exchanges.answer(exchange.id, response.statusCode ?? 0, reader.end(), reading);
          }),
        );
        response.on("error", (cause) => this.#failed(exchange, cause));
      },
    );
    exchange.abandon = () => request.destroy();
    let again = false;
    request.on("error", (cause: NodeJS.ErrnoException) => {
      if (request.reusedSocket && cause.code === "ECONNRESET" && this.#exchanges.isUnderWay(exchange)) {
        // Asterisk closed the idle connection just as we used it, and read nothing. Other idle connections may be
        // closed, too, so the second and last attempt uses a new one.
        again = true;
        return this.#start(exchange, bytes, true);
      }
      this.#failed(exchange, cause);
    });
    request.on("close", () => {
      if (!again) this.#startNextOf(exchange.lane);
    });
    request.end(exchange.body);
  }

  /** An unreadable or oversized answer ends the request and closes its connection. */
  #read(exchange: Exchange, step: () => void): void {
    try {
      step();
    } catch (cause) {
      const [code, words] =
        cause instanceof AnswerTooLargeError
          ? (["ARI_ANSWER_TOO_LARGE", cause.message] as const)
          : (["ARI_MALFORMED", "the answer is not JSON"] as const);
      this.#exchanges.fail(exchange, new AriError(code, words, { ...exchange, cause }));
    }
  }

  #failed(exchange: Exchange, cause: Error): void {
    this.#exchanges.fail(exchange, new AriError("ARI_DISCONNECTED", cause.message, { ...exchange, cause }));
  }

  #startNextOf(lane: string | undefined): void {
    if (lane === undefined) return;
    const waiting = this.#lanes.get(lane);
    let next = waiting?.shift();
    // Skip requests that timed out while waiting.
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
