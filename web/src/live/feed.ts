import { signal } from "@preact/signals";
import type { LiveCall } from "../../../src/live/browserMessages.ts";
import type { Clock } from "../../../src/ops/types.ts";
import type { Board } from "./boardModel.ts";
import { LiveConnection } from "./connection.ts";
import type { FeedState, LiveSocket, SocketListener } from "./connection.ts";

/** null before the first snapshot. */
export const board = signal<Board | null>(null);
export const feedState = signal<FeedState>("connecting");
/** The server's clock minus ours, so that timers are correct regardless of this machine's clock. */
export const clockOffsetMs = signal(0);

/** The board may be wrong: it is not up to date, or no instance hears this call's Asterisk. */
export function isUnknown({ node, asterisk }: LiveCall): boolean {
  if (feedState.value === "stale") return true;
  const silent = board.value?.figures.silent ?? [];
  return silent.some((one) => one.node === node && (one.name === asterisk || one.systemName === asterisk));
}

const endedListeners = new Set<(calls: readonly LiveCall[]) => void>();

/** Called with calls as they end, not with those of a snapshot. */
export function onEnded(listener: (calls: readonly LiveCall[]) => void): () => void {
  endedListeners.add(listener);
  return () => endedListeners.delete(listener);
}

const browserClock: Clock = {
  nowMs: () => Date.now(),
  setTimer: (callback, afterMs) => window.setTimeout(callback, afterMs),
  clearTimer: (timer) => {
    if (typeof timer === "number") window.clearTimeout(timer);
  },
};

function openSocket(listener: SocketListener): LiveSocket {
  const address = new URL("/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  const socket = new WebSocket(address);
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") listener.onMessage(data);
  });
  socket.addEventListener("close", ({ code }) => listener.onClose(code));
  return socket;
}

/**
 * Keeps the board current until the returned function is called, which also clears it. `refused` is called if the
 * server may no longer accept this viewer.
 */
export function startFeed(refused: () => void): () => void {
  const connection = new LiveConnection({
    open: openSocket,
    clock: browserClock,
    onBoard: (next) => {
      board.value = next;
    },
    onState: (next) => {
      feedState.value = next;
    },
    onClock: (offsetMs) => {
      clockOffsetMs.value = offsetMs;
    },
    onEnded: (calls) => {
      for (const listener of endedListeners) listener(calls);
    },
    onRefused: refused,
  });
  const hurry = (): void => connection.hurry();
  addEventListener("online", hurry);
  connection.open();
  return () => {
    removeEventListener("online", hurry);
    connection.close();
    board.value = null;
    feedState.value = "connecting";
  };
}
