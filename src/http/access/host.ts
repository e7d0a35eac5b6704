import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { hostNameOf, judgeHost } from "../../access/rules/host.ts";
import { hostInvalid, hostNotAllowed } from "./problems.ts";

/** Throws an `HttpProblem` unless the request names this server as its host. */
type HostCheck = (request: IncomingMessage) => void;

export function createHostCheck(options: {
  /** `HTTP_HOST`. */
  readonly listenHost: string;
  readonly publicUrl: string | null;
}): HostCheck {
  const { listenHost, publicUrl } = options;
  const names = new Set<string>();
  for (const host of [listenHost, publicUrl === null ? null : new URL(publicUrl).host]) {
    // IP addresses are always allowed.
    const name = host === null || isIP(host) !== 0 ? null : hostNameOf(host);
    if (name !== null) names.add(name);
  }
  return (request) => {
    const { headersDistinct, url = "/" } = request;
    const others = (headersDistinct["x-forwarded-host"] ?? []).flatMap((list) => list.split(","));
    // `GET http://host/path` names the host a second time (RFC 9112, 3.2.2).
    if (!url.startsWith("/") && url !== "*") others.push(/^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "");
    const verdict = judgeHost(
      { host: headersDistinct["host"] ?? [], others: others.map((host) => host.trim()) },
      names,
    );
    if (verdict === "invalid") throw hostInvalid();
    if (verdict === "foreign") throw hostNotAllowed();
  };
}

/** In every mode: HTTP/1.1 requires exactly one `Host` (RFC 9112, 3.2). */
export function requireOneHost({ headersDistinct, httpVersion }: IncomingMessage): void {
  const { length } = headersDistinct["host"] ?? [];
  if (length > 1 || (length === 0 && httpVersion !== "1.0")) throw hostInvalid();
}

/** A fast check for most requests, without the headers object that Node would create. False: use `requireOneHost`. */
export function hasOneHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === "host") hosts += 1;
  return hosts === 1;
}
