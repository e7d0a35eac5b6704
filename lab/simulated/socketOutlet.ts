import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Outlet } from "./session.ts";

/** How much may be unsent before Asterisk's write would block. */
const mostUnsentBytes = 1_048_576;
/** FIN and text, RFC 6455 5.2. */
const finalText = 0x81;

/**
 * Writes the text frames of one turn of the event loop together. They bypass the library, because separate writes
 * would be most of the cost of a call.
 */
export class SocketOutlet implements Outlet {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #writeTimeoutMs: number;
  #texts: string[] = [];
  #blockedSinceMs: number | null = null;

  constructor(webSocket: WebSocket, socket: Socket, writeTimeoutMs: number) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#writeTimeoutMs = writeTimeoutMs;
  }

  send(text: string, malformed: boolean): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN || this.#isTooSlow()) return;
    if (this.#texts.length === 0) setImmediate(this.#flush);
    this.#texts.push(malformed ? text.slice(0, text.length >> 1) : text);
  }

  cut(): void {
    this.#webSocket.terminate();
  }

  wentSilent(): void {
    this.#webSocket.pause();
  }

  readonly #flush = (): void => {
    const texts = this.#texts;
    this.#texts = [];
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#socket.write(framesOf(texts));
  };

  #isTooSlow(): boolean {
    if (this.#webSocket.bufferedAmount < mostUnsentBytes) {
      this.#blockedSinceMs = null;
      return false;
    }
    this.#blockedSinceMs ??= Date.now();
    if (Date.now() - this.#blockedSinceMs < this.#writeTimeoutMs) return false;
    this.#webSocket.close(1011);
    return true;
  }
}

function framesOf(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  let size = 0;
  for (const length of lengths) size += length + headerBytes(length);
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [index, text] of texts.entries()) {
    const length = lengths[index] ?? 0;
    frames[at] = finalText;
    if (length < 126) frames[at + 1] = length;
    else if (length < 65_536) {
      frames[at + 1] = 126;
      frames.writeUInt16BE(length, at + 2);
    } else {
      frames[at + 1] = 127;
      frames.writeBigUInt64BE(BigInt(length), at + 2);
    }
    at += headerBytes(length);
    at += frames.write(text, at, "utf8");
  }
  return frames;
}

function headerBytes(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}
