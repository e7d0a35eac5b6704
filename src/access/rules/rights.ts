/** What somebody may do. A key for programs is given some of these by name; people have those of their role. */
export const permissions = [
  /** The dialplan's lookups, which answer with real numbers. */
  "lookups.read",
  "numbers.read",
  "numbers.write",
  "numbers.export",
  /** Real numbers are shown whole, everywhere. */
  "numbers.real",
  /** One real number at a time may be revealed, each of which is audited. */
  "numbers.reveal",
  "calls.read",
  "calls.export",
  "calls.hangup",
  "live.watch",
  "stats.read",
  /** Health in detail, metrics, and how the system is set up. */
  "system.read",
  "access.users",
  "access.keys",
  "access.rules",
  "audit.read",
] as const;

export type Permission = (typeof permissions)[number];

export const roles = ["administrator", "operator", "supervisor", "auditor"] as const;

export type Role = (typeof roles)[number];

const seesNumbers = ["numbers.read", "calls.read", "stats.read"] as const;

const permissionsByRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set(permissions),
  // Whoever uploads real numbers knows them.
  operator: new Set<Permission>([
    ...seesNumbers,
    "lookups.read",
    "numbers.write",
    "numbers.export",
    "numbers.real",
    "numbers.reveal",
    "calls.export",
    "live.watch",
    "system.read",
  ]),
  supervisor: new Set<Permission>([
    ...seesNumbers,
    "numbers.reveal",
    "calls.export",
    "calls.hangup",
    "live.watch",
    "system.read",
  ]),
  auditor: new Set<Permission>([...seesNumbers, "calls.export", "audit.read", "system.read"]),
};

export const permissionsOf = (role: Role): ReadonlySet<Permission> => permissionsByRole[role];

/** A program never makes users, keys or rules: with a stolen key nobody can give himself another. */
export const keyScopes = permissions.filter((permission) => !permission.startsWith("access."));

const everything: ReadonlySet<Permission> = new Set(permissions);
const nothing: ReadonlySet<Permission> = new Set();

/** On whose behalf a request is answered. */
export type Viewer =
  /** Access is open: there are no users. */
  | { readonly kind: "open"; readonly permissions: ReadonlySet<Permission> }
  | { readonly kind: "anonymous"; readonly permissions: ReadonlySet<Permission> }
  | {
      readonly kind: "user";
      readonly userId: number;
      readonly username: string;
      readonly role: Role;
      readonly sessionId: number;
      readonly permissions: ReadonlySet<Permission>;
    }
  | {
      readonly kind: "key";
      readonly keyId: number;
      readonly name: string;
      readonly permissions: ReadonlySet<Permission>;
    }
  /** An Asterisk, known by its address. */
  | { readonly kind: "address"; readonly permissions: ReadonlySet<Permission> };

/** Whoever did something, as it is kept. */
export interface Actor {
  readonly kind: Viewer["kind"];
  /** Of the user or key. */
  readonly id: number | null;
  /** As it was then: the user may be gone by now. */
  readonly name: string;
}

export const openViewer: Viewer = { kind: "open", permissions: everything };
export const anonymousViewer: Viewer = { kind: "anonymous", permissions: nothing };
export const addressViewer: Viewer = {
  kind: "address",
  permissions: new Set<Permission>(["lookups.read"]),
};

/** Somebody at this machine who asks how it fares: he could read its log as well. */
export const machineViewer: Viewer = { kind: "address", permissions: new Set<Permission>(["system.read"]) };

export const may = (viewer: Pick<Viewer, "permissions">, permission: Permission): boolean =>
  viewer.permissions.has(permission);
