import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { LiveMessage } from "../../src/live/browserMessages.ts";
import { percentile } from "../support/statistics.ts";
import { type Joined, type JoinRequest, nowMs, type WatchRequest } from "./messages.ts";

/**
 * Thousands of browsers in one process: plain sockets that parse WebSocket frames (RFC 6455, 5.2) and record when each
 * delta arrived. Only the first socket to receive a delta parses its JSON.
 */

const url = new URL(process.env["LIVE_URL"] ?? "");
/** Session cookie, if sign-in is required. */
const cookie = process.env["LIVE_COOKIE"] ?? "";

interface Delta {
  readonly calls: readonly (readonly [callId: string, state: string])[];
  readonly arrivals: number[];
}

let deltas = new Map<number, Delta>();
let broken = 0;
let sockets: Watcher[] = [];

class Watcher {
  readonly #socket: Socket;
  readonly ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #rest: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #seq: number | null = null;
  #closing = false;

  constructor() {
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.#socket = connect(Number(url.port), url.hostname);
    this.#socket.write(
      `GET /live HTTP/1.1\r\nHost: ${url.host}\r\nOrigin: ${url.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        (cookie === "" ? "" : `Cookie: ${cookie}\r\n`) +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => {
      if (!this.#closing) broken += 1;
    });
  }

  close(): void {
    this.#closing = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#upgraded) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end === -1) {
        this.#rest = bytes;
        return;
      }
      if (!bytes.toString("latin1", 0, 12).endsWith("101")) throw new Error(bytes.toString("latin1"));
      this.#upgraded = true;
      bytes = bytes.subarray(end + 4);
    }
    for (;;) {
      const frame = frameOf(bytes);
      if (frame === null) break;
      if (frame.opcode === 1) this.#message(frame.payload);
      else if (frame.opcode === 9) this.#pong(frame.payload);
      bytes = bytes.subarray(frame.end);
    }
    // A copy, so that a short remainder does not keep a large buffer in memory.
    this.#rest = Buffer.from(bytes);
  }

  #message(payload: Buffer): void {
    const head = payload.toString("latin1", 0, 60);
    const seq = Number(/"seq":(\d+)/.exec(head)?.[1]);
    if (head.startsWith('{"type":"snapshot"')) {
      if (this.#seq !== null) broken += 1;
      this.#seq = seq;
      this.#isReady();
    } else if (head.startsWith('{"type":"delta"')) {
      if (this.#seq === null || seq !== this.#seq + 1) broken += 1;
      this.#seq = seq;
      let delta = deltas.get(seq);
      if (delta === undefined) {
        const message: LiveMessage = JSON.parse(payload.toString());
        const calls = message.type === "delta" ? message.calls : [];
        delta = { calls: calls.map(({ callId, state }) => [callId, state] as const), arrivals: [] };
        deltas.set(seq, delta);
      }
      delta.arrivals.push(nowMs());
    }
  }

  /** Clients must mask their frames (RFC 6455, 5.3); a mask of zeros leaves the payload unchanged. */
  #pong(payload: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }
}

function frameOf(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return null;
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < head + length) return null;
  return {
    opcode: (bytes[0] ?? 0) & 0x0f,
    payload: bytes.subarray(head, head + length),
    end: head + length,
  };
}

async function watch(wanted: number): Promise<void> {
  for (const watcher of sockets.splice(wanted)) watcher.close();
  while (sockets.length < wanted) {
    const some = Array.from({ length: Math.min(50, wanted - sockets.length) }, () => new Watcher());
    sockets.push(...some);
    await Promise.all(some.map(({ ready }) => ready));
  }
  deltas = new Map();
  broken = 0;
}

function join(decided: JoinRequest["join"]): Joined {
  const decidedAt = new Map(decided.map(([callId, state, atMs]) => [`${callId} ${state}`, atMs]));
  const latencies: number[] = [];
  let sent = 0;
  for (const { calls, arrivals } of deltas.values())
    for (const [callId, state] of calls) {
      const atMs = decidedAt.get(`${callId} ${state}`);
      if (atMs === undefined) continue;
      sent += 1;
      for (const arrival of arrivals) latencies.push(arrival - atMs);
    }
  const ordered = Float64Array.from(latencies).toSorted();
  const at = (share: number): number =>
    ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? percentile([], share);
  const answer: Joined = {
    joined: true,
    deliveries: latencies.length,
    replaced: decided.length - sent,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
    deltas: deltas.size,
    broken,
  };
  deltas = new Map();
  return answer;
}

process.on("message", (message: WatchRequest | JoinRequest) => {
  if ("join" in message) process.send?.(join(message.join));
  else void watch(message.watch).then(() => process.send?.({ watching: message.watch }));
});
process.send?.({ ready: true });
