import { AriError } from "./errors.ts";
import type { AriAddress } from "./types.ts";

/** Why there is no connection and what to do about it, for the engineer on call. Names no password. */
export function inWords(error: unknown, address: AriAddress): string {
  const where = `${address.name} (${withoutCredentials(address.url)})`;
  if (!(error instanceof AriError)) return `${where}: ${String(error)}`;
  const remedy = error.status === null ? byCode(codeOf(error.cause)) : byStatus(error.status, address);
  if (remedy !== null) return `${where}: ${remedy}`;
  if (error.code === "ARI_TIMEOUT") {
    return `${where}: Asterisk did not answer in time: is it overloaded, or does a firewall drop packets?`;
  }
  return `${where}: ${error.message}`;
}

function byStatus(status: number, address: AriAddress): string | null {
  if (status === 401) {
    return `Asterisk refused the user name or password (401): compare the user "${address.username}" and its password with ari.conf, then "module reload res_ari"`;
  }
  if (status === 403) {
    return `Asterisk does not allow this (403): set read_only=no for the user "${address.username}" in ari.conf`;
  }
  if (status === 404) {
    return "something answers, but has no /ari (404): check the address and prefix, enabled=yes in ari.conf, and that res_ari and its modules are loaded";
  }
  if (status === 503) return "Asterisk is still starting or is stopping (503)";
  if (status >= 500) {
    return `Asterisk could not register the application "${address.application}" (${status}): its log says why`;
  }
  return null;
}

function byCode(code: string | null): string | null {
  switch (code) {
    case "ECONNREFUSED":
      return "nothing listens there: is Asterisk running, and are enabled=yes, bindaddr and bindport set in http.conf?";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name cannot be resolved: check the address";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the host cannot be reached: check the address, the network and firewalls";
    case "ECONNRESET":
      return "the connection was cut: Asterisk stopped, or sessionlimit in http.conf is used up";
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return "the port does not speak TLS: use http:// or the TLS port";
    default:
      return null;
  }
}

function codeOf(cause: unknown): string | null {
  if (typeof cause !== "object" || cause === null) return null;
  // An attempt over IPv4 and IPv6 fails with one error for both.
  if (cause instanceof AriError) return codeOf(cause.cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : null;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//");
}
