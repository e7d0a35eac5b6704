import type { Context } from "koa";
import type { Viewer } from "../../access/rules/rights.ts";
import type { Visitor } from "../../access/types.ts";
import type { ClientAddress } from "../server/clientAddress.ts";

type Person = Extract<Viewer, { kind: "user" }>;

/** For routes with `may: "person"`. */
export function personOf(viewer: Viewer): Person {
  if (viewer.kind !== "user") throw new Error("A route that requires a session was called without one.");
  return viewer;
}

export const visitorOf = (ctx: Context, clientAddress: ClientAddress): Visitor => ({
  address: clientAddress(ctx.req),
  userAgent: ctx.get("User-Agent"),
});
