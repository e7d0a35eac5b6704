import type { Access } from "../../access/access.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import { empty, json } from "../server/answers.ts";
import type { ClientAddress } from "../server/clientAddress.ts";
import { rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { newKeyChanges, ruleChanges } from "./changes.ts";
import { presentKey, presentRule, presentSession } from "./present.ts";
import { bodyRefusals, maxBodyBytes, refusals, unknown } from "./refusals.ts";
import {
  apiKeyList,
  createdApiKey,
  ipRule,
  ipRuleList,
  newKeyBody,
  newRuleBody,
  sessionList,
} from "./schema.ts";

interface AdminPorts {
  readonly access: Access;
  readonly clientAddress: ClientAddress;
}

const tags = ["Access"];
const params = { id: rowId };
const done = { 204: empty("Done.") };
const route = routesFor<AdminPorts>();

/** Sessions, API keys, and IP rules. */
export const adminRoutes = [
  route(
    {
      method: "GET",
      path: "/sessions",
      may: "access.users",
      operationId: "listSessions",
      tags,
      summary: "Who is signed in, and where.",
      answers: { 200: json("All sessions, last used first.", sessionList) },
      refusals,
    },
    async ({ viewer, ports: { access } }) => {
      const currentId = viewer.kind === "user" ? viewer.sessionId : null;
      return { items: (await access.sessions.list(null)).map((one) => presentSession(one, currentId)) };
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/sessions/:id",
      may: "access.users",
      audit: "session.revoke",
      operationId: "endSession",
      tags,
      summary: "End any user's session.",
      params,
      answers: done,
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { id }, note, ports: { access } }) => {
      const { username } = await access.sessions.revoke(id, null);
      note({ details: { username } });
    },
  ),

  route(
    {
      method: "GET",
      path: "/api-keys",
      may: "access.keys",
      operationId: "listApiKeys",
      tags,
      summary: "API keys, newest first.",
      answers: { 200: json("All keys.", apiKeyList) },
      refusals,
    },
    async ({ ports: { access } }) => ({ items: (await access.keys.list()).map(presentKey) }),
  ),

  route(
    {
      method: "POST",
      path: "/api-keys",
      may: "access.keys",
      audit: "key.create",
      operationId: "createApiKey",
      tags,
      summary: "Create a key. It is shown only in this response.",
      body: newKeyBody,
      maxBodyBytes,
      answers: { 201: json("The key.", createdApiKey) },
      refusals: bodyRefusals,
    },
    async ({ body: { name, scopes, expiresAt }, viewer, note, ports: { access } }) => {
      const createdBy = userIdOf(viewer);
      const { key, secret } = await access.keys.create({ name, scopes, expiresAtMs: expiresAt, createdBy });
      note({
        target: { kind: "api-keys", id: String(key.id) },
        details: { name: key.name },
        changes: newKeyChanges(key),
      });
      return { key: presentKey(key), secret };
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/api-keys/:id",
      may: "access.keys",
      audit: "key.revoke",
      operationId: "revokeApiKey",
      tags,
      summary: "Revoke a key, on all instances within five seconds.",
      params,
      answers: done,
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { id }, note, ports: { access } }) => {
      const { name } = await access.keys.revoke(id);
      note({ details: { name } });
    },
  ),

  route(
    {
      method: "GET",
      path: "/ip-rules",
      may: "access.rules",
      operationId: "listIpRules",
      tags,
      summary: "IP rules.",
      answers: { 200: json("All rules.", ipRuleList) },
      refusals,
    },
    async ({ ports: { access } }) => ({ items: (await access.rules.list()).map(presentRule) }),
  ),

  route(
    {
      method: "POST",
      path: "/ip-rules",
      may: "access.rules",
      audit: "rule.create",
      operationId: "createIpRule",
      tags,
      summary: "Allow a network.",
      body: newRuleBody,
      maxBodyBytes,
      answers: { 201: json("The rule.", ipRule) },
      refusals: { ...bodyRefusals, 409: "The rule exists already, or you would lock yourself out." },
    },
    async ({ body, ctx, viewer, note, ports: { access, clientAddress } }) => {
      const createdBy = userIdOf(viewer);
      const rule = await access.rules.create({ ...body, createdBy }, clientAddress(ctx.req));
      note({
        target: { kind: "ip-rules", id: String(rule.id) },
        details: { network: rule.network },
        changes: ruleChanges(null, rule),
      });
      return presentRule(rule);
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/ip-rules/:id",
      may: "access.rules",
      audit: "rule.delete",
      operationId: "deleteIpRule",
      tags,
      summary: "Remove a rule.",
      params,
      answers: done,
      refusals: { ...refusals, ...unknown, 409: "You would lock yourself out." },
    },
    async ({ params: { id }, ctx, note, ports: { access, clientAddress } }) => {
      const rule = await access.rules.remove(id, clientAddress(ctx.req));
      note({ details: { network: rule.network }, changes: ruleChanges(rule, null) });
    },
  ),
];

const userIdOf = (viewer: Viewer): number | null => (viewer.kind === "user" ? viewer.userId : null);
