import { isIP } from "node:net";

/** The URL at which this machine reaches an address that it listens on: a wildcard is reachable on loopback. */
export function ownUrl({ host, port }: { readonly host: string; readonly port: number }): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}`;
}
