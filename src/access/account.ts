import { User } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessAnnouncements } from "./announcements.ts";
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

/** The user's own account. Rejects with an `AccessError`. */
export interface Account {
  /**
   * Ends all sessions of the user and starts a new one, whose cookie value it returns: if the old password was
   * stolen, a session may have been, too.
   */
  changePassword(userId: number, current: string, next: string, visitor: Visitor): Promise<string>;
  /** A secret that takes effect once `confirmTotp` has verified a code. */
  startTotp(userId: number): Promise<{ readonly secret: string; readonly uri: string }>;
  confirmTotp(userId: number, code: string): Promise<void>;
  stopTotp(userId: number, password: string, visitor: Visitor): Promise<void>;
}

export function createAccount(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly failures: SignInFailures;
  readonly announcements: AccessAnnouncements;
  readonly nowMs: () => number;
}): Account {
  const { store, passwords, failures, announcements, nowMs } = parts;

  /** An open session must not allow unlimited guessing of the password. */
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
        store.afterCommit(() => announcements.announce());
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
          throw new AccessError("TOTP_NOT_STARTED", "No authenticator setup is in progress.");
        const step = matchTotp(totpPending, code, nowMs(), 0);
        if (step === null)
          throw new AccessError("TOTP_WRONG", "The code is wrong. Check the time of the phone.");
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
