import { bodyInvalid, databaseAway } from "../server/answers.ts";
import type { Refusals } from "../server/answers.ts";

/** Errors that depend on the sender: no session, no permission, a foreign origin, too many requests. */
export const refusals: Refusals = {
  401: "Sign in first.",
  403: "You, your IP address, or the page that sent the request do not have permission.",
  429: "Too many requests; see `Retry-After`.",
  ...databaseAway,
};

export const bodyRefusals: Refusals = {
  ...bodyInvalid,
  413: "The body is too large.",
  415: "The body is not JSON.",
  ...refusals,
};

export const unknown: Refusals = { 404: "There is nothing with this ID." };

/** A form of names and passwords is small; a larger body to a route that anyone may call is an attack. */
export const maxBodyBytes = 16 * 1024;
