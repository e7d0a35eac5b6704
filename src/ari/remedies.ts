import { AriError } from "./errors.ts";
import type { AriAddress } from "./types.ts";

/** Why the connection failed and how to fix it, for the engineer on call. Never contains the password. */
export function inWords(error: unknown, address: AriAddress): string {
  const where = `${address.name} (${withoutCredentials(address.url)})`;
  if (!(error instanceof AriError)) return `${where}: ${String(error)}`;
  const remedy = error.status === null ? byCode(codeOf(error.cause)) : byStatus(error.status, address);
  if (remedy !== null) return `${where}: ${remedy}`;
  if (error.code === "ARI_TIMEOUT") {
    return `${where}: Asterisk did not answer in time: check whether it is overloaded or a firewall drops packets`;
  }
  return `${where}: ${error.message}`;
}

function byStatus(status: number, address: AriAddress): string | null {
  if (status === 401) {
    return `Asterisk rejected the username or password (401): compare the user "${address.username}" and its password with ari.conf, then run "module reload res_ari"`;
  }
  if (status === 403) {
    return `Asterisk denied the request (403): set read_only=no for the user "${address.username}" in ari.conf`;
  }
  if (status === 404) {
    return "the server at this address has no /ari (404): check the address and prefix, enabled=yes in ari.conf, and that res_ari and its modules are loaded";
  }
  if (status === 503) return "Asterisk is still starting or is stopping (503)";
  if (status >= 500) {
    return `Asterisk could not register the application "${address.application}" (${status}): see its log`;
  }
  return null;
}

function byCode(code: string | null): string | null {
  switch (code) {
    case "ECONNREFUSED":
      return "nothing is listening there: check that Asterisk is running, and check enabled, bindaddr, and bindport in http.conf";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name cannot be resolved: check the address";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the host cannot be reached: check the address, the network, and firewalls";
    case "ECONNRESET":
      return "the connection was reset: Asterisk stopped, or sessionlimit in http.conf is reached";
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return "the port does not speak TLS: use http:// or the TLS port";
    default:
      return null;
  }
}

function codeOf(cause: unknown): string | null {
  if (typeof cause !== "object" || cause === null) return null;
  // If the attempts over IPv4 and IPv6 both fail, the error contains both.
  if (cause instanceof AriError) return codeOf(cause.cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : null;
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//");
}
