import type { z } from "zod";
import { keyScopes, permissionsOf, roles } from "../../access/rules/rights.ts";
import { empty, json } from "../server/answers.ts";
import { rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { setSessionCookie } from "./cookie.ts";
import { personOf, visitorOf } from "./person.ts";
import { presentSession } from "./present.ts";
import { bodyRefusals, maxBodyBytes, refusals, unknown } from "./refusals.ts";
import {
  codeBody,
  passwordBody,
  proofBody,
  recoveryCodes,
  roleList,
  sessionList,
  totpSecret,
} from "./schema.ts";
import { inOrder } from "./sessionRoutes.ts";
import type { SessionPorts } from "./sessionRoutes.ts";

const tags = ["Access"];
const done = { 204: empty("Done.") };
const confirmation = {
  403: "The password or the code is wrong, or the code is missing; `code` says which.",
  429: "Too many attempts in this session, or too many requests; see `Retry-After`.",
};
const route = routesFor<SessionPorts>();

/** The roles, and the user's own account. */
export const accountRoutes = [
  route(
    {
      method: "GET",
      path: "/roles",
      may: "signedIn",
      operationId: "listRoles",
      tags,
      summary: "The roles and their permissions.",
      answers: { 200: json("All roles.", roleList) },
      refusals,
    },
    () => ({
      items: roles.map((role) => ({ role, permissions: inOrder(permissionsOf(role)) })),
      keyScopes,
    }),
  ),

  route(
    {
      method: "GET",
      path: "/account/sessions",
      may: "person",
      operationId: "listOwnSessions",
      tags,
      summary: "Where you are signed in.",
      answers: { 200: json("Your sessions, last used first.", sessionList) },
      refusals,
    },
    async ({ viewer, ports: { access } }) => {
      const { userId, sessionId } = personOf(viewer);
      const sessions = await access.sessions.list(userId);
      return { items: sessions.map((session) => presentSession(session, sessionId)) };
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/account/sessions/:id",
      may: "person",
      audit: "session.revoke",
      operationId: "endOwnSession",
      tags,
      summary: "End one of your sessions.",
      params: { id: rowId },
      answers: done,
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { id }, viewer, note, ports: { access } }) => {
      const { username } = await access.sessions.revoke(id, personOf(viewer).userId);
      note({ details: { username } });
    },
  ),

  route(
    {
      method: "POST",
      path: "/account/sessions/end-others",
      may: "person",
      audit: "session.revoke",
      operationId: "endOtherSessions",
      tags,
      summary: "End all of your sessions except this one.",
      answers: done,
      refusals,
    },
    async ({ viewer, ports: { access } }) => {
      const { userId, sessionId } = personOf(viewer);
      await access.sessions.revokeOthers(userId, sessionId);
    },
  ),

  route(
    {
      method: "PUT",
      path: "/account/password",
      may: "person",
      audit: "password",
      operationId: "changePassword",
      tags,
      summary: "Change your password; your other sessions end.",
      body: passwordBody,
      maxBodyBytes,
      answers: done,
      refusals: { ...bodyRefusals, ...confirmation },
    },
    async ({ body: { current, next }, ctx, viewer, ports: { access, clientAddress, isHttps } }) => {
      const visitor = visitorOf(ctx, clientAddress);
      const token = await access.account.changePassword(personOf(viewer), current, next, visitor);
      setSessionCookie(ctx, token, isHttps(ctx.req));
    },
  ),

  route(
    {
      method: "POST",
      path: "/account/totp",
      may: "person",
      audit: "totp",
      operationId: "startTotp",
      tags,
      summary: "Start setting up an authenticator app, or replacing the active one.",
      description:
        "Needs your password and, if an authenticator is active, its code, so that a stolen session cannot replace it.",
      body: proofBody,
      maxBodyBytes,
      answers: { 200: json("The secret, to type or scan into the authenticator app.", totpSecret) },
      refusals: { ...bodyRefusals, ...confirmation },
    },
    ({ body, ctx, viewer, note, ports: { access, clientAddress } }) => {
      note({ details: { step: "begun" } });
      return access.account.startTotp(personOf(viewer), proofOf(body), visitorOf(ctx, clientAddress));
    },
  ),

  route(
    {
      method: "POST",
      path: "/account/totp/confirm",
      may: "person",
      audit: "totp",
      operationId: "confirmTotp",
      tags,
      summary: "Confirm that the authenticator app works; from then on, signing in asks for its code.",
      body: codeBody,
      maxBodyBytes,
      answers: { 200: json("Recovery codes, shown only here.", recoveryCodes) },
      refusals: { ...bodyRefusals, ...confirmation, 409: "The setup was not started." },
    },
    async ({ body: { code }, viewer, note, ports: { access } }) => {
      note({ details: { step: "confirmed" } });
      return { codes: [...(await access.account.confirmTotp(personOf(viewer), code))] };
    },
  ),

  route(
    {
      method: "POST",
      path: "/account/totp/recovery-codes",
      may: "person",
      audit: "totp",
      operationId: "renewRecoveryCodes",
      tags,
      summary: "Replace the recovery codes. Needs your password and a code.",
      body: proofBody,
      maxBodyBytes,
      answers: { 200: json("Recovery codes, shown only here.", recoveryCodes) },
      refusals: { ...bodyRefusals, ...confirmation, 409: "There is no authenticator." },
    },
    async ({ body, ctx, viewer, note, ports: { access, clientAddress } }) => {
      note({ details: { step: "recoveryCodes" } });
      const visitor = visitorOf(ctx, clientAddress);
      return {
        codes: [...(await access.account.renewRecoveryCodes(personOf(viewer), proofOf(body), visitor))],
      };
    },
  ),

  route(
    {
      method: "POST",
      path: "/account/totp/stop",
      may: "person",
      audit: "totp",
      operationId: "stopTotp",
      tags,
      summary: "Turn the authenticator app off. Needs your password and a code from the app.",
      body: proofBody,
      maxBodyBytes,
      answers: done,
      refusals: { ...bodyRefusals, ...confirmation },
    },
    async ({ body, ctx, viewer, note, ports: { access, clientAddress } }) => {
      note({ details: { step: "stopped" } });
      await access.account.stopTotp(personOf(viewer), proofOf(body), visitorOf(ctx, clientAddress));
    },
  ),
];

const proofOf = ({ password, code }: z.output<typeof proofBody>) => ({ password, code: code ?? null });
