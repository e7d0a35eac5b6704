import type { LiveMessage, LiveRequest } from "../../../src/live/browserMessages.ts";
import { liveCloseCodes } from "../../../src/live/browserMessages.ts";
import type { Clock, TimerHandle } from "../../../src/ops/types.ts";
import { applyMessage } from "./boardModel.ts";
import type { Board } from "./boardModel.ts";

/** The part of a WebSocket that the connection needs. Events go to the listener it was opened with. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketListener {
  onMessage(text: string): void;
  /** Called once, with the close code of RFC 6455; not after our own `close()`. */
  onClose(code: number): void;
}

/** `stale`: the board may be out of date, and we are reconnecting. */
export type FeedState = "connecting" | "current" | "stale";

interface ConnectionParts {
  readonly open: (listener: SocketListener) => LiveSocket;
  readonly clock: Clock;
  /** The board to show; called once for many messages. */
  readonly onBoard: (board: Board) => void;
  readonly onState: (state: FeedState) => void;
  /** The server's clock minus ours. */
  readonly onClock: (offsetMs: number) => void;
  readonly onEnded: (calls: Board["justEnded"]) => void;
  /** The server may no longer accept this session. */
  readonly onRefused: () => void;
}

/**
 * The server sends a message twice a second. Without one for this long, the connection is dead, whatever TCP
 * reports, and the board must be marked stale before it can have been wrong for two seconds.
 */
const silenceMs = 1_700;
/** Opening a connection over a slow line takes longer than a message on an open one; the board is stale meanwhile. */
const openingMs = 8_000;
const firstRetryMs = 250;
const longestRetryMs = 2_000;
/** Messages that arrive together are drawn once. */
const drawEveryMs = 60;

/** Keeps a board current until closed: snapshot, deltas, a new snapshot after a gap, reconnecting. */
export class LiveConnection {
  readonly #parts: ConnectionParts;
  #socket: LiveSocket | null = null;
  #watchdog: TimerHandle | null = null;
  #drawTimer: TimerHandle | null = null;
  #retryTimer: TimerHandle | null = null;
  #retryMs = firstRetryMs;
  #current: Board | null = null;
  #resyncing = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  open(): void {
    this.#connect();
  }

  /** The network is back: reconnects without waiting for the next attempt. */
  hurry(): void {
    if (this.#retryTimer !== null) this.#connect();
  }

  /** Idempotent. */
  close(): void {
    this.#leave();
    this.#clear(this.#retryTimer);
    this.#retryTimer = null;
  }

  #connect(): void {
    this.#clear(this.#retryTimer);
    this.#retryTimer = null;
    this.#resyncing = false;
    let heard = false;
    const socket = this.#parts.open({
      onMessage: (text) => {
        if (this.#socket !== socket) return;
        heard = true;
        this.#expectMore(silenceMs);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
        this.#receive(socket, JSON.parse(text) as LiveMessage);
      },
      onClose: (code) => {
        if (this.#socket !== socket) return;
        this.#reconnect();
        // The socket alone cannot distinguish a rejected upgrade from an unreachable server.
        if (!heard || code === liveCloseCodes.notAllowed) this.#parts.onRefused();
      },
    });
    this.#socket = socket;
    this.#expectMore(openingMs);
  }

  #expectMore(withinMs: number): void {
    this.#clear(this.#watchdog);
    // A dead connection may take minutes to close: abandon it.
    this.#watchdog = this.#parts.clock.setTimer(() => this.#reconnect(), withinMs);
  }

  /** Later messages of this socket, and pending drawings, must not mark the board as current. */
  #leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#clear(this.#watchdog);
    this.#watchdog = null;
    if (this.#drawTimer !== null) {
      this.#clear(this.#drawTimer);
      this.#drawTimer = null;
      if (this.#current !== null) this.#parts.onBoard(this.#current);
    }
  }

  #reconnect(): void {
    this.#leave();
    this.#parts.onState(this.#current === null ? "connecting" : "stale");
    this.#clear(this.#retryTimer);
    // Jitter keeps a thousand browsers from reconnecting at the same moment.
    const waitMs = this.#retryMs * (0.75 + Math.random() / 2);
    this.#retryTimer = this.#parts.clock.setTimer(() => this.#connect(), waitMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  #receive(socket: LiveSocket, message: LiveMessage): void {
    if (this.#resyncing && message.type !== "snapshot") return;
    const applied = applyMessage(this.#current, message);
    if (applied.kind === "gap") {
      this.#resyncing = true;
      const resync: LiveRequest = { type: "resync" };
      socket.send(JSON.stringify(resync));
      return;
    }
    this.#resyncing = false;
    this.#current = applied.board;
    this.#retryMs = firstRetryMs;
    const { clock, onClock, onEnded, onBoard, onState } = this.#parts;
    if (message.type !== "delta") onClock(message.figures.atMs - clock.nowMs());
    if (applied.board.justEnded.length > 0) onEnded(applied.board.justEnded);
    this.#drawTimer ??= clock.setTimer(() => {
      this.#drawTimer = null;
      if (this.#current !== null) onBoard(this.#current);
      onState("current");
    }, drawEveryMs);
  }

  #clear(timer: TimerHandle | null): void {
    if (timer !== null) this.#parts.clock.clearTimer(timer);
  }
}
