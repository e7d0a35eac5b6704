/** All permissions. API keys have individual ones; users have those of their role. */
export const permissions = [
  /** The dialplan's lookups, which return real numbers. */
  "lookups.read",
  "numbers.read",
  "numbers.write",
  "numbers.export",
  /** Real numbers are not masked. */
  "numbers.real",
  /** Single real numbers can be revealed, each of which is audited. */
  "numbers.reveal",
  "calls.read",
  "calls.export",
  "calls.hangup",
  /** Calls the real number of a mapping, to hear whether calls arrive. */
  "calls.test",
  /** Sends Asterisk's own account of calls. */
  "calls.record",
  "live.watch",
  "stats.read",
  /** Detailed health, metrics, and system information. */
  "system.read",
  "access.users",
  "access.keys",
  "access.rules",
  "audit.read",
  /** Reports everything held about a number, and erases it. */
  "privacy.erase",
] as const;

export type Permission = (typeof permissions)[number];

export const roles = ["administrator", "operator", "supervisor", "auditor"] as const;

export type Role = (typeof roles)[number];

const seesNumbers = ["numbers.read", "calls.read", "stats.read"] as const;

const nothing: ReadonlySet<Permission> = new Set();

const permissionsByRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set(permissions),
  // Operators upload real numbers, so they know them.
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

/** Of a stored role: one that a later version has written grants nothing. */
export function permissionsOf(role: string): ReadonlySet<Permission> {
  const known = roles.find((one) => one === role);
  return known === undefined ? nothing : permissionsByRole[known];
}

/**
 * Programs never manage users, keys, or rules, so a stolen key cannot create another. They never erase a person, and never
 * place calls.
 */
export const keyScopes = permissions.filter(
  (permission) => !/^(?:access|privacy)\./.test(permission) && permission !== "calls.test",
);

const everything: ReadonlySet<Permission> = new Set(permissions);

/** The sender of a request, with its permissions. */
export type Viewer =
  /** Access is open: there are no users. */
  | { readonly kind: "open"; readonly permissions: ReadonlySet<Permission> }
  | { readonly kind: "anonymous"; readonly permissions: ReadonlySet<Permission> }
  | {
      readonly kind: "user";
      readonly userId: number;
      readonly username: string;
      /** As stored: a later version may have more than `Role`. */
      readonly role: string;
      readonly sessionId: number;
      readonly permissions: ReadonlySet<Permission>;
    }
  | {
      readonly kind: "key";
      readonly keyId: number;
      readonly name: string;
      readonly permissions: ReadonlySet<Permission>;
    }
  /** An Asterisk, identified by its address. */
  | { readonly kind: "address"; readonly permissions: ReadonlySet<Permission> };

/** The actor of an audited action. */
export interface Actor {
  /** `command`: an account on the machine itself, by its name. */
  readonly kind: Viewer["kind"] | "command";
  /** Of the user or key. */
  readonly id: number | null;
  /** At that time: the user may be gone by now. */
  readonly name: string;
}

/** As recorded: a later version may have more kinds. */
export interface RecordedActor extends Omit<Actor, "kind"> {
  readonly kind: string;
}

export const openViewer: Viewer = { kind: "open", permissions: everything };
export const anonymousViewer: Viewer = { kind: "anonymous", permissions: nothing };
export const addressViewer: Viewer = {
  kind: "address",
  permissions: new Set<Permission>(["lookups.read"]),
};

/** A client on this machine that reads health; it could read the log as well. */
export const machineViewer: Viewer = { kind: "address", permissions: new Set<Permission>(["system.read"]) };

export const may = (viewer: Pick<Viewer, "permissions">, permission: Permission): boolean =>
  viewer.permissions.has(permission);
