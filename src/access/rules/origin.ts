/** What a browser says about where a request comes from, and where it went. */
export interface RequestOrigin {
  /** The header `Origin`. */
  readonly origin: string | undefined;
  /** The header `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  /** The header `Host`: the host and port that the browser believes to talk to. */
  readonly host: string | undefined;
  /** The address under which people reach us when a reverse proxy changes `Host`; null: they use `Host`. */
  readonly publicUrl: string | null;
}

/**
 * Whether a request that a browser sends with its cookie comes from a page of our own. Browsers that do not
 * say where from are refused: each of the last years says at least one of the two with whatever changes
 * something. `Sec-Fetch-Site` is compared first, since no page can write it; both have to agree when both
 * are there.
 */
export function isOwnPage({ origin, fetchSite, host, publicUrl }: RequestOrigin): boolean {
  if (saysNothing({ origin, fetchSite, host, publicUrl })) return false;
  if (fetchSite !== undefined && fetchSite !== "same-origin") return false;
  return origin === undefined || isOurs(origin, host, publicUrl);
}

/** Programs say nothing; each browser of the last years says something with whatever changes anything. */
export const saysNothing = ({ origin, fetchSite }: RequestOrigin): boolean =>
  origin === undefined && fetchSite === undefined;

/** Upgrades to a WebSocket carry `Origin` in every browser (RFC 6455, 10.2), so that it is always asked for. */
export function mayUpgrade(request: RequestOrigin): boolean {
  return request.origin !== undefined && isOwnPage(request);
}

function isOurs(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  // "null" is the origin of sandboxed pages and files.
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (publicUrl !== null && from.origin === new URL(publicUrl).origin) return true;
  return host !== undefined && (from.protocol === "http:" || from.protocol === "https:")
    ? sameHost(from, host)
    : false;
}

function sameHost(from: URL, host: string): boolean {
  const url = `${from.protocol}//${host}`;
  return URL.canParse(url) && new URL(url).host === from.host;
}
