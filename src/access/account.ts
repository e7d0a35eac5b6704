import { User } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessChanges } from "./changes.ts";
import { AccessError } from "./errors.ts";
import type { SignInFailures } from "./failures.ts";
import { checkPassword } from "./oneTimeLinks.ts";
import type { Passwords } from "./passwords.ts";
import { beginSession } from "./sessions.ts";
import { lockedOut, subjectsOf } from "./signIn.ts";
import { matchTotp, newTotpSecret, totpUri } from "./totp.ts";
import type { Visitor } from "./types.ts";
import { endSessions, mustExist } from "./users.ts";
import type { Credentials } from "./users.ts";

/** What a signed-in person does to the own account. Rejects with an `AccessError`. */
export interface Account {
  /**
   * Ends all sessions of the user and begins a new one, whose cookie's value it returns: who has stolen the
   * old password has perhaps stolen a session with it.
   */
  changePassword(userId: number, current: string, next: string, visitor: Visitor): Promise<string>;
  /** A secret that takes effect once `confirmTotp` has seen a code of it. */
  startTotp(userId: number): Promise<{ readonly secret: string; readonly uri: string }>;
  confirmTotp(userId: number, code: string): Promise<void>;
  stopTotp(userId: number, password: string, visitor: Visitor): Promise<void>;
}

export function createAccount(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly failures: SignInFailures;
  readonly changes: AccessChanges;
  readonly nowMs: () => number;
}): Account {
  const { store, passwords, failures, changes, nowMs } = parts;

  /** An open session must not become a way to guess the password without end. */
  async function confirmed(userId: number, password: string, visitor: Visitor): Promise<Credentials> {
    const user = await store.read((manager) => mustExist(manager, userId));
    const subjects = subjectsOf(user.username, visitor.address);
    const lockedForMs = await failures.lockedForMs(subjects);
    if (lockedForMs > 0) throw lockedOut(lockedForMs);
    if (await passwords.matches(password, user.passwordHash)) return user;
    await failures.count(subjects);
    throw new AccessError("PASSWORD_WRONG", "The password is wrong.");
  }

  return {
    async changePassword(userId, current, next, visitor) {
      const user = await confirmed(userId, current, visitor);
      checkPassword(next, user.username);
      const stored = await passwords.hash(next);
      return store.transaction(async (manager) => {
        const atMs = nowMs();
        await manager.update(User, { id: userId }, { passwordHash: stored, updatedAt: atMs });
        await endSessions(manager, userId);
        const { token } = await beginSession(manager, userId, visitor, atMs, null);
        store.afterCommit(() => changes.announce());
        return token;
      });
    },

    startTotp: (userId) =>
      store.transaction(async (manager) => {
        const { username } = await mustExist(manager, userId);
        const secret = newTotpSecret();
        await manager.update(User, { id: userId }, { totpPending: secret });
        return { secret, uri: totpUri(secret, username) };
      }),

    confirmTotp: (userId, code) =>
      store.transaction(async (manager) => {
        const { totpPending } = await mustExist(manager, userId);
        if (totpPending === null)
          throw new AccessError("TOTP_NOT_STARTED", "There is no authenticator to be confirmed.");
        const step = matchTotp(totpPending, code, nowMs(), 0);
        if (step === null)
          throw new AccessError("TOTP_WRONG", "The code is wrong. Does the phone show the right time?");
        const confirmed = { totpSecret: totpPending, totpPending: null, totpLastStep: step };
        await manager.update(User, { id: userId }, confirmed);
      }),

    async stopTotp(userId, password, visitor) {
      await confirmed(userId, password, visitor);
      await store.transaction(async (manager) => {
        await manager.update(User, { id: userId }, { totpSecret: null, totpPending: null });
      });
    },
  };
}
