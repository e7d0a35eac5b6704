import type { IncomingMessage } from "node:http";
import type { Router } from "@koa/router";
import type { Context } from "koa";
import type { Access } from "../../access/access.ts";
import { actorOf } from "../../access/auditLog.ts";
import { AccessError } from "../../access/errors.ts";
import type { Reveal } from "../../access/reveal.ts";
import { sessionLongestMs } from "../../access/sessions.ts";
import type { AuditEvent, User, Visitor } from "../../access/types.ts";
import { keyScopes, openViewer, permissions, permissionsOf, roles } from "../../access/rules/rights.ts";
import type { Permission, Viewer } from "../../access/rules/rights.ts";
import { readSmallBody } from "./body.ts";
import { cookieName, credentialOf } from "./credentials.ts";
import { presentSession, presentUser } from "./present.ts";
import { noteForAudit, viewerOf } from "./viewer.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import {
  codeBody,
  currentPasswordBody,
  idParameter,
  invitationBody,
  passwordBody,
  setUpBody,
  signInBody,
} from "./schema.ts";
import { HttpProblem } from "../server/problems.ts";

export interface AccessRoutesOptions {
  readonly access: Access;
  readonly reveal: Reveal;
  readonly clientAddress: ClientAddress;
  readonly isHttps: (request: IncomingMessage) => boolean;
}

type Person = Extract<Viewer, { kind: "user" }>;

/** While access is open: the pages learn that nobody needs to sign in. */
export function addOpenSessionRoute(router: Router): void {
  router.get("/session", (ctx) => {
    ctx.body = {
      access: "open",
      setUpNeeded: false,
      user: null,
      sessionId: null,
      permissions: [...openViewer.permissions],
    };
  });
}

/** `/session`, `/set-up`, `/invitations`, `/account/…`, `/roles` and the two ways to reveal a number. */
export function addAccessRoutes(router: Router, options: AccessRoutesOptions): void {
  const { access, reveal, clientAddress, isHttps } = options;

  const visitorOf = (ctx: Context): Visitor => ({
    address: clientAddress(ctx.req),
    userAgent: ctx.get("User-Agent"),
  });

  function setCookie(ctx: Context, token: string | null): void {
    const https = isHttps(ctx.req);
    const life = token === null ? "Max-Age=0" : `Max-Age=${sessionLongestMs / 1000}`;
    const parts = [`${cookieName(https)}=${token ?? ""}`, "Path=/", life, "HttpOnly", "SameSite=Strict"];
    ctx.set("Set-Cookie", [...parts, ...(https ? ["Secure"] : [])].join("; "));
  }

  const write = (
    ctx: Context,
    event: Pick<AuditEvent, "action" | "outcome" | "actor"> & Partial<Pick<AuditEvent, "target" | "details">>,
  ): Promise<void> =>
    access.audit.record({ target: null, details: null, address: clientAddress(ctx.req), ...event });

  router.get("/session", async (ctx) => {
    const viewer = viewerOf(ctx);
    ctx.body = {
      access: "required",
      setUpNeeded: viewer.kind === "anonymous" && !(await access.users.hasAdministrator()),
      user: viewer.kind === "user" ? presentUser(await access.users.get(viewer.userId)) : null,
      sessionId: viewer.kind === "user" ? viewer.sessionId : null,
      permissions: inOrder(viewer.permissions),
    };
  });

  router.post("/session", async (ctx) => {
    const { username, password, code = null } = await readSmallBody(ctx, signInBody);
    const credential = credentialOf(ctx.req, isHttps(ctx.req));
    const replaces = credential?.kind === "session" ? credential.secret : null;
    try {
      const { user, token, sessionId } = await access.signIn(
        { username, password, code, replaces },
        visitorOf(ctx),
      );
      await write(ctx, { action: "sign-in", outcome: "done", actor: asUser(user) });
      setCookie(ctx, token);
      ctx.body = {
        access: "required",
        setUpNeeded: false,
        user: presentUser(user),
        sessionId,
        permissions: inOrder(permissionsOf(user.role)),
      };
    } catch (error) {
      await writeRefusal(ctx, username, error);
      throw error;
    }
  });

  /** What is typed as a name may be a password: only names of users are written down. */
  async function writeRefusal(ctx: Context, username: string, error: unknown): Promise<void> {
    if (!(error instanceof AccessError)) return;
    const { code } = error;
    if (code !== "SIGN_IN_FAILED" && code !== "TOTP_WRONG") return;
    const user = await access.users.named(username);
    await write(ctx, {
      action: "sign-in",
      outcome: "refused",
      actor: actorOf(viewerOf(ctx)),
      target: user && { kind: "users", id: String(user.id) },
      details: { code },
    });
  }

  router.post("/set-up", async (ctx) => {
    const { token, username, password } = await readSmallBody(ctx, setUpBody);
    const user = await access.links.setUp(token, { username, password });
    await write(ctx, { action: "set-up", outcome: "done", actor: asUser(user) });
    ctx.status = 201;
    ctx.body = presentUser(user);
  });

  router.post("/invitations", async (ctx) => {
    const { token, password } = await readSmallBody(ctx, invitationBody);
    const user = await access.links.accept(token, password);
    await write(ctx, {
      action: "password",
      outcome: "done",
      actor: asUser(user),
      details: { by: "invitation" },
    });
    ctx.body = presentUser(user);
  });

  router.delete("/session", async (ctx) => {
    const { sessionId, userId } = personOf(ctx);
    await access.sessions.revoke(sessionId, userId);
    setCookie(ctx, null);
    ctx.status = 204;
  });

  router.get("/roles", (ctx) => {
    ctx.body = {
      items: roles.map((role) => ({ role, permissions: inOrder(permissionsOf(role)) })),
      keyScopes,
    };
  });

  router.get("/account/sessions", async (ctx) => {
    const { userId, sessionId } = personOf(ctx);
    const sessions = await access.sessions.list(userId);
    ctx.body = { items: sessions.map((session) => presentSession(session, sessionId)) };
  });

  router.delete("/account/sessions/:id", async (ctx) => {
    const { username } = await access.sessions.revoke(idOf(ctx), personOf(ctx).userId);
    noteForAudit(ctx, { details: { username } });
    ctx.status = 204;
  });

  router.post("/account/sessions/end-others", async (ctx) => {
    const { userId, sessionId } = personOf(ctx);
    await access.sessions.revokeOthers(userId, sessionId);
    ctx.status = 204;
  });

  router.put("/account/password", async (ctx) => {
    const { current, next } = await readSmallBody(ctx, passwordBody);
    setCookie(ctx, await access.account.changePassword(personOf(ctx).userId, current, next, visitorOf(ctx)));
    ctx.status = 204;
  });

  router.post("/account/totp", async (ctx) => {
    noteForAudit(ctx, { details: { step: "begun" } });
    ctx.body = await access.account.startTotp(personOf(ctx).userId);
  });

  router.post("/account/totp/confirm", async (ctx) => {
    noteForAudit(ctx, { details: { step: "confirmed" } });
    const { code } = await readSmallBody(ctx, codeBody);
    await access.account.confirmTotp(personOf(ctx).userId, code);
    ctx.status = 204;
  });

  router.post("/account/totp/stop", async (ctx) => {
    noteForAudit(ctx, { details: { step: "stopped" } });
    const { password } = await readSmallBody(ctx, currentPasswordBody);
    await access.account.stopTotp(personOf(ctx).userId, password, visitorOf(ctx));
    ctx.status = 204;
  });

  router.post("/mappings/:id/reveal", async (ctx) => {
    const realNumber = await reveal.ofMapping(idOf(ctx));
    if (realNumber === null) throw new AccessError("UNKNOWN", "There is no such mapping.");
    ctx.body = { realNumber };
  });

  router.post("/calls/:callId/reveal", async (ctx) => {
    const numbers = await reveal.ofCall(String(ctx["params"].callId));
    if (numbers === null) throw new AccessError("UNKNOWN", "There is no such call.");
    ctx.body = numbers;
  });
}

const asUser = (user: User): AuditEvent["actor"] => ({ kind: "user", id: user.id, name: user.username });

/** In the order of the list, whatever the set's is. */
const inOrder = (some: ReadonlySet<Permission>): Permission[] =>
  permissions.filter((permission) => some.has(permission));

/** The access table lets only people come to these routes. */
function personOf(ctx: Context): Person {
  const viewer = viewerOf(ctx);
  if (viewer.kind !== "user") throw new Error("A route for people was called without a session.");
  return viewer;
}

export function idOf(ctx: Context): number {
  const result = idParameter.safeParse(ctx["params"]);
  if (result.success) return result.data.id;
  throw new HttpProblem({
    status: 400,
    code: "ID_INVALID",
    detail: "The id in the address is not a whole number.",
  });
}
