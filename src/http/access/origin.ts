import type { IncomingMessage } from "node:http";
import type { RequestOrigin } from "../../access/rules/origin.ts";

/** The page that sent the request, according to its headers. */
export function originOf({ headers }: IncomingMessage, publicUrl: string | null): RequestOrigin {
  const site = headers["sec-fetch-site"];
  return {
    origin: headers.origin,
    fetchSite: typeof site === "string" ? site : undefined,
    host: headers.host,
    publicUrl,
  };
}

/** Whether requests with this method change something, which only our own pages may do. */
export const isChanging = (method: string | undefined): boolean =>
  method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
