import { carrierOf, operationOf } from "./carrier.ts";
import { AriError } from "./errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import type { AriSocket } from "./socket.ts";
import { parseTimestamp } from "./timestamp.ts";
import type { Transport } from "./transport.ts";

/** Asterisk reads frames of up to 65,535 bytes, header included (`AST_WEBSOCKET_MAX_RX_PAYLOAD_SIZE`). */
const requestLimitBytes = 65_500;

/**
 * REST over WebSocket, or over HTTP as decided by `carrier.ts`. Asterisk carries out the frames of one socket one
 * at a time: a lane stays on one socket, which keeps its order, while lanes on different sockets run in parallel.
 */
export class WebSocketTransport implements Transport {
  readonly kind = "websocket";
  readonly #exchanges: Exchanges;
  readonly #sockets: readonly AriSocket[];
  readonly #http: Transport;
  #next = 0;

  constructor(sockets: readonly AriSocket[], http: Transport, exchanges: Exchanges) {
    this.#sockets = sockets;
    this.#http = http;
    this.#exchanges = exchanges;
  }

  send(exchange: Exchange): void {
    const { lane } = exchange;
    if (carrierOf(operationOf(exchange)) === "http") {
      if (lane === undefined) return this.#http.send(exchange);
      const words =
        "the answer may be too large for a frame, and over HTTP the request would not keep the order of its lane";
      return this.#exchanges.fail(exchange, new AriError("ARI_TOO_LARGE", words, exchange));
    }
    const index = lane === undefined ? this.#next++ : hash(lane);
    const frame = frameOf(exchange);
    if (frame.length > requestLimitBytes / 3 && Buffer.byteLength(frame) > requestLimitBytes) {
      // HTTP may accept what is too long for a frame after escaping. In a lane it would overtake earlier requests.
      if (lane === undefined) return this.#http.send(exchange);
      const words = `the request is larger than the ${requestLimitBytes} bytes that Asterisk accepts in one frame`;
      return this.#exchanges.fail(exchange, new AriError("ARI_TOO_LARGE", words, exchange));
    }
    this.#sockets[index % this.#sockets.length]?.send(frame);
  }
}

/** Built by hand: this is the hot path, and only three of the values need escaping. */
function frameOf({ id, method, target, body }: Exchange): string {
  // Asterisk matches the resource from the first segment and does not expect a leading slash.
  const uri = JSON.stringify(target.startsWith("/") ? target.slice(1) : target);
  const start = `{"type":"RESTRequest","request_id":"${id}","method":"${method}","uri":${uri}`;
  if (body === undefined) return `${start}}`;
  return `${start},"content_type":"application/json","message_body":${JSON.stringify(body)}}`;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return value >>> 0;
}

/** Passes an answer from a command socket to its waiter. False if the text is not an answer. */
export function readAnswer(text: string, exchanges: Exchanges): boolean {
  let message: {
    type?: unknown;
    request_id?: unknown;
    status_code?: unknown;
    message_body?: unknown;
    timestamp?: unknown;
  } | null;
  try {
    message = JSON.parse(text);
  } catch {
    return false;
  }
  if (message?.type !== "RESTResponse" || typeof message.status_code !== "number") return false;
  const body = typeof message.message_body === "string" ? message.message_body : "";
  const atMs = parseTimestamp(message.timestamp);
  const reading = atMs === null ? null : { fromMs: atMs, toMs: atMs + 1 };
  exchanges.answer(Number(message.request_id), message.status_code, body, reading);
  return true;
}
