import type { IncomingMessage } from "node:http";
import type { Credential } from "../../access/authenticator.ts";

/**
 * Over https the browser itself sees to it that only our host, and no neighbour below the same domain, can set the
 * cookie (`__Host-`, RFC 6265bis); without https that name is not to be had.
 */
export const cookieName = (https: boolean): string => `${https ? "__Host-" : ""}phone_proxy_session`;

/**
 * What the request brings: a key in `Authorization: Bearer …` or `X-API-Key`, else the session's cookie. A key
 * that is no good is not made up for by a cookie.
 */
export function credentialOf({ headers }: IncomingMessage, https: boolean): Credential | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const key = bearer ?? headers["x-api-key"];
  if (typeof key === "string" && key !== "") return { kind: "key", secret: key };
  const session = cookie(headers.cookie, cookieName(https));
  return session === null ? null : { kind: "session", secret: session };
}

function cookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(";") ?? []) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || null;
  }
  return null;
}
