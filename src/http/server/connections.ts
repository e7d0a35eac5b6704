import { readFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { visitorNetwork } from "../../access/networks.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { setPatientTimer } from "../../ops/patientTimer.ts";
import { repeatPatiently } from "../../ops/repeat.ts";
import type { Logger, SteadyClock } from "../../ops/types.ts";
import { createTrustedAddress } from "./clientAddress.ts";

const dropReasons = [
  /** Too many connections from one address. */
  "address",
  /** Too many connections in total. */
  "total",
  /** Idle when the limit was reached, closed for a newer connection. */
  "idle",
  /** More pipelined requests than are kept. */
  "pipelined",
  /** A request whose body arrives too slowly. */
  "slow",
  /** A client that stopped sending its request, or reading the answer. */
  "stalled",
  /** A rejected upgrade to a WebSocket. */
  "upgrade",
] as const;
export type DropReason = (typeof dropReasons)[number];

interface ConnectionLimits {
  /** Maximum connections; unlimited when 0. */
  readonly total: number;
  /** Maximum connections per IPv4 address or IPv6 /64; unlimited when 0. */
  readonly perAddress: number;
  /** Not limited by address, because their connections belong to many clients. */
  readonly trustedProxies: readonly string[];
}

export interface ConnectionTimes {
  /** For the headers of a request, and for the first request of a connection. */
  readonly headersMs: number;
  /** How long a client may neither send the rest of its request nor read any of the answer. */
  readonly stalledAfterMs: number;
  /** A body has this long, and then as long as it keeps up the least rate. */
  readonly bodyGraceMs: number;
  /** For what is left of a body that the answer did not wait for. */
  readonly unreadGraceMs: number;
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
  lookEveryMs: 1000,
};
const leastBytesPerSecond = 1024;
/** Between the timeout of a socket and the judgement. */
const secondLookMs = 100;
const logEveryMs = 60_000;
/** File descriptors for files, databases, Redis, and Asterisks. */
const otherDescriptors = 256;

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

interface Connection {
  readonly socket: Socket;
  /** null: one of our reverse proxies. */
  readonly network: string | null;
  kind: "waiting" | "answering" | "upgraded";
  current: IncomingMessage | null;
  startedAtMs: number;
  bytesBefore: number;
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
 * Keeps one client, signed in or not, from using up the descriptors and the memory: connections are
 * limited, each has one request under way at a time, and a client that neither sends nor reads is cut off.
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
  const { stalledAfterMs, bodyGraceMs, unreadGraceMs, lookEveryMs } = { ...usualTimes, ...times };
  const isTrusted = createTrustedAddress(trustedProxies);
  const most = withinDescriptors(total);
  const all = new Set<Connection>();
  const byNetwork = new Map<string, Set<Connection>>();
  const dropped = new Map<DropReason, number>(dropReasons.map((reason) => [reason, 0]));
  const logged = new Map<DropReason, { atMs: number; count: number }>();

  metrics?.gauges("http_connections", "Open connections of clients.", "state", () => {
    const counts = new Map<Connection["kind"], number>([
      ["waiting", 0],
      ["answering", 0],
      ["upgraded", 0],
    ]);
    for (const { kind } of all) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  });
  metrics?.totals(
    "http_connections_dropped_total",
    "Rejected or closed connections by reason.",
    "reason",
    () => dropped,
  );

  const guard: Guard = {
    drop(connection, reason) {
      guard.count(reason, connection.network);
      connection.socket.destroy();
    },

    count(reason, network) {
      dropped.set(reason, (dropped.get(reason) ?? 0) + 1);
      const last = logged.get(reason) ?? { atMs: Number.NEGATIVE_INFINITY, count: 0 };
      const nowMs = clock.steadyMs();
      const count = last.count + 1;
      if (nowMs - last.atMs < logEveryMs) {
        logged.set(reason, { ...last, count });
        return;
      }
      logged.set(reason, { atMs: nowMs, count: 0 });
      // The count includes those since the last log line.
      logger?.warn("Connections rejected or closed", { reason, count, client: network ?? "proxy" });
    },

    setKind(connection, kind) {
      connection.kind = kind;
      // Sets keep insertion order: the first one has been idle longest.
      if (kind !== "waiting") return;
      for (const set of setsOf(connection)) {
        // A response may end after its connection, which must not be added again.
        if (set.delete(connection)) set.add(connection);
      }
    },
  };

  function setsOf({ network }: Connection): readonly Set<Connection>[] {
    const own = network === null ? undefined : byNetwork.get(network);
    return own === undefined ? [all] : [all, own];
  }

  /** False: there is no connection to close. */
  function makeRoom(set: Set<Connection>): boolean {
    for (const connection of set) {
      if (connection.kind !== "waiting") continue;
      forget(connection);
      guard.drop(connection, "idle");
      return true;
    }
    return false;
  }

  function forget(connection: Connection): void {
    all.delete(connection);
    const { network } = connection;
    const own = network === null ? undefined : byNetwork.get(network);
    if (network === null || own === undefined) return;
    own.delete(connection);
    if (own.size === 0) byNetwork.delete(network);
  }

  server.on("connection", (socket: Socket) => {
    const address = (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    const network = isTrusted(address) ? null : visitorNetwork(address);
    const own = network === null ? undefined : byNetwork.get(network);
    const refusal =
      perAddress > 0 && own !== undefined && own.size >= perAddress && !makeRoom(own)
        ? "address"
        : most > 0 && all.size >= most && !makeRoom(all)
          ? "total"
          : null;
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
      startedAtMs: 0,
      bytesBefore: 0,
      queue: [],
    };
    all.add(connection);
    if (network !== null) {
      const set = byNetwork.get(network);
      if (set === undefined) byNetwork.set(network, new Set([connection]));
      else set.add(connection);
    }
    connections.set(socket, { connection, guard });
    socket.once("close", () => {
      forget(connection);
      connection.queue.length = 0;
    });
  });

  function begin(connection: Connection, [request, response]: Exchange): void {
    guard.setKind(connection, "answering");
    connection.current = request;
    connection.startedAtMs = clock.steadyMs();
    connection.bytesBefore = connection.socket.bytesRead;
    response.once("close", () => {
      guard.setKind(connection, "waiting");
      connection.startedAtMs = clock.steadyMs();
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
      // We have something to do before there is an answer.
      else socket.setTimeout(stalledAfterMs);
    };
    setPatientTimer(clock, judge, secondLookMs);
  });

  function look(): void {
    const nowMs = clock.steadyMs();
    for (const connection of all) {
      const { current, kind, startedAtMs, socket, bytesBefore } = connection;
      if (current === null || current.complete || kind === "upgraded") continue;
      const tookMs = nowMs - startedAtMs;
      const tooSlow =
        tookMs > bodyGraceMs && socket.bytesRead - bytesBefore < (leastBytesPerSecond * tookMs) / 1000;
      if (kind === "waiting" ? tookMs > unreadGraceMs : tooSlow) guard.drop(connection, "slow");
    }
  }
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

/** Limited by the descriptors of the process, minus those it needs itself. */
function withinDescriptors(wanted: number): number {
  try {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    if (!Number.isInteger(limit)) return wanted;
    const left = Math.max(limit - otherDescriptors, Math.floor(limit / 2));
    return wanted === 0 ? left : Math.min(wanted, left);
  } catch {
    // Not Linux.
    return wanted;
  }
}
