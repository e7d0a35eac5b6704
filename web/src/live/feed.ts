import { signal } from "@preact/signals";
import type { LiveCall, LiveMessage, LiveRequest } from "../../../src/live/messages.ts";
import { applyMessage } from "./boardModel.ts";
import type { Board } from "./boardModel.ts";

/** `stale`: what is shown may be out of date, and we are connecting again. */
export type FeedState = "connecting" | "current" | "stale";

/** null before the first snapshot. */
export const board = signal<Board | null>(null);
export const feedState = signal<FeedState>("connecting");
/** The server's clock minus ours, so that timers are right whatever this machine's clock says. */
export const clockOffsetMs = signal(0);

const endedListeners = new Set<(calls: readonly LiveCall[]) => void>();

/** Told of calls as they end, not of those that a snapshot brings. */
export function onEnded(listener: (calls: readonly LiveCall[]) => void): () => void {
  endedListeners.add(listener);
  return () => endedListeners.delete(listener);
}

/** Counters come about once a second; after so long without a word the connection is dead, whatever TCP says. */
const silenceMs = 4000;
const firstRetryMs = 250;
const longestRetryMs = 2000;
/** Many messages in a moment become one drawing. */
const drawEveryMs = 60;

let socket: WebSocket | null = null;
let watchdog: ReturnType<typeof setTimeout> | undefined;
let drawTimer: ReturnType<typeof setTimeout> | undefined;
let retryMs = firstRetryMs;
let current: Board | null = null;
let resyncing = false;

/** Keeps the board current for ever, from the first call on. */
export function startFeed(): void {
  connect();
  addEventListener("online", () => {
    if (socket === null || socket.readyState > WebSocket.OPEN) return;
    socket.close();
  });
}

function connect(): void {
  const address = new URL("/live", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  address.searchParams.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  const mine = new WebSocket(address);
  socket = mine;
  resyncing = false;
  mine.addEventListener("message", ({ data }) => {
    if (socket !== mine || typeof data !== "string") return;
    expectMore(mine);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server, of the same version
    receive(mine, JSON.parse(data) as LiveMessage);
  });
  mine.addEventListener("close", () => {
    if (socket === mine) reconnect();
  });
  expectMore(mine);
}

function expectMore(mine: WebSocket): void {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => {
    // A dead connection may take minutes to close: it is left behind.
    if (socket !== mine) return;
    mine.close();
    reconnect();
  }, silenceMs);
}

function reconnect(): void {
  socket = null;
  clearTimeout(watchdog);
  feedState.value = current === null ? "connecting" : "stale";
  setTimeout(connect, retryMs * (0.75 + Math.random() / 2));
  retryMs = Math.min(retryMs * 2, longestRetryMs);
}

function receive(mine: WebSocket, message: LiveMessage): void {
  if (resyncing && message.type !== "snapshot") return;
  const applied = applyMessage(current, message);
  if (applied.kind === "gap") {
    resyncing = true;
    const resync: LiveRequest = { type: "resync" };
    mine.send(JSON.stringify(resync));
    return;
  }
  resyncing = false;
  current = applied.board;
  if (message.type !== "delta") clockOffsetMs.value = message.figures.atMs - Date.now();
  retryMs = firstRetryMs;
  if (current.justEnded.length > 0) {
    const { justEnded } = current;
    for (const listener of endedListeners) listener(justEnded);
  }
  drawTimer ??= setTimeout(() => {
    drawTimer = undefined;
    board.value = current;
    feedState.value = "current";
  }, drawEveryMs);
}
