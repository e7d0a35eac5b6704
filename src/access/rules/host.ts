/** The host names that a request carries. */
interface RequestHosts {
  /** Every `Host` header; a proper request has exactly one. */
  readonly host: readonly string[];
  /** Further places that name the host: an absolute request target, `X-Forwarded-Host`. */
  readonly others: readonly string[];
}

type HostVerdict = "ours" | "foreign" | "invalid";

/** A name or an address, and perhaps a port. `new URL` alone would take a path or a user name with it. */
const shape = /^(?:\[[\da-f:.]+\]|[^\s/?#@\\:[\]%]+)(?::\d{0,5})?$/i;

/** The name in lower case, without port and final dot; null if the text is not a host. */
export function hostNameOf(text: string): string | null {
  const url = `http://${text}`;
  if (!shape.test(text) || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/\.$/, "");
}

/**
 * Whether a request was meant for this server. A page on a foreign name can make that name resolve to our address
 * (DNS rebinding). To the browser, page and server then have the same origin, and only the name gives the page away.
 * An address in place of a name cannot be rebound, and browsers resolve `localhost` themselves.
 *
 * Ports are not compared. Rebinding needs a name, which the request carries on every port, and behind a forwarded
 * port (`ssh -L`, a container's published port) the browser's port is rightly not ours.
 */
export function judgeHost({ host, others }: RequestHosts, ourNames: ReadonlySet<string>): HostVerdict {
  if (host.length !== 1) return "invalid";
  let verdict: HostVerdict = "ours";
  for (const text of [...host, ...others]) {
    const name = hostNameOf(text);
    if (name === null) return "invalid";
    if (!isLoopbackName(name) && !isAddress(name) && !ourNames.has(name)) verdict = "foreign";
  }
  return verdict;
}

const isLoopbackName = (name: string): boolean => name === "localhost" || name.endsWith(".localhost");

/** `new URL` accepts a name that ends in a number only if it is an IPv4 address, and brackets only around IPv6. */
const isAddress = (name: string): boolean => name.startsWith("[") || /(?:^|\.)\d+$/.test(name);
