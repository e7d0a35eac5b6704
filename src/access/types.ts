import type { FieldChange } from "../values/fieldChange.ts";
import type { Actor, Permission, RecordedActor } from "./rules/rights.ts";

/** Times are UTC milliseconds. */
export interface User {
  readonly id: number;
  /** In lowercase; unique. */
  readonly username: string;
  readonly displayName: string;
  /** As stored: a later version may have more than `Role`. */
  readonly role: string;
  readonly disabled: boolean;
  /** False until the invitation is accepted. */
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly recoveryCodesLeft: number;
  readonly lastSignInAtMs: number | null;
  readonly createdAtMs: number;
}

export interface Session {
  readonly id: number;
  readonly userId: number;
  readonly username: string;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
}

export interface ApiKey {
  readonly id: number;
  readonly name: string;
  /** The first characters of the key. */
  readonly hint: string;
  readonly scopes: readonly Permission[];
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly createdAtMs: number;
}

/**
 * `access`: once such a rule exists, only these networks have access to anything but `/health`. `lookups`: these
 * networks, those of the Asterisks, may look up numbers without a key.
 */
export type IpRulePurpose = "access" | "lookups";

export interface IpRule {
  readonly id: number;
  /** As stored: a rule of a later version's purpose has no effect. */
  readonly purpose: string;
  readonly network: string;
  readonly note: string;
  readonly createdAtMs: number;
}

export const auditActions = [
  "sign-in",
  "sign-out",
  "set-up",
  "upload",
  "change",
  "reveal",
  "export",
  "delete",
  "hang-up",
  "test-call",
  "password",
  "totp",
  "session.revoke",
  "user.create",
  "user.change",
  "user.delete",
  "key.create",
  "key.revoke",
  "rule.create",
  "rule.delete",
  "privacy.report",
  "privacy.erase",
] as const;

export type AuditAction = (typeof auditActions)[number];

/** These show data, and change none. */
export const givesAway: ReadonlySet<AuditAction> = new Set<AuditAction>([
  "export",
  "reveal",
  "privacy.report",
]);

/** An audited action, without phone numbers: numbers are identified by the ID of their mapping. */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly outcome: "done" | "refused" | "failed";
  readonly actor: Actor;
  readonly target: AuditTarget | null;
  readonly address: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>> | null;
  /** Old and new values. People may have written a number into one, so these can be erased, unlike the rest. */
  readonly changes?: readonly FieldChange[];
}

export interface AuditTarget {
  readonly kind: string;
  readonly id: string;
}

/** As recorded: a later version may have more actions and outcomes. */
export interface AuditRecord extends Omit<AuditEvent, "action" | "outcome" | "actor"> {
  readonly action: string;
  readonly outcome: string;
  readonly actor: RecordedActor;
  readonly id: number;
  readonly atMs: number;
  readonly changes: readonly FieldChange[];
}

/** The client, as seen by the transport. */
export interface Visitor {
  readonly address: string;
  readonly userAgent: string;
}
