import type { IncomingMessage } from "node:http";
import type { RequestOrigin } from "../../access/rules/origin.ts";

/** What the request's headers say of the page that sends it. */
export function originOf({ headers }: IncomingMessage, publicUrl: string | null): RequestOrigin {
  const site = headers["sec-fetch-site"];
  return {
    origin: headers.origin,
    fetchSite: typeof site === "string" ? site : undefined,
    host: headers.host,
    publicUrl,
  };
}

/** Whether requests of this method change something, which no page but ours may ask for. */
export const isChanging = (method: string | undefined): boolean =>
  method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
