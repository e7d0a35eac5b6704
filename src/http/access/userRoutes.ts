import type { Access } from "../../access/access.ts";
import { AccessError } from "../../access/errors.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import { empty, json } from "../server/answers.ts";
import { isoTime } from "../server/presenters.ts";
import { rowId } from "../server/fields.ts";
import { routesFor } from "../server/route.ts";
import { userChanges } from "./changes.ts";
import { presentUser } from "./present.ts";
import { bodyRefusals, maxBodyBytes, refusals, unknown } from "./refusals.ts";
import {
  createdUser,
  invitation,
  newUserBody,
  user as userSchema,
  userPatchBody,
  userList,
} from "./schema.ts";

const tags = ["Access"];
const params = { id: rowId };
const done = { 204: empty("Done.") };
const lastAdministrator = { 409: "This is the last administrator." };
const ownAccount = {
  409: "This is your own account. Change it with your password, or ask another administrator.",
};
const route = routesFor<{ readonly access: Access }>();

export const userRoutes = [
  route(
    {
      method: "GET",
      path: "/users",
      may: "access.users",
      operationId: "listUsers",
      tags,
      summary: "All users by name.",
      answers: { 200: json("All users.", userList) },
      refusals,
    },
    async ({ ports: { access } }) => ({ items: (await access.users.list()).map(presentUser) }),
  ),

  route(
    {
      method: "POST",
      path: "/users",
      may: "access.users",
      audit: "user.create",
      operationId: "createUser",
      tags,
      summary: "Create a user, who sets a password with the invitation.",
      body: newUserBody,
      maxBodyBytes,
      answers: { 201: json("The user and the invitation.", createdUser) },
      refusals: { ...bodyRefusals, 409: "The name is taken." },
    },
    async ({ body, note, ports: { access } }) => {
      const user = await access.users.create(body);
      note({
        target: { kind: "users", id: String(user.id) },
        details: { username: user.username },
        changes: userChanges(null, user),
      });
      return { user: presentUser(user), invitation: await invite(access, user.id) };
    },
  ),

  route(
    {
      method: "GET",
      path: "/users/:id",
      may: "access.users",
      operationId: "getUser",
      tags,
      summary: "One user.",
      params,
      answers: { 200: json("The user.", userSchema) },
      refusals: { ...refusals, ...unknown },
    },
    async ({ params: { id }, ports: { access } }) => presentUser(await access.users.get(id)),
  ),

  route(
    {
      method: "PATCH",
      path: "/users/:id",
      may: "access.users",
      audit: "user.change",
      operationId: "changeUser",
      tags,
      summary: "Change the name, the role, or whether the user may sign in.",
      params,
      body: userPatchBody,
      maxBodyBytes,
      answers: { 200: json("The user after the change.", userSchema) },
      refusals: { ...bodyRefusals, ...unknown, ...lastAdministrator },
    },
    async ({ params: { id }, body, note, ports: { access } }) => {
      const { before, after } = await access.users.change(id, body);
      note({ details: { username: after.username }, changes: userChanges(before, after) });
      return presentUser(after);
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/users/:id",
      may: "access.users",
      audit: "user.delete",
      operationId: "deleteUser",
      tags,
      summary: "Remove a user.",
      params,
      answers: done,
      refusals: { ...refusals, ...unknown, ...lastAdministrator },
    },
    async ({ params: { id }, note, ports: { access } }) => {
      const user = await access.users.get(id);
      await access.users.remove(id);
      note({ details: { username: user.username }, changes: userChanges(user, null) });
    },
  ),

  route(
    {
      method: "POST",
      path: "/users/:id/invitation",
      may: "access.users",
      audit: "user.change",
      operationId: "inviteUser",
      tags,
      summary: "Create a one-time link for a user who has forgotten the password.",
      params,
      answers: { 201: json("The link.", invitation) },
      refusals: { ...refusals, ...unknown, ...ownAccount },
    },
    ({ params: { id }, viewer, note, ports: { access } }) => {
      refuseOwn(viewer, id);
      note({ details: { invitation: true } });
      return invite(access, id);
    },
  ),

  route(
    {
      method: "DELETE",
      path: "/users/:id/totp",
      may: "access.users",
      audit: "user.change",
      operationId: "resetTotp",
      tags,
      summary: "Let a user who lost the authenticator app sign in without it.",
      params,
      answers: done,
      refusals: { ...refusals, ...unknown, ...ownAccount },
    },
    async ({ params: { id }, viewer, note, ports: { access } }) => {
      refuseOwn(viewer, id);
      note({ details: { totp: "reset" } });
      await access.users.resetTotp(id);
    },
  ),
];

/** A stolen session must not get around the password and the authenticator. */
function refuseOwn(viewer: Viewer, userId: number): void {
  if (viewer.kind === "user" && viewer.userId === userId)
    throw new AccessError("OWN_ACCOUNT", "This is your own account.");
}

async function invite({ links }: Access, userId: number) {
  const { token, expiresAtMs } = await links.forUser(userId);
  return { token, expiresAt: isoTime(expiresAtMs) };
}
