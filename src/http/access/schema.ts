import { z } from "zod";
import { auditActions } from "../../access/types.ts";
import { keyScopes, permissions, roles } from "../../access/rules/rights.ts";
import { plainText } from "../server/fields.ts";
import {
  csvDelimiter,
  fieldChange,
  instant,
  listOf,
  next,
  orNull,
  pageLimit,
  storedWord,
  time,
  wholeNumber,
} from "../server/schemas.ts";

const id = z.int().min(1);
const permission = z.enum(permissions).meta({ id: "Permission" });
const role = z.enum(roles).meta({ id: "Role" });
const scope = z.enum(keyScopes);

const usernamePattern = /^[\p{L}\d][\p{L}\d._@-]{0,63}$/u;
const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    usernamePattern,
    "must be 1–64 letters, digits, `.`, `_`, `-` or `@`, and start with a letter or a digit",
  )
  // Otherwise the document has the flag in the pattern.
  .meta({ description: "Case-insensitive.", example: "anna", pattern: usernamePattern.source });
const displayName = plainText(1, 100);
// Password quality is checked when it is chosen; this only limits the length.
const password = z.string().min(1).max(1000).meta({ format: "password" });
const code = z.string().regex(/^\d{6}$/, "must be six digits");
/** Of the authenticator, or a recovery code. */
const proofCode = z
  .string()
  .trim()
  .regex(/^(?:\d{6}|[A-Za-z\s-]{16,40})$/, "must be six digits, or a recovery code");
const linkToken = z.string().min(1).max(100);

export const signInBody = z
  .strictObject({ username, password, code: proofCode.optional() })
  .meta({ id: "SignIn" });
export const setUpBody = z.strictObject({ token: linkToken, username, password }).meta({ id: "SetUp" });
export const invitationBody = z.strictObject({ token: linkToken, password }).meta({ id: "TakeUpInvitation" });
export const linkBody = z.strictObject({ token: linkToken }).meta({ id: "OneTimeLink" });
export const invitedUser = z.object({ username: z.string() }).meta({ id: "InvitedUser" });
export const passwordBody = z
  .strictObject({ current: password, next: password })
  .meta({ id: "PasswordChange" });
export const codeBody = z.strictObject({ code }).meta({ id: "TotpCode" });
export const proofBody = z
  .strictObject({
    password,
    code: proofCode.optional().meta({
      description: "From the active authenticator, or a recovery code. Required if there is one.",
    }),
  })
  .meta({ id: "OwnershipProof" });
export const newUserBody = z.strictObject({ username, displayName, role }).meta({ id: "NewUser" });
export const userPatchBody = z
  .strictObject({
    displayName: displayName.optional(),
    role: role.optional(),
    disabled: z.boolean().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "contains no changes")
  .meta({ id: "UserPatch" });
export const newKeyBody = z
  .strictObject({
    name: plainText(1, 100),
    scopes: z.array(scope).min(1).max(keyScopes.length),
    expiresAt: orNull(instant).default(null),
  })
  .meta({ id: "NewApiKey" });
const purposes = ["access", "lookups"] as const;
const purpose = z.enum(purposes).meta({
  id: "IpRulePurpose",
  description:
    "`access`: as soon as there is one such rule, only these networks have access. `lookups`: these networks may look up numbers without a key.",
});
export const newRuleBody = z
  .strictObject({
    purpose,
    network: z.string().min(1).max(60).meta({ example: "10.0.0.0/8" }),
    note: plainText(0, 200).default(""),
  })
  .meta({ id: "NewIpRule" });
export const auditQuery = z.strictObject({
  limit: pageLimit,
  after: z
    .string()
    .regex(/^[1-9]\d{0,15}$/, "must be the `next` of a page")
    .optional(),
  action: listOf(z.enum(auditActions)).optional(),
  userId: wholeNumber(1, 2 ** 31 - 1).optional(),
  targetKind: z.string().max(20).optional(),
  targetId: z.string().max(150).optional(),
  from: instant.optional(),
  to: instant.optional(),
});
export const auditExportQuery = auditQuery
  .omit({ limit: true, after: true })
  .extend({ delimiter: csvDelimiter });

export const user = z
  .object({
    id,
    username: z.string(),
    displayName: z.string(),
    role: storedWord(roles),
    disabled: z.boolean(),
    hasPassword: z.boolean().meta({ description: "False until the invitation is accepted." }),
    hasTotp: z.boolean(),
    recoveryCodesLeft: z.int().min(0),
    lastSignInAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: "User" });

export const currentSession = z
  .object({
    access: z.enum(["open", "required"]),
    setUpNeeded: z
      .boolean()
      .meta({ description: "There is no administrator yet; the log has the link to create the first one." }),
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
    hint: z.string().meta({ description: "The first characters of the key." }),
    scopes: z.array(scope),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: "ApiKey" });

export const ipRule = z
  .object({ id, purpose: storedWord(purposes), network: z.string(), note: z.string(), createdAt: time })
  .meta({ id: "IpRule" });

const auditRecord = z
  .object({
    id,
    at: time,
    action: storedWord(auditActions),
    outcome: storedWord(["done", "refused", "failed"]),
    actor: z.object({
      kind: storedWord(["open", "anonymous", "user", "key", "address", "command"]),
      id: id.nullable(),
      name: z.string(),
    }),
    target: orNull(z.object({ kind: z.string(), id: z.string() })),
    address: z.string(),
    details: orNull(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    changes: z.array(fieldChange).meta({
      description:
        "Old and new values, for mappings and pools only if the viewer may see these. null: none; in a bulk change, `before` is always null. Numbers are never among them.",
    }),
  })
  .meta({ id: "AuditRecord" });

export const invitation = z
  .object({
    token: z
      .string()
      .meta({ description: "Valid once, for a day. The page is `/app/invitation#` followed by the token." }),
    expiresAt: time,
  })
  .meta({ id: "Invitation" });
export const revealed = z.object({ realNumber: z.string() }).meta({ id: "RevealedNumber" });
export const revealedCall = z
  .object({
    realNumber: z.string().nullable().meta({ description: "null: no number was dialled." }),
    caller: z.string().nullable().meta({ description: "null: withheld." }),
  })
  .meta({ id: "RevealedCall" });

export const roleList = z.object({
  items: z.array(z.object({ role, permissions: z.array(permission) }).meta({ id: "RoleRights" })),
  keyScopes: z.array(scope),
});
export const totpSecret = z.object({ secret: z.string(), uri: z.string() }).meta({ id: "TotpSecret" });
export const recoveryCodes = z
  .object({
    codes: z.array(z.string()).meta({
      description: "Each works once in place of a code of the authenticator. Earlier ones are void.",
    }),
  })
  .meta({ id: "RecoveryCodes" });
export const userList = z.object({ items: z.array(user) });
export const createdUser = z.object({ user, invitation }).meta({ id: "CreatedUser" });
export const sessionList = z.object({ items: z.array(session) });
export const apiKeyList = z.object({ items: z.array(apiKey) });
export const createdApiKey = z.object({ key: apiKey, secret: z.string() }).meta({ id: "CreatedApiKey" });
export const ipRuleList = z.object({ items: z.array(ipRule) });
export const auditPage = z.object({ items: z.array(auditRecord), next });
