import type { EntityManager } from "typeorm";
import type { Role } from "../domain/accessRights.ts";
import { duplicateKey } from "../store/errors.ts";
import { fromDatabaseTime, toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import type { AccessChanges } from "./changes.ts";
import { AccessError, unknownThing } from "./errors.ts";
import type { User } from "./types.ts";

/** A user with what only sign-in may see. */
export interface Credentials extends User {
  readonly passwordHash: string | null;
  readonly totpSecret: string | null;
  readonly totpPending: string | null;
  readonly totpLastStep: number;
}

export interface NewUser {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
}

export interface UserChange {
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

/** People who may sign in. Rejects with an `AccessError`. Changes that take rights away end the user's sessions. */
export interface Users {
  list(): Promise<User[]>;
  get(id: number): Promise<User>;
  /** Null: there is none of this name. */
  named(username: string): Promise<User | null>;
  create(user: NewUser): Promise<User>;
  change(id: number, change: UserChange): Promise<User>;
  remove(id: number): Promise<void>;
  /** Ends two-factor sign-in of somebody who has lost the device. */
  resetTotp(id: number): Promise<void>;
  /** True once somebody can sign in and administer. */
  hasAdministrator(): Promise<boolean>;
}

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly display_name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly totp_secret: string | null;
  readonly totp_pending: string | null;
  readonly totp_last_step: number | string;
  readonly disabled: number;
  readonly last_sign_in_at: Date | string | null;
  readonly created_at: Date | string;
}

const canAdminister = "role = 'administrator' AND disabled = 0 AND password_hash IS NOT NULL";

export function createUsers(parts: {
  readonly store: Store;
  readonly changes: AccessChanges;
  readonly nowMs: () => number;
}): Users {
  const { store, changes, nowMs } = parts;

  /** No two at a time, so that the last administrator cannot be taken away twice. */
  const changing = <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> =>
    store.transaction(async (manager) => {
      await lockAccess(manager);
      return work(manager);
    });

  return {
    list: () =>
      store.read(async (manager) => {
        const rows: UserRow[] = await manager.query("SELECT * FROM users ORDER BY username");
        return rows.map((row) => withoutSecrets(toCredentials(row)));
      }),

    get: (id) => store.read(async (manager) => withoutSecrets(await mustExist(manager, id))),

    named: (username) =>
      store.read(async (manager) => {
        const user = await findUser(manager, "username", username);
        return user && withoutSecrets(user);
      }),

    create: (user) => changing(async (manager) => withoutSecrets(await insertUser(manager, user, nowMs()))),

    change: (id, change) =>
      changing(async (manager) => {
        const before = await mustExist(manager, id);
        const role = change.role ?? before.role;
        const disabled = change.disabled ?? before.disabled;
        await manager.query(
          "UPDATE users SET display_name = ?, role = ?, disabled = ?, updated_at = ? WHERE id = ?",
          [change.displayName ?? before.displayName, role, disabled ? 1 : 0, toDatabaseTime(nowMs()), id],
        );
        await keepAnAdministrator(manager, before);
        if (role !== before.role || disabled !== before.disabled) await endSessions(manager, id);
        store.afterCommit(() => changes.announce());
        return withoutSecrets(await mustExist(manager, id));
      }),

    remove: (id) =>
      changing(async (manager) => {
        const before = await mustExist(manager, id);
        await endSessions(manager, id);
        await manager.query("DELETE FROM one_time_links WHERE user_id = ?", [id]);
        await manager.query("DELETE FROM users WHERE id = ?", [id]);
        await keepAnAdministrator(manager, before);
        store.afterCommit(() => changes.announce());
      }),

    resetTotp: (id) =>
      changing(async (manager) => {
        await mustExist(manager, id);
        await manager.query(
          "UPDATE users SET totp_secret = NULL, totp_pending = NULL, updated_at = ? WHERE id = ?",
          [toDatabaseTime(nowMs()), id],
        );
        await endSessions(manager, id);
        store.afterCommit(() => changes.announce());
      }),

    hasAdministrator: () => store.read((manager) => administratorThere(manager)),
  };
}

/** Held to the end of the transaction. */
export async function lockAccess(manager: EntityManager): Promise<void> {
  await manager.query("UPDATE locks SET name = name WHERE name = 'access'");
}

export async function administratorThere(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query(`SELECT id FROM users WHERE ${canAdminister} LIMIT 1`);
  return rows.length > 0;
}

export async function findUser(
  manager: EntityManager,
  column: "id" | "username",
  value: number | string,
): Promise<Credentials | null> {
  const [row]: UserRow[] = await manager.query(`SELECT * FROM users WHERE ${column} = ?`, [value]);
  return row ? toCredentials(row) : null;
}

/** Rejects with `UNKNOWN`. */
export async function mustExist(manager: EntityManager, id: number): Promise<Credentials> {
  const user = await findUser(manager, "id", id);
  if (user === null) throw unknownThing("user");
  return user;
}

/** Without a password. Rejects with `USERNAME_TAKEN`. */
export async function insertUser(
  manager: EntityManager,
  { username, displayName, role }: NewUser,
  atMs: number,
): Promise<Credentials> {
  const at = toDatabaseTime(atMs);
  try {
    await manager.query(
      "INSERT INTO users (username, display_name, role, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
      [username, displayName, role, at, at],
    );
  } catch (error) {
    if (duplicateKey(error) === "username")
      throw new AccessError("USERNAME_TAKEN", "There is a user of this name already.");
    throw error;
  }
  const user = await findUser(manager, "username", username);
  if (user === null) throw new Error("A user that was just made is not there.");
  return user;
}

export async function endSessions(manager: EntityManager, userId: number, exceptId = 0): Promise<void> {
  await manager.query("DELETE FROM sessions WHERE user_id = ? AND id <> ?", [userId, exceptId]);
}

async function keepAnAdministrator(manager: EntityManager, before: Credentials): Promise<void> {
  const could = before.role === "administrator" && !before.disabled && before.hasPassword;
  if (could && !(await administratorThere(manager))) {
    throw new AccessError("LAST_ADMINISTRATOR", "Nobody else could administer then.");
  }
}

export function withoutSecrets(user: Credentials): User {
  const { id, username, displayName, role, disabled, hasPassword, hasTotp, lastSignInAtMs, createdAtMs } =
    user;
  return { id, username, displayName, role, disabled, hasPassword, hasTotp, lastSignInAtMs, createdAtMs };
}

function toCredentials(row: UserRow): Credentials {
  return {
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    disabled: row.disabled !== 0,
    hasPassword: row.password_hash !== null,
    hasTotp: row.totp_secret !== null,
    lastSignInAtMs: row.last_sign_in_at === null ? null : fromDatabaseTime(row.last_sign_in_at),
    createdAtMs: fromDatabaseTime(row.created_at),
    passwordHash: row.password_hash,
    totpSecret: row.totp_secret,
    totpPending: row.totp_pending,
    totpLastStep: Number(row.totp_last_step),
  };
}
