/** Origin and destination of a request, according to the browser. */
export interface RequestOrigin {
  /** The header `Origin`. */
  readonly origin: string | undefined;
  /** The header `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  /** The header `Host`: the host and port that the browser connects to. */
  readonly host: string | undefined;
  /** The public URL, if a reverse proxy changes `Host`; null: use `Host`. */
  readonly publicUrl: string | null;
}

/**
 * Whether a request with a cookie comes from one of our own pages. Browsers that send neither header are rejected:
 * all browsers of recent years send at least one of the two with changing requests. `Sec-Fetch-Site` is checked
 * first, because pages cannot set it; if both are present, both must match.
 */
export function isOwnPage({ origin, fetchSite, host, publicUrl }: RequestOrigin): boolean {
  if (saysNothing({ origin, fetchSite, host, publicUrl })) return false;
  if (fetchSite !== undefined && fetchSite !== "same-origin") return false;
  return origin === undefined || isOurs(origin, host, publicUrl);
}

/** Programs send neither header; all browsers of recent years send at least one with changing requests. */
export const saysNothing = ({ origin, fetchSite }: RequestOrigin): boolean =>
  origin === undefined && fetchSite === undefined;

/** All browsers send `Origin` with WebSocket upgrades (RFC 6455, 10.2), so it is required. */
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
