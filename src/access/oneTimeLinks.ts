import { IsNull, LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { passwordFault, passwordMinLength } from "./rules/password.ts";
import { OneTimeLink, User as UserTable } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import { atAddress } from "./attempts.ts";
import type { Attempts } from "./attempts.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { AccessError } from "./errors.ts";
import type { Place } from "./fairQueue.ts";
import { visitorNetwork } from "./networks.ts";
import type { Passwords } from "./passwords.ts";
import { newLinkToken, tokenHash } from "./tokens.ts";
import type { User, Visitor } from "./types.ts";
import {
  administratorThere,
  endSessions,
  findUser,
  insertUser,
  lockAccess,
  mustExist,
  withoutSecrets,
} from "./users.ts";

const linkLifeMs = 24 * 3_600_000;

/** One-time links that need no password: the setup of the administrator, and invitations. */
export interface OneTimeLinks {
  /** Null: an administrator exists. */
  forSetUp(): Promise<string | null>;
  /** Replaces the user's previous link. */
  forUser(userId: number): Promise<{ readonly token: string; readonly expiresAtMs: number }>;
  /** Creates the administrator. Rejects with `LINK_INVALID`, `ALREADY_SET_UP`, `PASSWORD_REFUSED`, `USERNAME_TAKEN`. */
  setUp(
    token: string,
    account: { readonly username: string; readonly password: string },
    visitor: Pick<Visitor, "address">,
  ): Promise<User>;
  /** The user whom an invitation is for. Rejects with `LINK_INVALID`. */
  holder(token: string): Promise<User>;
  /**
   * Sets the password of the invited user and ends the user's sessions. Rejects with `LINK_INVALID`,
   * `PASSWORD_REFUSED`.
   */
  accept(token: string, password: string, visitor: Pick<Visitor, "address">): Promise<User>;
}

export function createOneTimeLinks(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly attempts: Pick<Attempts, "succeeded">;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
}): OneTimeLinks {
  const { store, passwords, attempts, invalidations, nowMs } = parts;

  async function put(manager: EntityManager, userId: number | null): Promise<string> {
    const token = newLinkToken();
    await manager.delete(OneTimeLink, { expiresAt: LessThan(nowMs()) });
    await manager.insert(OneTimeLink, {
      tokenHash: tokenHash(token),
      userId,
      expiresAt: nowMs() + linkLifeMs,
    });
    return token;
  }

  /** The user of a valid link; `undefined` for an invalid one. */
  async function holderOf(manager: EntityManager, token: string): Promise<number | null | undefined> {
    const link = await manager.findOneBy(OneTimeLink, { tokenHash: tokenHash(token) });
    return link && link.expiresAt > nowMs() ? link.userId : undefined;
  }

  async function invited(token: string): Promise<User> {
    const found = await store.read(async (manager) => {
      const id = await holderOf(manager, token);
      return typeof id === "number" ? findUser(manager, { id }) : null;
    });
    if (found === null) throw linkInvalid();
    return withoutSecrets(found);
  }

  async function setPassword(manager: EntityManager, userId: number, stored: string): Promise<void> {
    await manager.update(UserTable, { id: userId }, { passwordHash: stored, updatedAt: nowMs() });
  }

  return {
    forSetUp: () =>
      store.transaction(async (manager) => {
        await lockAccess(manager);
        return (await administratorThere(manager)) ? null : put(manager, null);
      }),

    forUser: (userId) =>
      store.transaction(async (manager) => {
        await mustExist(manager, userId);
        await manager.delete(OneTimeLink, { userId });
        return { token: await put(manager, userId), expiresAtMs: nowMs() + linkLifeMs };
      }),

    async setUp(token, { username, password }, visitor) {
      // Checked before the expensive hash, and again under the lock when the link is used.
      if ((await store.read((manager) => holderOf(manager, token))) !== null) throw linkInvalid();
      checkPassword(password, username);
      const stored = await passwords.hash(password, placeOf(visitor));
      return store.transaction(async (manager) => {
        await lockAccess(manager);
        if (await administratorThere(manager))
          throw new AccessError("ALREADY_SET_UP", "An administrator already exists.");
        if ((await holderOf(manager, token)) !== null) throw linkInvalid();
        const account = { username, displayName: username, role: "administrator" } as const;
        const { id } = await insertUser(manager, account, nowMs());
        await setPassword(manager, id, stored);
        await manager.delete(OneTimeLink, { userId: IsNull() });
        return withoutSecrets(await mustExist(manager, id));
      });
    },

    holder: (token) => invited(token),

    async accept(token, password, visitor) {
      const found = await invited(token);
      checkPassword(password, found.username);
      const place = placeOf(visitor);
      const stored = await passwords.hash(password, place);
      return store.transaction(async (manager) => {
        await lockAccess(manager);
        if ((await holderOf(manager, token)) !== found.id) throw linkInvalid();
        await setPassword(manager, found.id, stored);
        // Users often ask for a link because they have tried too many passwords.
        const own = atAddress(place.network, found.username);
        await attempts.succeeded(manager, { own, anywhere: null });
        await endSessions(manager, found.id);
        await manager.delete(OneTimeLink, { userId: found.id });
        store.afterCommit(() => invalidations.announce());
        return withoutSecrets(await mustExist(manager, found.id));
      });
    },
  };
}

/** Those who have a valid link are known. */
const placeOf = ({ address }: Pick<Visitor, "address">): Place => ({
  network: visitorNetwork(address),
  name: "link",
  known: true,
});

export function checkPassword(password: string, username: string): void {
  const fault = passwordFault(password, username);
  if (fault === null) return;
  const least = fault === "too short" ? `; it needs ${passwordMinLength} characters` : "";
  throw new AccessError("PASSWORD_REFUSED", `The password is ${fault}${least}.`);
}

const linkInvalid = (): AccessError =>
  new AccessError("LINK_INVALID", "This link is invalid, expired, or already used.");
