import type { Router } from "@koa/router";
import type { Access } from "../../access/access.ts";
import { readSmallBody } from "./body.ts";
import { presentAudit, presentKey, presentRule, presentSession, presentUser } from "./present.ts";
import { idOf } from "./routes.ts";
import { noteForAudit, viewerOf } from "./viewer.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import { auditQuery, newKeyBody, newRuleBody, newUserBody, userChangeBody } from "./schema.ts";
import { isoTime } from "../server/presenters.ts";
import { readQuery } from "../server/query.ts";

type Context = Parameters<typeof viewerOf>[0];

/** `/users`, `/sessions`, `/api-keys`, `/ip-rules` and `/audit`. */
export function addAccessAdminRoutes(
  router: Router,
  { access, clientAddress }: { readonly access: Access; readonly clientAddress: ClientAddress },
): void {
  const { users, sessions, keys, rules, audit, links } = access;

  async function invite(userId: number) {
    const { token, expiresAtMs } = await links.forUser(userId);
    return { token, expiresAt: isoTime(expiresAtMs) };
  }

  router.get("/users", async (ctx) => {
    ctx.body = { items: (await users.list()).map(presentUser) };
  });

  router.post("/users", async (ctx) => {
    const user = await users.create(await readSmallBody(ctx, newUserBody));
    noteForAudit(ctx, { target: { kind: "users", id: String(user.id) }, details: { role: user.role } });
    ctx.status = 201;
    ctx.body = { user: presentUser(user), invitation: await invite(user.id) };
  });

  router.get("/users/:id", async (ctx) => {
    ctx.body = presentUser(await users.get(idOf(ctx)));
  });

  router.patch("/users/:id", async (ctx) => {
    const change = await readSmallBody(ctx, userChangeBody);
    const user = await users.change(idOf(ctx), change);
    noteForAudit(ctx, { details: { role: user.role, disabled: user.disabled } });
    ctx.body = presentUser(user);
  });

  router.delete("/users/:id", async (ctx) => {
    const { username } = await users.get(idOf(ctx));
    await users.remove(idOf(ctx));
    noteForAudit(ctx, { details: { username } });
    ctx.status = 204;
  });

  router.post("/users/:id/invitation", async (ctx) => {
    noteForAudit(ctx, { details: { invitation: true } });
    ctx.status = 201;
    ctx.body = await invite(idOf(ctx));
  });

  router.delete("/users/:id/totp", async (ctx) => {
    noteForAudit(ctx, { details: { totp: "reset" } });
    await users.resetTotp(idOf(ctx));
    ctx.status = 204;
  });

  router.get("/sessions", async (ctx) => {
    const viewer = viewerOf(ctx);
    const currentId = viewer.kind === "user" ? viewer.sessionId : null;
    ctx.body = { items: (await sessions.list(null)).map((session) => presentSession(session, currentId)) };
  });

  router.delete("/sessions/:id", async (ctx) => {
    const { username } = await sessions.revoke(idOf(ctx), null);
    noteForAudit(ctx, { details: { username } });
    ctx.status = 204;
  });

  router.get("/api-keys", async (ctx) => {
    ctx.body = { items: (await keys.list()).map(presentKey) };
  });

  router.post("/api-keys", async (ctx) => {
    const { name, scopes, expiresAt } = await readSmallBody(ctx, newKeyBody);
    const made = await keys.create({ name, scopes, expiresAtMs: expiresAt, createdBy: userIdOf(ctx) });
    noteForAudit(ctx, {
      target: { kind: "api-keys", id: String(made.key.id) },
      details: { name: made.key.name, scopes: made.key.scopes.join(" ") },
    });
    ctx.status = 201;
    ctx.body = { key: presentKey(made.key), secret: made.secret };
  });

  router.delete("/api-keys/:id", async (ctx) => {
    const { name } = await keys.revoke(idOf(ctx));
    noteForAudit(ctx, { details: { name } });
    ctx.status = 204;
  });

  router.get("/ip-rules", async (ctx) => {
    ctx.body = { items: (await rules.list()).map(presentRule) };
  });

  router.post("/ip-rules", async (ctx) => {
    const body = await readSmallBody(ctx, newRuleBody);
    const rule = await rules.create({ ...body, createdBy: userIdOf(ctx) }, clientAddress(ctx.req));
    noteForAudit(ctx, {
      target: { kind: "ip-rules", id: String(rule.id) },
      details: { purpose: rule.purpose, network: rule.network },
    });
    ctx.status = 201;
    ctx.body = presentRule(rule);
  });

  router.delete("/ip-rules/:id", async (ctx) => {
    const { purpose, network } = await rules.remove(idOf(ctx), clientAddress(ctx.req));
    noteForAudit(ctx, { details: { purpose, network } });
    ctx.status = 204;
  });

  router.get("/audit", async (ctx) => {
    const { limit, after, action, userId, targetKind, targetId, from, to } = readQuery(ctx, auditQuery);
    const { items, next } = await audit.page(
      { actions: action, userId, targetKind, targetId, fromMs: from, toMs: to },
      { before: after === undefined ? null : Number(after), limit },
    );
    ctx.body = { items: items.map(presentAudit), next: next === null ? null : String(next) };
  });
}

function userIdOf(ctx: Context): number | null {
  const viewer = viewerOf(ctx);
  return viewer.kind === "user" ? viewer.userId : null;
}
