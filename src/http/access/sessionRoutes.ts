import type { IncomingMessage } from "node:http";
import type { Access } from "../../access/access.ts";
import { actorOf } from "../../access/auditLog.ts";
import { AccessError } from "../../access/errors.ts";
import { permissions, permissionsOf } from "../../access/rules/rights.ts";
import type { Permission, Viewer } from "../../access/rules/rights.ts";
import type { AuditEvent, User } from "../../access/types.ts";
import { empty, json } from "../server/answers.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import { routesFor } from "../server/route.ts";
import { setSessionCookie } from "./cookie.ts";
import { credentialOf } from "./credentials.ts";
import { personOf, visitorOf } from "./person.ts";
import { presentUser } from "./present.ts";
import { bodyRefusals, maxBodyBytes, refusals } from "./refusals.ts";
import {
  currentSession,
  invitationBody,
  invitedUser,
  linkBody,
  setUpBody,
  signInBody,
  user as userSchema,
} from "./schema.ts";

/** null: access is open. */
export interface CurrentSessionPorts {
  readonly access: Pick<Access, "users"> | null;
}

export interface SessionPorts {
  readonly access: Access;
  readonly clientAddress: ClientAddress;
  readonly isHttps: (request: IncomingMessage) => boolean;
}

const tags = ["Access"];

/** Available with open access, too: the pages learn from it that no sign-in is needed. */
export const currentSessionRoute = routesFor<CurrentSessionPorts>()(
  {
    method: "GET",
    path: "/session",
    may: "public",
    operationId: "getSession",
    tags,
    summary: "Who is signed in, and their permissions.",
    answers: { 200: json("The session.", currentSession) },
    refusals,
  },
  async ({ viewer, ports: { access } }) => {
    const isUser = viewer.kind === "user";
    return {
      access: access === null ? "open" : "required",
      setUpNeeded: access !== null && viewer.kind === "anonymous" && !(await access.users.hasAdministrator()),
      user: access !== null && isUser ? presentUser(await access.users.get(viewer.userId)) : null,
      sessionId: isUser ? viewer.sessionId : null,
      permissions: inOrder(viewer.permissions),
    };
  },
);

const route = routesFor<SessionPorts>();

/**
 * Signing in and out, and one-time links. These write their own audit entries, because the user is known only
 * afterwards.
 */
export const sessionRoutes = [
  route(
    {
      method: "POST",
      path: "/session",
      may: "public",
      audit: null,
      signsIn: true,
      operationId: "signIn",
      tags,
      summary: "Sign in; the session is in a cookie that scripts cannot read.",
      body: signInBody,
      maxBodyBytes,
      answers: { 200: json("Signed in.", currentSession) },
      refusals: {
        ...bodyRefusals,
        401: "The name or the password is wrong, or `code` is needed.",
        403: "The code is wrong, or the page that sent the request does not have permission.",
        429: "Too many failed attempts for this user at this address, or too many at this address; see `Retry-After`.",
      },
    },
    async ({ body: { username, password, code = null }, ctx, viewer, ports }) => {
      const { access, clientAddress, isHttps } = ports;
      const https = isHttps(ctx.req);
      const credential = credentialOf(ctx.req, https);
      const replaces = credential?.kind === "session" ? credential.secret : null;
      const address = clientAddress(ctx.req);
      try {
        const { user, token, sessionId } = await access.signIn(
          { username, password, code, replaces },
          visitorOf(ctx, clientAddress),
        );
        await record(access, { action: "sign-in", actor: asUser(user), address });
        setSessionCookie(ctx, token, https);
        return {
          access: "required",
          setUpNeeded: false,
          user: presentUser(user),
          sessionId,
          permissions: inOrder(permissionsOf(user.role)),
        };
      } catch (error) {
        await recordRefusal(access, { username, viewer, address }, error);
        throw error;
      }
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/session",
      may: "person",
      audit: "sign-out",
      operationId: "signOut",
      tags,
      summary: "Sign out.",
      answers: { 204: empty("Done.") },
      refusals,
    },
    async ({ ctx, viewer, ports: { access, isHttps } }) => {
      const { sessionId, userId } = personOf(viewer);
      await access.sessions.revoke(sessionId, userId);
      setSessionCookie(ctx, null, isHttps(ctx.req));
    },
  ),

  route(
    {
      method: "POST",
      path: "/set-up",
      may: "public",
      audit: null,
      operationId: "setUp",
      tags,
      summary: "Create the first administrator with the one-time link in the log.",
      body: setUpBody,
      maxBodyBytes,
      answers: { 201: json("The administrator, who may sign in now.", userSchema) },
      refusals: {
        ...bodyRefusals,
        409: "An administrator already exists.",
        410: "The link is not valid.",
      },
    },
    async ({ body: { token, username, password }, ctx, ports: { access, clientAddress } }) => {
      const user = await access.links.setUp(token, { username, password }, visitorOf(ctx, clientAddress));
      await record(access, { action: "set-up", actor: asUser(user), address: clientAddress(ctx.req) });
      return presentUser(user);
    },
  ),

  route(
    {
      method: "POST",
      path: "/invitations/read",
      may: "public",
      audit: null,
      operationId: "readInvitation",
      tags,
      summary: "Show the user that an administrator's one-time link is for.",
      body: linkBody,
      maxBodyBytes,
      answers: { 200: json("The user name.", invitedUser) },
      refusals: { ...bodyRefusals, 410: "The link is not valid." },
    },
    async ({ body: { token }, ports: { access } }) => {
      const { username } = await access.links.holder(token);
      return { username };
    },
  ),

  route(
    {
      method: "POST",
      path: "/invitations",
      may: "public",
      audit: null,
      operationId: "takeUpInvitation",
      tags,
      summary: "Choose a password with the one-time link from an administrator.",
      body: invitationBody,
      maxBodyBytes,
      answers: { 200: json("The user, who may sign in now.", userSchema) },
      refusals: { ...bodyRefusals, 410: "The link is not valid." },
    },
    async ({ body: { token, password }, ctx, ports: { access, clientAddress } }) => {
      const user = await access.links.accept(token, password, visitorOf(ctx, clientAddress));
      await record(access, {
        action: "password",
        actor: asUser(user),
        address: clientAddress(ctx.req),
        details: { by: "invitation" },
      });
      return presentUser(user);
    },
  ),
];

const record = (
  access: Access,
  event: Pick<AuditEvent, "action" | "actor" | "address"> & Partial<AuditEvent>,
): Promise<void> => access.audit.record({ outcome: "done", target: null, details: null, ...event });

/** The entered name may be a password, so only names of existing users are recorded. */
async function recordRefusal(
  access: Access,
  tried: { readonly username: string; readonly viewer: Viewer; readonly address: string },
  error: unknown,
): Promise<void> {
  if (!(error instanceof AccessError)) return;
  const { code } = error;
  if (code !== "SIGN_IN_FAILED" && code !== "TOTP_WRONG") return;
  const user = await access.users.named(tried.username);
  await record(access, {
    action: "sign-in",
    outcome: "refused",
    actor: actorOf(tried.viewer),
    address: tried.address,
    target: user && { kind: "users", id: String(user.id) },
    details: { code },
  });
}

const asUser = (user: User): AuditEvent["actor"] => ({ kind: "user", id: user.id, name: user.username });

/** In the order of the list, not of the set. */
export const inOrder = (some: ReadonlySet<Permission>): Permission[] =>
  permissions.filter((permission) => some.has(permission));
