import type { ComponentType } from "preact";
import type { Permission } from "../../../../src/access/rules/rights.ts";
import { ApiTimesView } from "./ApiTimesView.tsx";
import { AuditLog } from "./AuditLog.tsx";
import { KeyList } from "./KeyList.tsx";
import { PrivacySection } from "./privacy/PrivacySection.tsx";
import { RuleList } from "./RuleList.tsx";
import { SessionList } from "./SessionList.tsx";
import { UserList } from "./UserList.tsx";

export interface Section {
  /** The last segment of its URL, and the key of its text. */
  readonly key: "users" | "keys" | "rules" | "sessions" | "audit" | "performance" | "privacy";
  readonly requires: Permission;
  readonly View: ComponentType;
}

export const sections: readonly Section[] = [
  { key: "users", requires: "access.users", View: UserList },
  { key: "keys", requires: "access.keys", View: KeyList },
  { key: "rules", requires: "access.rules", View: RuleList },
  { key: "sessions", requires: "access.users", View: SessionList },
  { key: "audit", requires: "audit.read", View: AuditLog },
  { key: "performance", requires: "access.rules", View: ApiTimesView },
  { key: "privacy", requires: "privacy.erase", View: PrivacySection },
];

export const sectionAddress = (key: Section["key"]): string => `/app/admin/${key}`;
