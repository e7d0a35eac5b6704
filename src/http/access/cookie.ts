import type { Context } from "koa";
import { sessionLongestMs } from "../../access/sessions.ts";
import { cookieName } from "./credentials.ts";

/** The session cookie; null ends it. */
export function setSessionCookie(ctx: Context, token: string | null, https: boolean): void {
  const life = token === null ? "Max-Age=0" : `Max-Age=${sessionLongestMs / 1000}`;
  const parts = [`${cookieName(https)}=${token ?? ""}`, "Path=/", life, "HttpOnly", "SameSite=Strict"];
  ctx.set("Set-Cookie", [...parts, ...(https ? ["Secure"] : [])].join("; "));
}
