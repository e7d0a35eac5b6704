import { z } from "zod";
import { auditActions } from "../../access/types.ts";
import { keyScopes, permissions, roles } from "../../access/rules/rights.ts";
import {
  type ApiOperation,
  databaseAway,
  instant,
  json,
  listOf,
  next,
  orNull,
  pageLimit,
  queryInvalid,
  refusals,
  time,
  wholeNumber,
} from "../server/schemas.ts";

const id = z.int().min(1);
const permission = z.enum(permissions).meta({ id: "Permission" });
const role = z.enum(roles).meta({ id: "Role" });
const scope = z.enum(keyScopes);

const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\d][\p{L}\d._@-]{0,63}$/u, "is no name of letters, digits, `.`, `_`, `-` and `@`")
  .meta({ description: "Capital letters make no difference.", example: "anna" });
const displayName = z.string().trim().min(1).max(100);
// What a good one is, is said in words when it is chosen; here only what cannot be one at all is cut off.
const password = z.string().min(1).max(1000).meta({ format: "password" });
const code = z.string().regex(/^\d{6}$/, "is not six digits");
const linkToken = z.string().min(1).max(100);

export const signInBody = z
  .strictObject({ username, password, code: code.optional() })
  .meta({ id: "SignIn" });
export const setUpBody = z.strictObject({ token: linkToken, username, password }).meta({ id: "SetUp" });
export const invitationBody = z.strictObject({ token: linkToken, password }).meta({ id: "TakeUpInvitation" });
export const passwordBody = z
  .strictObject({ current: password, next: password })
  .meta({ id: "PasswordChange" });
export const codeBody = z.strictObject({ code }).meta({ id: "TotpCode" });
export const currentPasswordBody = z.strictObject({ password }).meta({ id: "CurrentPassword" });
export const newUserBody = z.strictObject({ username, displayName, role }).meta({ id: "NewUser" });
export const userChangeBody = z
  .strictObject({
    displayName: displayName.optional(),
    role: role.optional(),
    disabled: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "names nothing to change")
  .meta({ id: "UserChange" });
export const newKeyBody = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(scope).min(1).max(keyScopes.length),
    expiresAt: orNull(instant).default(null),
  })
  .meta({ id: "NewApiKey" });
const purpose = z.enum(["access", "lookups"]).meta({
  id: "IpRulePurpose",
  description:
    "`access`: once there is one, only these networks are answered. `lookups`: these look up without a key.",
});
export const newRuleBody = z
  .strictObject({
    purpose,
    network: z.string().min(1).max(60).meta({ example: "10.0.0.0/8" }),
    note: z.string().trim().max(200).default(""),
  })
  .meta({ id: "NewIpRule" });
export const auditQuery = z.strictObject({
  limit: pageLimit,
  after: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "is not what `next` of a page said")
    .optional(),
  action: listOf(z.enum(auditActions)).optional(),
  userId: wholeNumber(1, 2 ** 31 - 1).optional(),
  targetKind: z.string().max(20).optional(),
  targetId: z.string().max(150).optional(),
  from: instant.optional(),
  to: instant.optional(),
});
export const idParameter = z.object({ id: wholeNumber(1, 2 ** 31 - 1) });

const user = z
  .object({
    id,
    username: z.string(),
    displayName: z.string(),
    role,
    disabled: z.boolean(),
    hasPassword: z.boolean().meta({ description: "False until the invitation is taken up." }),
    hasTotp: z.boolean(),
    lastSignInAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: "User" });

const currentSession = z
  .object({
    access: z.enum(["open", "required"]),
    setUpNeeded: z
      .boolean()
      .meta({ description: "There is no administrator yet; the way to the first is in the log." }),
    user: orNull(user),
    sessionId: id.nullable(),
    permissions: z.array(permission),
  })
  .meta({ id: "CurrentSession" });

const session = z
  .object({
    id,
    userId: id,
    username: z.string(),
    current: z.boolean(),
    address: z.string(),
    userAgent: z.string(),
    createdAt: time,
    lastSeenAt: time,
    expiresAt: time,
  })
  .meta({ id: "Session" });

const apiKey = z
  .object({
    id,
    name: z.string(),
    hint: z.string().meta({ description: "Its first characters." }),
    scopes: z.array(scope),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: "ApiKey" });

const ipRule = z
  .object({ id, purpose, network: z.string(), note: z.string(), createdAt: time })
  .meta({ id: "IpRule" });

const auditRecord = z
  .object({
    id,
    at: time,
    action: z.enum(auditActions),
    outcome: z.enum(["done", "refused", "failed"]),
    actor: z.object({
      kind: z.enum(["open", "anonymous", "user", "key", "address"]),
      id: id.nullable(),
      name: z.string(),
    }),
    target: orNull(z.object({ kind: z.string(), id: z.string() })),
    address: z.string(),
    details: orNull(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  })
  .meta({ id: "AuditRecord" });

const itemsOf = (description: string, item: z.ZodType, more: Record<string, z.ZodType> = {}) =>
  json(description, z.object({ items: z.array(item), ...more }));
const invitation = z
  .object({
    token: z.string().meta({ description: "Good once, for a day. The page is `/app/invitation#` and this." }),
    expiresAt: time,
  })
  .meta({ id: "Invitation" });
const revealed = z.object({ realNumber: z.string() }).meta({ id: "RevealedNumber" });
const revealedCall = z
  .object({
    realNumber: z.string().nullable().meta({ description: "null: it went to nobody." }),
    caller: z.string().nullable().meta({ description: "null: withheld." }),
  })
  .meta({ id: "RevealedCall" });

type Method = ApiOperation["method"];

/** All of these may also be refused for want of a session or of the right, for its origin, and for its rate. */
const operation = (
  method: Method,
  path: string,
  operationId: string,
  summary: string,
  good: ApiOperation["responses"],
  more: {
    readonly body?: z.ZodType;
    readonly request?: ApiOperation["request"];
    readonly refusals?: Readonly<Record<number, string>>;
  } = {},
): ApiOperation => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const params = z.object(
    Object.fromEntries(names.map((name) => [name, name === "id" ? idParameter.shape.id : z.string()])),
  );
  return {
    method,
    path,
    operationId,
    tags: ["Access"],
    summary,
    request: {
      ...(names.length > 0 && { params }),
      ...(more.body && { body: { required: true, content: { "application/json": { schema: more.body } } } }),
      ...more.request,
    },
    responses: {
      ...good,
      ...refusals({
        ...(more.body && {
          400: "The body is wrong; `errors` names each mistake.",
          413: "It is too large.",
          415: "It is not JSON.",
        }),
        401: "Sign in first.",
        403: "Not allowed to you, to your address, or from that page.",
        429: "Too many requests; see `Retry-After`.",
        ...databaseAway,
        ...more.refusals,
      }),
    },
  };
};

const nothing = { 204: { description: "Done." } };
const unknown = { 404: "There is none of this id." };

export const accessOperations: readonly ApiOperation[] = [
  operation("get", "/session", "getSession", "Who is signed in, and what he may do.", {
    200: json("As it is now.", currentSession),
  }),
  operation(
    "post",
    "/session",
    "signIn",
    "Sign in; the session is in a cookie that scripts cannot read.",
    { 200: json("Signed in.", currentSession) },
    { body: signInBody, refusals: { 401: "Name or password are wrong, or `code` is needed." } },
  ),
  operation("delete", "/session", "signOut", "Sign out.", nothing),
  operation(
    "post",
    "/set-up",
    "setUp",
    "Make the first administrator, by the one-time link in the log.",
    { 201: json("The administrator, who may sign in now.", user) },
    { body: setUpBody, refusals: { 409: "There is one already.", 410: "The link is not good." } },
  ),
  operation(
    "post",
    "/invitations",
    "takeUpInvitation",
    "Choose a password by the one-time link of an administrator.",
    { 200: json("The user, who may sign in now.", user) },
    { body: invitationBody, refusals: { 410: "The link is not good." } },
  ),
  operation("get", "/roles", "listRoles", "The roles, and what each may do.", {
    200: itemsOf(
      "All of them.",
      z.object({ role, permissions: z.array(permission) }).meta({ id: "RoleRights" }),
      { keyScopes: z.array(scope) },
    ),
  }),
  operation("get", "/account/sessions", "listOwnSessions", "Where you are signed in.", {
    200: itemsOf("The one used last first.", session),
  }),
  operation("delete", "/account/sessions/{id}", "endOwnSession", "End one of your sessions.", nothing, {
    refusals: unknown,
  }),
  operation(
    "post",
    "/account/sessions/end-others",
    "endOtherSessions",
    "End all of your sessions but this.",
    nothing,
  ),
  operation(
    "put",
    "/account/password",
    "changePassword",
    "Choose another password; your other sessions end.",
    nothing,
    { body: passwordBody },
  ),
  operation("post", "/account/totp", "startTotp", "Begin to use an authenticator.", {
    200: json(
      "To be typed, or scanned, into the authenticator.",
      z.object({ secret: z.string(), uri: z.string() }).meta({ id: "TotpSecret" }),
    ),
  }),
  operation(
    "post",
    "/account/totp/confirm",
    "confirmTotp",
    "Show that the authenticator works; from here on it is asked for.",
    nothing,
    { body: codeBody, refusals: { 409: "It was not begun." } },
  ),
  operation("post", "/account/totp/stop", "stopTotp", "Do without the authenticator again.", nothing, {
    body: currentPasswordBody,
  }),
  operation("get", "/users", "listUsers", "All users by name.", { 200: itemsOf("All of them.", user) }),
  operation(
    "post",
    "/users",
    "createUser",
    "Make a user, who chooses a password by the invitation.",
    { 201: json("Made.", z.object({ user, invitation }).meta({ id: "CreatedUser" })) },
    { body: newUserBody, refusals: { 409: "The name is taken." } },
  ),
  operation(
    "get",
    "/users/{id}",
    "getUser",
    "One user.",
    { 200: json("The user.", user) },
    { refusals: unknown },
  ),
  operation(
    "patch",
    "/users/{id}",
    "changeUser",
    "Change name, role, or whether the user may sign in.",
    { 200: json("As it is now.", user) },
    { body: userChangeBody, refusals: { ...unknown, 409: "Nobody could administer then." } },
  ),
  operation("delete", "/users/{id}", "deleteUser", "Remove a user.", nothing, {
    refusals: { ...unknown, 409: "Nobody could administer then." },
  }),
  operation(
    "post",
    "/users/{id}/invitation",
    "inviteUser",
    "A new one-time link, for a user who has forgotten the password.",
    { 201: json("The link.", invitation) },
    { refusals: unknown },
  ),
  operation(
    "delete",
    "/users/{id}/totp",
    "resetTotp",
    "Let a user who has lost the authenticator sign in without.",
    nothing,
    { refusals: unknown },
  ),
  operation("get", "/sessions", "listSessions", "Who is signed in where.", {
    200: itemsOf("The one used last first.", session),
  }),
  operation("delete", "/sessions/{id}", "endSession", "End anybody's session.", nothing, {
    refusals: unknown,
  }),
  operation("get", "/api-keys", "listApiKeys", "Keys of programs, newest first.", {
    200: itemsOf("All of them.", apiKey),
  }),
  operation(
    "post",
    "/api-keys",
    "createApiKey",
    "Make a key; it is shown in this answer and never again.",
    { 201: json("Made.", z.object({ key: apiKey, secret: z.string() }).meta({ id: "CreatedApiKey" })) },
    { body: newKeyBody },
  ),
  operation(
    "delete",
    "/api-keys/{id}",
    "revokeApiKey",
    "Revoke a key, on all instances within five seconds.",
    nothing,
    { refusals: unknown },
  ),
  operation("get", "/ip-rules", "listIpRules", "Rules by address.", { 200: itemsOf("All of them.", ipRule) }),
  operation(
    "post",
    "/ip-rules",
    "createIpRule",
    "Allow a network.",
    { 201: json("Made.", ipRule) },
    { body: newRuleBody, refusals: { 409: "It is there already, or you would lock yourself out." } },
  ),
  operation("delete", "/ip-rules/{id}", "deleteIpRule", "Remove a rule.", nothing, {
    refusals: { ...unknown, 409: "You would lock yourself out." },
  }),
  operation(
    "get",
    "/audit",
    "listAudit",
    "What everybody did, newest first.",
    { 200: itemsOf("A page.", auditRecord, { next }) },
    { request: { query: auditQuery }, refusals: queryInvalid },
  ),
  operation(
    "post",
    "/mappings/{id}/reveal",
    "revealMapping",
    "The real number of a mapping, for those who otherwise see it masked; audited.",
    { 200: json("The number.", revealed) },
    { refusals: unknown },
  ),
  operation(
    "post",
    "/calls/{callId}/reveal",
    "revealCall",
    "The real number of a call and its caller's, for those who otherwise see them masked; audited.",
    { 200: json("The numbers.", revealedCall) },
    { refusals: unknown },
  ),
];
