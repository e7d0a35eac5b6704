import type { IncomingMessage } from "node:http";
import type { DropReason } from "./connectionDrops.ts";

export interface BodyTimes {
  /** A body must keep up the least rate, averaged over this time. */
  readonly bodyGraceMs: number;
  /** For what is left of a body that the answer did not wait for. */
  readonly unreadGraceMs: number;
  /** A body that takes longer counts towards the limit of its address. */
  readonly lingeringMs: number;
}

/** A connection whose request may have a body. */
export interface Arriving {
  readonly socket: { readonly bytesRead: number };
  /** null: one of our reverse proxies, which forwards the bodies of many clients. */
  readonly network: string | null;
  readonly kind: "waiting" | "answering" | "upgraded";
  readonly current: Pick<IncomingMessage, "complete" | "readableLength"> | null;
  /** When the request began, or its answer ended. */
  readonly beganAtMs: number;
  readonly beganAtBytes: number;
  /** Since when the rate is measured. */
  sinceMs: number;
  sinceBytes: number;
}

const leastBytesPerSecond = 1024;
/** Per IPv4 address or IPv6 /64; an office behind one address rarely sends more than a few files at a time. */
const mostLingering = 20;

/** Finds bodies that arrive too slowly, and the slowest ones of an address with too many on their way. */
export function lookAtBodies<Connection extends Arriving>(
  connections: Iterable<Connection>,
  nowMs: number,
  { bodyGraceMs, unreadGraceMs, lingeringMs }: BodyTimes,
  drop: (connection: Connection, reason: DropReason) => void,
): void {
  const lingering = new Map<string, Connection[]>();
  for (const connection of connections) {
    const { current, kind, network } = connection;
    if (current === null || current.complete || kind === "upgraded") continue;
    const tookMs = nowMs - connection.sinceMs;
    if (kind === "waiting") {
      if (tookMs > unreadGraceMs) drop(connection, "slow");
      continue;
    }
    // Arrived data is not being read: the client waits for us.
    if (current.readableLength > 0) measureFrom(connection, nowMs);
    else if (tookMs > bodyGraceMs) {
      if (rateSince(connection, nowMs) < leastBytesPerSecond) {
        drop(connection, "slow");
        continue;
      }
      // A fast start does not excuse a slow rest.
      measureFrom(connection, nowMs);
    }
    if (network === null || nowMs - connection.beganAtMs <= lingeringMs) continue;
    lingering.set(network, [...(lingering.get(network) ?? []), connection]);
  }
  for (const bodies of lingering.values()) {
    const tooMany = Math.max(0, bodies.length - mostLingering);
    const slowestFirst = bodies.toSorted((one, other) => averageRate(one, nowMs) - averageRate(other, nowMs));
    for (const body of slowestFirst.slice(0, tooMany)) drop(body, "bodies");
  }
}

function measureFrom(connection: Arriving, nowMs: number): void {
  connection.sinceMs = nowMs;
  connection.sinceBytes = connection.socket.bytesRead;
}

const rateSince = ({ socket, sinceMs, sinceBytes }: Arriving, nowMs: number): number =>
  ((socket.bytesRead - sinceBytes) * 1000) / (nowMs - sinceMs);

const averageRate = ({ socket, beganAtMs, beganAtBytes }: Arriving, nowMs: number): number =>
  (socket.bytesRead - beganAtBytes) / (nowMs - beganAtMs);
