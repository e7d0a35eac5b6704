import { carrierOf, operationOf } from "./carrier.ts";
import { AriError } from "./errors.ts";
import type { Exchange, Exchanges } from "./exchanges.ts";
import type { AriSocket } from "./socket.ts";
import { parseTimestamp } from "./timestamp.ts";
import type { Transport } from "./transport.ts";

/** Asterisk reads frames of up to 65,535 bytes, header included (`AST_WEBSOCKET_MAX_RX_PAYLOAD_SIZE`). */
const requestLimitBytes = 65_500;

/**
 * REST over WebSocket, and over HTTP where `carrier.ts` says so. Asterisk carries the frames of one socket out one at
 * a time: a lane keeps to one socket, which keeps its order, and different lanes run side by side on different
 * sockets.
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
      const words = "its answer may be too large for a frame, and over HTTP it would leave its lane";
      return this.#exchanges.fail(exchange, new AriError("ARI_TOO_LARGE", words, exchange));
    }
    const index = lane === undefined ? this.#next++ : hash(lane);
    const frame = frameOf(exchange);
    if (frame.length > requestLimitBytes / 3 && Buffer.byteLength(frame) > requestLimitBytes) {
      // What a frame has to escape, HTTP may still take. In a lane it would overtake what was sent before it.
      if (lane === undefined) return this.#http.send(exchange);
      const words = `the request is larger than the ${requestLimitBytes} bytes that Asterisk takes in one frame`;
      return this.#exchanges.fail(exchange, new AriError("ARI_TOO_LARGE", words, exchange));
    }
    this.#sockets[index % this.#sockets.length]?.send(frame);
  }
}

/** Written by hand: this is the hot path, and only three of the values need escaping. */
function frameOf({ id, method, target, body }: Exchange): string {
  // Asterisk looks the resource up from the first segment on and does not expect a slash before it.
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

/** Hands the answers that arrive on a command socket to those who wait. False when it is no such answer. */
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
