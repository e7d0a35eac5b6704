import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { TLSSocket } from "node:tls";

/** The address of the client, as far as the headers can be trusted. */
export type ClientAddress = (request: IncomingMessage) => string;

/** Whether a connection comes from one of our own reverse proxies. */
type TrustedAddress = (address: string) => boolean;

export function createTrustedAddress(trustedProxies: readonly string[]): TrustedAddress {
  // Called for every request, and a block list creates an object for each address.
  if (trustedProxies.length === 0) return () => false;
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = "", prefix] = network.split("/");
    const family = familyOf(address);
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, familyOf(address));
}

/**
 * `X-Forwarded-For` is read from its end, where our own proxies append, and only as far as each sender is one of
 * them. Entries of the client are never trusted.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = createTrustedAddress(trustedProxies);
  return (request) => {
    let client = peerOf(request);
    if (trustedProxies.length === 0) return client;
    const forwarded = String(request.headers["x-forwarded-for"] ?? "").split(",");
    while (isTrusted(client)) {
      const before = plain(forwarded.pop()?.trim() ?? "");
      if (isIP(before) === 0) break;
      client = before;
    }
    return client;
  };
}

/** Whether the browser's connection is encrypted, as far as this can be trusted. */
export function createIsHttps(trustedProxies: readonly string[]): (request: IncomingMessage) => boolean {
  const isTrusted = createTrustedAddress(trustedProxies);
  return (request) => {
    if (request.socket instanceof TLSSocket) return true;
    if (!isTrusted(peerOf(request))) return false;
    const said = String(request.headers["x-forwarded-proto"] ?? "").split(",");
    return said.at(-1)?.trim().toLowerCase() === "https";
  };
}

/** Empty if the connection is gone: an aborted request has no socket, whatever its type says. */
function peerOf({ socket }: { readonly socket: IncomingMessage["socket"] | null }): string {
  return plain(socket?.remoteAddress ?? "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Normalizes an IPv4 address from an IPv6 socket. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
