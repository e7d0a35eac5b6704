import { nullable, primary, TableSchema, zero } from "./table.ts";

export interface UserRow {
  id: number;
  /** In lowercase. */
  username: string;
  displayName: string;
  /** A `Role`. */
  role: string;
  /** Null until the invitation is accepted. */
  passwordHash: string | null;
  totpSecret: string | null;
  /** The secret of an authenticator that is not confirmed yet. */
  totpPending: string | null;
  /** The time step of the last used code: no code is accepted twice. */
  totpLastStep: number;
  /** Hashes of the unused recovery codes, separated by commas. */
  recoveryCodes: string | null;
  disabled: boolean;
  lastSignInAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export const User = new TableSchema<UserRow>("User", "users", ({ bigint, code, flag, id, text, time }) => ({
  columns: {
    id: id(),
    username: code("username", 64),
    displayName: text("display_name", 100),
    role: code("role", 20),
    passwordHash: code("password_hash", 255, nullable),
    totpSecret: code("totp_secret", 64, nullable),
    totpPending: code("totp_pending", 64, nullable),
    totpLastStep: bigint("totp_last_step", zero),
    recoveryCodes: code("recovery_codes", 700, nullable),
    disabled: flag("disabled", zero),
    lastSignInAt: time("last_sign_in_at", nullable),
    createdAt: time("created_at"),
    updatedAt: time("updated_at"),
  },
  indices: [{ name: "uq_users__username", columns: ["username"], unique: true }],
}));

export interface SessionRow {
  id: number;
  /** SHA-256 of the cookie's value. */
  tokenHash: string;
  userId: number;
  user?: UserRow;
  address: string;
  userAgent: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
}

export const Session = new TableSchema<SessionRow>(
  "Session",
  "sessions",
  ({ code, id, int, text, time }) => ({
    columns: {
      id: id(),
      tokenHash: code("token_hash", 64),
      userId: int("user_id"),
      address: code("address", 45),
      userAgent: text("user_agent", 200),
      createdAt: time("created_at"),
      lastSeenAt: time("last_seen_at"),
      expiresAt: time("expires_at"),
    },
    relations: {
      user: {
        type: "many-to-one",
        target: "User",
        joinColumn: { name: "user_id" },
        createForeignKeyConstraints: false,
        nullable: false,
      },
    },
    indices: [
      { name: "uq_sessions__token_hash", columns: ["tokenHash"], unique: true },
      { name: "ix_sessions__user", columns: ["userId"] },
      { name: "ix_sessions__expires", columns: ["expiresAt"] },
    ],
  }),
);

interface SignInAddressRow {
  userId: number;
  /** An IPv4 address, or an IPv6 /64. */
  network: string;
  /** Of the last sign-in there. */
  lastAt: number;
}

export const SignInAddress = new TableSchema<SignInAddressRow>(
  "SignInAddress",
  "sign_in_addresses",
  ({ code, int, time }) => ({
    columns: {
      userId: int("user_id", primary),
      network: code("network", 50, primary),
      lastAt: time("last_at"),
    },
    indices: [{ name: "ix_sign_in_addresses__last", columns: ["lastAt"] }],
  }),
);

interface SignInFailureRow {
  /** SHA-256 of the name, of name and address, or of a session's ID: an entered name may be a password. */
  subject: string;
  failures: number;
  lastAt: number;
  lockedUntil: number;
}

export const SignInFailure = new TableSchema<SignInFailureRow>(
  "SignInFailure",
  "sign_in_failures",
  ({ code, int, time }) => ({
    columns: {
      subject: code("subject", 64, primary),
      failures: int("failures"),
      lastAt: time("last_at"),
      lockedUntil: time("locked_until"),
    },
    indices: [{ name: "ix_sign_in_failures__last", columns: ["lastAt"] }],
  }),
);

interface OneTimeLinkRow {
  tokenHash: string;
  /** Null: the setup of the first administrator. */
  userId: number | null;
  user?: UserRow | null;
  expiresAt: number;
}

export const OneTimeLink = new TableSchema<OneTimeLinkRow>(
  "OneTimeLink",
  "one_time_links",
  ({ code, int, time }) => ({
    columns: {
      tokenHash: code("token_hash", 64, primary),
      userId: int("user_id", nullable),
      expiresAt: time("expires_at"),
    },
    relations: {
      user: {
        type: "many-to-one",
        target: "User",
        joinColumn: { name: "user_id" },
        createForeignKeyConstraints: false,
      },
    },
  }),
);

export interface ApiKeyRow {
  id: number;
  name: string;
  keyHash: string;
  /** The first characters, by which users distinguish keys. */
  hint: string;
  /** Separated by spaces. */
  scopes: string;
  expiresAt: number | null;
  lastUsedAt: number | null;
  revokedAt: number | null;
  /** ID of the user, who may be gone by now. */
  createdBy: number | null;
  createdAt: number;
}

export const ApiKey = new TableSchema<ApiKeyRow>("ApiKey", "api_keys", ({ code, id, int, text, time }) => ({
  columns: {
    id: id(),
    name: text("name", 100),
    keyHash: code("key_hash", 64),
    hint: code("hint", 16),
    scopes: code("scopes", 400),
    expiresAt: time("expires_at", nullable),
    lastUsedAt: time("last_used_at", nullable),
    revokedAt: time("revoked_at", nullable),
    createdBy: int("created_by", nullable),
    createdAt: time("created_at"),
  },
  indices: [{ name: "uq_api_keys__key_hash", columns: ["keyHash"], unique: true }],
}));

interface IpRuleRow {
  id: number;
  /** An `IpRulePurpose`. */
  purpose: string;
  network: string;
  note: string;
  createdBy: number | null;
  createdAt: number;
}

export const IpRule = new TableSchema<IpRuleRow>("IpRule", "ip_rules", ({ code, id, int, text, time }) => ({
  columns: {
    id: id(),
    purpose: code("purpose", 16),
    network: code("network", 50),
    note: text("note", 200),
    createdBy: int("created_by", nullable),
    createdAt: time("created_at"),
  },
  indices: [{ name: "uq_ip_rules__network", columns: ["purpose", "network"], unique: true }],
}));

/** Never changed or removed; triggers prevent it where the server allows creating them. */
export interface AuditRow {
  id: number;
  at: number;
  /** An `AuditAction`. */
  action: string;
  outcome: string;
  actorKind: string;
  actorId: number | null;
  /** At that time: the user may be gone by now. */
  actorName: string;
  targetKind: string | null;
  targetId: string | null;
  address: string;
  /** JSON. */
  details: string | null;
}

export const AuditEntry = new TableSchema<AuditRow>(
  "AuditEntry",
  "audit_log",
  ({ bigId, code, int, text, time }) => ({
    columns: {
      id: bigId(),
      at: time("at"),
      action: code("action", 40),
      outcome: code("outcome", 10),
      actorKind: code("actor_kind", 10),
      actorId: int("actor_id", nullable),
      actorName: text("actor_name", 100),
      targetKind: code("target_kind", 20, nullable),
      targetId: code("target_id", 150, nullable),
      address: code("address", 45),
      details: text("details", 2000, nullable),
    },
    indices: [
      { name: "ix_audit_log__action", columns: ["action", "id"] },
      { name: "ix_audit_log__actor", columns: ["actorKind", "actorId", "id"] },
      { name: "ix_audit_log__target", columns: ["targetKind", "targetId", "id"] },
      { name: "ix_audit_log__at", columns: ["at"] },
    ],
  }),
);

/** The old and the new value of one field of an audited action. */
interface AuditChangeRow {
  id: number;
  auditId: number;
  /** As in the API. */
  field: string;
  /** As text; of a phone number, never its digits. */
  before: string | null;
  after: string | null;
}

export const AuditChange = new TableSchema<AuditChangeRow>(
  "AuditChange",
  "audit_changes",
  ({ bigId, bigint, code, text }) => ({
    columns: {
      id: bigId(),
      auditId: bigint("audit_id"),
      field: code("field", 20),
      before: text("value_before", 500, nullable),
      after: text("value_after", 500, nullable),
    },
    indices: [{ name: "ix_audit_changes__audit", columns: ["auditId"] }],
  }),
);
