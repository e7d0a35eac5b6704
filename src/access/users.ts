import { IsNull, Not } from "typeorm";
import type { EntityManager, FindOptionsWhere } from "typeorm";
import type { Role } from "./rules/rights.ts";
import type { heldRows } from "../store/dialect.ts";
import { OneTimeLink, Session, User as UserTable } from "../store/entities/access.ts";
import type { UserRow } from "../store/entities/access.ts";
import { duplicateKey } from "../store/errors.ts";
import { takeLock } from "../store/locks.ts";
import type { Store } from "../store/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { AccessError, unknownThing } from "./errors.ts";
import { countRecoveryCodes } from "./secondFactor.ts";
import { forgetAddresses } from "./knownAddresses.ts";
import type { User } from "./types.ts";

/** A user with the fields that only sign-in may see. */
export interface Credentials extends User {
  readonly passwordHash: string | null;
  readonly totpSecret: string | null;
  readonly totpPending: string | null;
  readonly totpLastStep: number;
  readonly recoveryCodes: string | null;
}

interface NewUser {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
}

interface UserPatch {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

/** Users. Rejects with an `AccessError`. Changes that remove permissions end the user's sessions. */
export interface Users {
  list(): Promise<User[]>;
  get(id: number): Promise<User>;
  /** Null: no user has this name. */
  named(username: string): Promise<User | null>;
  create(user: NewUser): Promise<User>;
  change(id: number, patch: UserPatch): Promise<{ readonly before: User; readonly after: User }>;
  remove(id: number): Promise<void>;
  /** Disables the authenticator of a user who has lost the device. */
  resetTotp(id: number): Promise<void>;
  /** True if a user can sign in and administer. */
  hasAdministrator(): Promise<boolean>;
}

/** Users that can sign in and administer. */
const administrators = {
  role: "administrator",
  disabled: false,
  passwordHash: Not(IsNull()),
} satisfies FindOptionsWhere<UserRow>;

export function createUsers(parts: {
  readonly store: Store;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
}): Users {
  const { store, invalidations, nowMs } = parts;

  /** One at a time, so that concurrent changes cannot remove the last administrator. */
  const changing = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    store.transaction(async (manager) => {
      await lockAccess(manager);
      return work(manager);
    });

  return {
    list: () =>
      store.read(async (manager) => {
        const rows = await manager.find(UserTable, { order: { username: "ASC" } });
        return rows.map((row) => withoutSecrets(toCredentials(row)));
      }),

    get: (id) => store.read(async (manager) => withoutSecrets(await mustExist(manager, id))),

    named: (username) =>
      store.read(async (manager) => {
        const user = await findUser(manager, { username });
        return user && withoutSecrets(user);
      }),

    create: (user) => changing(async (manager) => withoutSecrets(await insertUser(manager, user, nowMs()))),

    change: (id, patch) =>
      changing(async (manager) => {
        const before = await mustExist(manager, id);
        const role = patch.role ?? before.role;
        const disabled = patch.disabled ?? before.disabled;
        const displayName = patch.displayName ?? before.displayName;
        await manager.update(UserTable, { id }, { displayName, role, disabled, updatedAt: nowMs() });
        await keepAnAdministrator(manager, before);
        if (role !== before.role || disabled !== before.disabled) await endSessions(manager, id);
        store.afterCommit(() => invalidations.announce());
        return { before: withoutSecrets(before), after: withoutSecrets(await mustExist(manager, id)) };
      }),

    remove: (id) =>
      changing(async (manager) => {
        const before = await mustExist(manager, id);
        await endSessions(manager, id);
        await manager.delete(OneTimeLink, { userId: id });
        await forgetAddresses(manager, id);
        await manager.delete(UserTable, { id });
        await keepAnAdministrator(manager, before);
        store.afterCommit(() => invalidations.announce());
      }),

    resetTotp: (id) =>
      changing(async (manager) => {
        await mustExist(manager, id);
        const none = { totpSecret: null, totpPending: null, recoveryCodes: null };
        await manager.update(UserTable, { id }, { ...none, updatedAt: nowMs() });
        await endSessions(manager, id);
        store.afterCommit(() => invalidations.announce());
      }),

    hasAdministrator: () => store.read((manager) => administratorThere(manager)),
  };
}

/** Held until the end of the transaction. */
export async function lockAccess(manager: EntityManager): Promise<void> {
  await takeLock(manager, "access");
}

export async function administratorThere(manager: EntityManager): Promise<boolean> {
  return manager.existsBy(UserTable, administrators);
}

export async function findUser(
  manager: EntityManager,
  where: { readonly id: number } | { readonly username: string },
  lock: ReturnType<typeof heldRows> = {},
): Promise<Credentials | null> {
  const row = await manager.findOne(UserTable, { where, ...lock });
  return row && toCredentials(row);
}

/** Rejects with `UNKNOWN`. */
export async function mustExist(
  manager: EntityManager,
  id: number,
  lock: ReturnType<typeof heldRows> = {},
): Promise<Credentials> {
  const user = await findUser(manager, { id }, lock);
  if (user === null) throw unknownThing("user");
  return user;
}

/** Without a password. Rejects with `USERNAME_TAKEN`. */
export async function insertUser(
  manager: EntityManager,
  { username, displayName, role }: NewUser,
  atMs: number,
): Promise<Credentials> {
  try {
    await manager.insert(UserTable, { username, displayName, role, createdAt: atMs, updatedAt: atMs });
  } catch (error) {
    if (duplicateKey(error) === "username")
      throw new AccessError("USERNAME_TAKEN", "A user with this name already exists.");
    throw error;
  }
  const user = await findUser(manager, { username });
  if (user === null) throw new Error("A user that was just created is missing.");
  return user;
}

export async function endSessions(manager: EntityManager, userId: number, exceptId = 0): Promise<void> {
  await manager.delete(Session, { userId, id: Not(exceptId) });
}

async function keepAnAdministrator(manager: EntityManager, before: Credentials): Promise<void> {
  const could = before.role === "administrator" && !before.disabled && before.hasPassword;
  if (could && !(await administratorThere(manager))) {
    throw new AccessError("LAST_ADMINISTRATOR", "This is the last administrator.");
  }
}

export function withoutSecrets(user: Credentials): User {
  const {
    passwordHash: _hash,
    totpSecret: _secret,
    totpPending: _pending,
    totpLastStep: _step,
    recoveryCodes: _codes,
    ...shown
  } = user;
  return shown;
}

function toCredentials(row: UserRow): Credentials {
  return {
    id: row.id,
    username: row.username,
    displayName: row.displayName,
    role: row.role,
    disabled: row.disabled,
    hasPassword: row.passwordHash !== null,
    hasTotp: row.totpSecret !== null,
    recoveryCodesLeft: countRecoveryCodes(row.recoveryCodes),
    lastSignInAtMs: row.lastSignInAt,
    createdAtMs: row.createdAt,
    passwordHash: row.passwordHash,
    totpSecret: row.totpSecret,
    totpPending: row.totpPending,
    totpLastStep: row.totpLastStep,
    recoveryCodes: row.recoveryCodes,
  };
}
