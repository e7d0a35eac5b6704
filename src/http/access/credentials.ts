import type { IncomingMessage } from "node:http";
import type { Credential } from "../../access/authenticator.ts";

/**
 * Over HTTPS, browsers ensure that only our host, and no sibling domain, can set the cookie (`__Host-`, RFC
 * 6265bis). Without HTTPS that prefix is not available.
 */
export const cookieName = (https: boolean): string => `${https ? "__Host-" : ""}phone_proxy_session`;

/**
 * The request's credential: a key in `Authorization: Bearer …` or `X-API-Key`, otherwise the session cookie. A
 * cookie does not replace an invalid key.
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
