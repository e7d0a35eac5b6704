import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type Koa from "koa";
import { repeat } from "../../ops/repeat.ts";
import type { SteadyClock } from "../../ops/types.ts";
import { guardConnections, usualTimes } from "./connections.ts";
import type { ConnectionsOptions } from "./connections.ts";
import { UpgradableRequest } from "./upgrades.ts";

/** Cannot listen on the port. The one-line message names the setting and says what to do. */
export class HttpListenError extends Error {
  readonly code = "HTTP_LISTEN";

  constructor(host: string, port: number, cause: unknown) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    super(listenTrouble(host, port, reason), { cause });
    this.name = "HttpListenError";
  }
}

function listenTrouble(host: string, port: number, reason: string): string {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  switch (reason) {
    case "EADDRINUSE":
      return `HTTP_PORT: another process is listening on ${address} (${reason}). Stop it, or set HTTP_PORT to a free port.`;
    case "EACCES":
      return `HTTP_PORT: this user is not allowed to listen on ${address} (${reason}). Set HTTP_PORT to 1024 or above.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `HTTP_HOST: ${host} is not an address of this machine (${reason}). Set HTTP_HOST to one of its addresses.`;
    default:
      return `HTTP_HOST, HTTP_PORT: cannot listen on ${address} (${reason}). Set them to an address and port of this machine.`;
  }
}

export interface HttpServer {
  /** e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** For upgrades to a WebSocket. */
  readonly server: Server;
  /** Idempotent. Accepts no new requests, lets running ones finish, and aborts them at the time limit. */
  close(withinMs: number): Promise<void>;
}

interface HttpServerOptions {
  readonly host: string;
  /** 0 selects a free one. */
  readonly port: number;
  readonly clock: SteadyClock;
  /** By default without limits, log, and metrics. */
  readonly connections?: Partial<Omit<ConnectionsOptions, "clock">>;
}

/** Resolves once requests are accepted. Rejects with an `HttpListenError`. */
export async function startHttpServer(
  app: Koa,
  { host, port, clock, connections = {} }: HttpServerOptions,
): Promise<HttpServer> {
  const handle = app.callback();
  let closing: Promise<void> | null = null;
  const { headersMs, lookEveryMs } = { ...usualTimes, ...connections.times };
  const server = createServer({
    requireHostHeader: false,
    connectionsCheckingInterval: lookEveryMs,
    IncomingMessage: UpgradableRequest,
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    // A stream as the body adds several listeners to ours.
    response.setMaxListeners(20);
    // A connection whose last request ends during the shutdown becomes idle only then, and would be kept for
    // seconds.
    response.once("close", () => {
      if (closing !== null) setImmediate(() => server.closeIdleConnections());
    });
    void handle(request, response);
  };
  guardConnections(server, answer, {
    total: 0,
    perAddress: 0,
    trustedProxies: [],
    logger: null,
    metrics: null,
    ...connections,
    clock,
  });
  limitHeaders(server, clock, headersMs);
  // Long enough for the largest upload on a slow line.
  server.requestTimeout = 1_800_000;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new HttpListenError(host, port, error);
  }
  const address = server.address();
  const actualPort = typeof address === "object" && address !== null ? address.port : port;

  async function close(withinMs: number): Promise<void> {
    const closed = once(server, "close");
    server.close();
    // Idle keep-alive connections would keep the server open.
    server.closeIdleConnections();
    const deadline = clock.setTimer(() => server.closeAllConnections(), withinMs);
    await closed;
    clock.clearTimer(deadline);
  }

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`,
    server,
    close: (withinMs) => (closing ??= close(withinMs)),
  };
}

const readEveryMs = 250;

/**
 * Node looks for requests whose headers are late by a timer, which runs before the sockets are read when the process
 * was frozen. Until they have been read there is no limit.
 */
function limitHeaders(server: Server, clock: SteadyClock, headersMs: number): void {
  let readAtMs = clock.steadyMs();
  const read = (): void => {
    // Sockets are read between timers and immediates.
    setImmediate(() => {
      readAtMs = clock.steadyMs();
    });
  };
  server.once("listening", () => server.once("close", repeat(clock, readEveryMs, read)));
  Object.defineProperty(server, "headersTimeout", {
    get: () => (clock.steadyMs() - readAtMs < 2 * readEveryMs ? headersMs : 0),
  });
}
