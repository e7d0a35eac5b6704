import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { WebSocket } from "ws";
import type { Actor } from "../../access/rules/rights.ts";
import type { FeedSocket, LiveFeed } from "../../live/feed.ts";
import type { SharedText } from "../../live/snapshots.ts";
import { liveCloseCodes } from "../../live/browserMessages.ts";
import { repeatPatiently } from "../../ops/repeat.ts";
import type { Clock, Logger, SteadyClock } from "../../ops/types.ts";
import { liveQuery, liveRequest } from "./schema.ts";
import { beginUpgrade, countRefusedUpgrade } from "../server/connections.ts";
import { HttpProblem, targetInvalid } from "../server/problems.ts";
import { isProperTarget } from "../server/target.ts";

/** The viewer, and what they may see; null: refused. Asked before the connection becomes a WebSocket. */
export type AdmitViewer = (request: IncomingMessage) => Promise<AdmittedViewer | null>;

interface AdmittedViewer {
  readonly seesRealNumbers: boolean;
  /** For the log. */
  readonly actor?: Actor;
  /** Connections with the same key are counted together; none: not counted. */
  readonly who?: string | null;
  /** Calls `ended` once, when the viewer may no longer watch; returns a function that stops listening. */
  readonly onRevoked?: (ended: () => void) => () => void;
}

interface LiveSocketOptions {
  readonly feed: LiveFeed;
  readonly logger: Logger;
  readonly clock: SteadyClock;
  readonly admit: AdmitViewer;
  /** Maximum connections per user or key; unlimited when 0. */
  readonly mostOfOne?: number;
  /** A browser that does not answer a ping before the next one is considered gone. */
  readonly pingEveryMs?: number;
}

export interface LiveSockets {
  /** Idempotent. Tells browsers that the server is going away. */
  close(): void;
}

/** `GET /live`: a WebSocket on the API server, for pages of the same site. */
export function openLiveSockets(server: Server, options: LiveSocketOptions): LiveSockets {
  const { feed, logger, clock, admit, mostOfOne = 0, pingEveryMs = 15_000 } = options;
  // Compression would cost more than it saves, and browsers send little.
  const serverOptions = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 1024,
    // For browsers that do not answer a close frame; missing in the types.
    closeTimeout: farewellMs,
  };
  const sockets = new WebSocketServer(serverOptions);
  const silent = new WeakSet<WebSocket>();
  const open = new Map<string, number>();

  /** False: the limit is reached. */
  function count(browser: WebSocket, who: string | null = null): boolean {
    if (who === null || mostOfOne === 0) return true;
    const others = open.get(who) ?? 0;
    if (others >= mostOfOne) return false;
    open.set(who, others + 1);
    browser.on("close", () => {
      const left = (open.get(who) ?? 1) - 1;
      if (left === 0) open.delete(who);
      else open.set(who, left);
    });
    return true;
  }

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    if (!beginUpgrade(socket)) return;
    check(request, admit)
      .then(({ zone, seesRealNumbers, actor, who, onRevoked }) => {
        if (socket.destroyed) return;
        sockets.handleUpgrade(request, socket, head, (browser) => {
          // Scripts can read the reason of a close, but not of a rejected upgrade.
          if (!count(browser, who)) {
            browser.on("error", () => browser.terminate());
            browser.close(liveCloseCodes.tooMany, "Close other windows with the live board.");
            return;
          }
          const viewer = joinFeed(browser, feedSocket(browser, socket), { zone, seesRealNumbers });
          if (seesRealNumbers) logShown(browser, viewer, actor);
          const stop = onRevoked?.(() => browser.close(liveCloseCodes.notAllowed, "Sign in again."));
          browser.on("close", () => stop?.());
        });
      })
      .catch((error: unknown) => {
        if (!(error instanceof HttpProblem)) logger.error("Live board connection failed", { error });
        refuse(clock, socket, error instanceof HttpProblem ? error : unforeseen);
      });
  };

  function joinFeed(
    browser: WebSocket,
    socket: FeedSocket,
    viewing: { readonly zone: string; readonly seesRealNumbers: boolean },
  ): FeedViewer {
    browser.on("error", () => browser.terminate());
    browser.on("pong", () => silent.delete(browser));
    const viewer = feed.join(socket, viewing);
    browser.on("close", () => viewer.leave());
    browser.on("message", (data, isBinary) => {
      if (!isBinary && Buffer.isBuffer(data) && isRequest(data.toString())) viewer.resync();
      else browser.close(liveCloseCodes.notUnderstood, "Only LiveRequest messages are allowed.");
    });
    return viewer;
  }

  /** Both at the beginning and at the end: a board may stay open for days. */
  function logShown(browser: WebSocket, viewer: FeedViewer, actor?: Actor): void {
    const who = { actor: actor?.kind, actorId: actor?.id, name: actor?.name };
    const log = (message: string): void =>
      logger.info(message, { ...who, route: "GET /live", callCount: viewer.shownCalls });
    log("Live board with real numbers opened");
    browser.once("close", () => log("Live board with real numbers closed"));
  }

  server.on("upgrade", onUpgrade);
  function ping(): void {
    for (const browser of sockets.clients) {
      if (silent.has(browser)) {
        browser.terminate();
        continue;
      }
      silent.add(browser);
      browser.ping();
    }
  }
  const stopPinging = repeatPatiently(clock, pingEveryMs, ping);

  return {
    close() {
      stopPinging();
      server.off("upgrade", onUpgrade);
      for (const browser of sockets.clients) browser.close(liveCloseCodes.goingAway);
      // Browsers that do not answer would keep the server open.
      const farewell = clock.setTimer(() => {
        for (const browser of sockets.clients) browser.terminate();
      }, farewellMs);
      sockets.close(() => clock.clearTimer(farewell));
    },
  };
}

type FeedViewer = ReturnType<LiveFeed["join"]>;

const farewellMs = 500;

/** The frame of a shared text, created for the first browser. */
const frames = new WeakMap<SharedText, Buffer>();

/** An unmasked text frame in one piece (RFC 6455 §5.2). */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/**
 * Frames are created once for all browsers and written to the connection below the WebSocket, which would create
 * one for each. Without compression both write whole frames at once, so none ends up inside another.
 */
function feedSocket(browser: WebSocket, connection: Duplex): FeedSocket {
  return {
    get waitingBytes() {
      return browser.bufferedAmount;
    },
    send(shared) {
      if (browser.readyState !== browser.OPEN) return;
      let frame = frames.get(shared);
      if (frame === undefined) {
        frame = textFrame(shared.text);
        frames.set(shared, frame);
      }
      connection.write(frame);
    },
  };
}

function isRequest(text: string): boolean {
  try {
    return liveRequest.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

async function check(request: IncomingMessage, admit: AdmitViewer) {
  if (!isProperTarget(request.url ?? "", "GET")) throw targetInvalid();
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://host.invalid");
  if (pathname !== "/live") throw notHere;
  const query = liveQuery.safeParse(Object.fromEntries(searchParams));
  if (!query.success) throw badQuery;
  const viewer = await admit(request);
  if (viewer === null) throw notAllowed;
  return { zone: query.data.zone, ...viewer };
}

const problem = (status: number, code: string, detail: string, remedy?: string): HttpProblem =>
  new HttpProblem({ status, code, detail, ...(remedy !== undefined && { remedy }) });

const notHere = problem(404, "NOT_FOUND", "There is no WebSocket at this address.", "It is at `/live`.");
const notAllowed = problem(403, "NOT_ALLOWED", "You do not have permission to watch calls.");
const badQuery = problem(
  400,
  "QUERY_INVALID",
  "The query of the URL is invalid.",
  "`zone` is a name such as Europe/Moscow.",
);
const unforeseen = problem(500, "INTERNAL", "An unexpected error occurred on the server.");

/**
 * The client gets a moment to read the answer; then the connection is closed, whether or not the client closes its
 * side. Data that arrives meanwhile is discarded, because closing with unread data would discard our answer.
 */
function refuse(clock: Clock, socket: Duplex, { status, body }: HttpProblem): void {
  countRefusedUpgrade(socket);
  const text = JSON.stringify(body);
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  const farewell = clock.setTimer(() => socket.destroy(), farewellMs);
  socket.once("close", () => clock.clearTimer(farewell));
}
