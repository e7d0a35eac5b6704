import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { visitorNetwork } from "../../access/networks.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { setPatientTimer } from "../../ops/patientTimer.ts";
import { repeatPatiently } from "../../ops/repeat.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { lookAtBodies, type Arriving, type BodyTimes } from "./arrivingBodies.ts";
import { createTrustedAddress } from "./clientAddress.ts";
import { ConnectionDrops, type DropReason } from "./connectionDrops.ts";
import { ConnectionPool } from "./connectionPool.ts";

interface ConnectionLimits {
  /** Maximum connections; unlimited when 0. */
  readonly total: number;
  /** Maximum connections per IPv4 address or IPv6 /64; unlimited when 0. */
  readonly perAddress: number;
  /** Not limited by address, because their connections belong to many clients. */
  readonly trustedProxies: readonly string[];
}

export interface ConnectionTimes extends BodyTimes {
  /** For the headers of a request, and for the first request of a connection. */
  readonly headersMs: number;
  /** How long a client may neither send the rest of its request nor read any of the answer. */
  readonly stalledAfterMs: number;
  readonly lookEveryMs: number;
}

export interface ConnectionsOptions extends ConnectionLimits {
  /** Shorter in tests. */
  readonly times?: Partial<ConnectionTimes>;
  readonly clock: SteadyClock;
  readonly logger: Logger | null;
  readonly metrics: Pick<Metrics, "gauges" | "totals"> | null;
}

/** Maximum pipelined requests; browsers send none. */
const mostWaiting = 32;
export const usualTimes: ConnectionTimes = {
  headersMs: 10_000,
  stalledAfterMs: 30_000,
  bodyGraceMs: 30_000,
  unreadGraceMs: 2000,
  lingeringMs: 5000,
  lookEveryMs: 1000,
};
/** Between the timeout of a socket and the judgement. */
const secondLookMs = 100;

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

interface Connection extends Arriving {
  readonly socket: Socket;
  kind: Arriving["kind"];
  current: IncomingMessage | null;
  beganAtMs: number;
  beganAtBytes: number;
  /** Pipelined requests, started one by one. */
  readonly queue: Exchange[];
}

const connections = new WeakMap<Duplex, { readonly connection: Connection; readonly guard: Guard }>();

interface Guard {
  drop(connection: Connection, reason: DropReason): void;
  count(reason: DropReason, network: string | null): void;
  setKind(connection: Connection, kind: Connection["kind"]): void;
}

/**
 * Keeps one client, signed in or not, from using up the descriptors and the memory: connections are limited, each has
 * one request in progress at a time, and a client that neither sends nor reads is cut off.
 *
 * At the limit, the connection that has been idle longest is closed, so that a client with many idle connections
 * can connect again. Connections of `trustedProxies` count only towards the total: limiting clients by address is
 * then up to the proxy, which is the only one to see them.
 */
export function guardConnections(
  server: Server,
  handle: RequestListener,
  { total, perAddress, trustedProxies, times, clock, logger, metrics }: ConnectionsOptions,
): void {
  const allTimes = { ...usualTimes, ...times };
  const { stalledAfterMs, lookEveryMs } = allTimes;
  const isTrusted = createTrustedAddress(trustedProxies);
  const drops = new ConnectionDrops({ clock, logger, metrics });
  const pool = new ConnectionPool<Connection>({ total, perAddress }, (connection) =>
    guard.drop(connection, "idle"),
  );

  metrics?.gauges("http_connections", "Open connections of clients.", "state", () => {
    const counts = new Map<Connection["kind"], number>([
      ["waiting", 0],
      ["answering", 0],
      ["upgraded", 0],
    ]);
    for (const { kind } of pool) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  });

  const guard: Guard = {
    drop(connection, reason) {
      guard.count(reason, connection.network);
      connection.socket.destroy();
    },

    count: (reason, network) => drops.count(reason, network),

    setKind(connection, kind) {
      connection.kind = kind;
      if (kind === "waiting") pool.becameIdle(connection);
    },
  };

  server.on("connection", (socket: Socket) => {
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    const network = isTrusted(address) ? null : visitorNetwork(address);
    const refusal = pool.makeRoomFor(network);
    if (refusal !== null) {
      guard.count(refusal, network);
      socket.destroy();
      return;
    }
    const connection: Connection = {
      socket,
      network,
      kind: "waiting",
      current: null,
      beganAtMs: 0,
      beganAtBytes: 0,
      sinceMs: 0,
      sinceBytes: 0,
      queue: [],
    };
    pool.add(connection);
    connections.set(socket, { connection, guard });
    socket.once("close", () => {
      pool.delete(connection);
      connection.queue.length = 0;
    });
  });

  function begin(connection: Connection, [request, response]: Exchange): void {
    guard.setKind(connection, "answering");
    connection.current = request;
    connection.beganAtMs = connection.sinceMs = clock.steadyMs();
    connection.beganAtBytes = connection.sinceBytes = connection.socket.bytesRead;
    response.once("close", () => {
      guard.setKind(connection, "waiting");
      connection.sinceMs = clock.steadyMs();
      if (request.complete) connection.current = null;
      if (connection.socket.destroyed) return;
      const next = connection.queue.shift();
      if (next !== undefined) begin(connection, next);
    });
    handle(request, response);
  }

  // Node emits every request of a packet at once and only orders the responses.
  server.on("request", (request, response) => {
    const { connection } = connections.get(request.socket) ?? {};
    if (connection === undefined || request.socket.destroyed) return;
    if (connection.kind === "waiting") begin(connection, [request, response]);
    else if (connection.queue.length < mostWaiting) connection.queue.push([request, response]);
    else guard.drop(connection, "pipelined");
  });

  server.timeout = stalledAfterMs;
  server.on("timeout", (socket: Socket) => {
    const { bytesRead, writableLength } = socket;
    // After a freeze this comes before the socket is read.
    const judge = (): void => {
      if (socket.destroyed) return;
      const { connection } = connections.get(socket) ?? {};
      const moved = socket.bytesRead !== bytesRead || socket.writableLength !== writableLength;
      if (moved) socket.setTimeout(stalledAfterMs);
      else if (connection?.kind !== "answering" || connection.current === null) socket.destroy();
      else if (!connection.current.complete || writableLength > 0) guard.drop(connection, "stalled");
      // We are still working on the answer.
      else socket.setTimeout(stalledAfterMs);
    };
    setPatientTimer(clock, judge, secondLookMs);
  });

  const look = (): void =>
    lookAtBodies(pool, clock.steadyMs(), allTimes, (connection, reason) => guard.drop(connection, reason));
  server.once("listening", () => server.once("close", repeatPatiently(clock, lookEveryMs, look)));
}

/** False, with the connection closed, if a request before the upgrade has not been answered yet. */
export function beginUpgrade(socket: Duplex): boolean {
  const { connection, guard } = connections.get(socket) ?? {};
  if (connection === undefined || guard === undefined) return true;
  if (connection.kind !== "waiting") {
    guard.drop(connection, "pipelined");
    return false;
  }
  guard.setKind(connection, "upgraded");
  return true;
}

export function countRefusedUpgrade(socket: Duplex): void {
  const { connection, guard } = connections.get(socket) ?? {};
  if (connection !== undefined) guard?.count("upgrade", connection.network);
}
