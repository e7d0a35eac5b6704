import type { EntityManager } from "typeorm";
import { heldRows } from "../store/dialect.ts";
import { OneTimeLink, User } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { isWrong } from "./attempts.ts";
import type { Attempts } from "./attempts.ts";
import { AccessError } from "./errors.ts";
import { visitorNetwork } from "./networks.ts";
import { checkPassword } from "./oneTimeLinks.ts";
import type { Passwords } from "./passwords.ts";
import { beginSession } from "./sessions.ts";
import { newRecoveryCodes, takeSecondFactor } from "./secondFactor.ts";
import { matchTotp, newTotpSecret, totpUri } from "./totp.ts";
import type { Visitor } from "./types.ts";
import { endSessions, mustExist } from "./users.ts";
import type { Credentials } from "./users.ts";

/** A user in one of the user's sessions. */
interface Person {
  readonly userId: number;
  readonly sessionId: number;
}

/**
 * Proves that the session is used by its owner. `code` is that of the active authenticator, if there is one, or a
 * recovery code.
 */
interface Proof {
  readonly password: string;
  readonly code: string | null;
}

/** The user's own account. Rejects with an `AccessError`. */
export interface Account {
  /**
   * Ends all sessions of the user and starts a new one, whose cookie value it returns: if the old password was
   * stolen, a session may have been, too. A link for a forgotten password is void.
   */
  changePassword(person: Person, current: string, next: string, visitor: Visitor): Promise<string>;
  /** A secret that takes effect once `confirmTotp` has verified a code; until then, the current one stays active. */
  startTotp(person: Person, proof: Proof, visitor: Visitor): Promise<{ secret: string; uri: string }>;
  /** Resolves to new recovery codes; earlier ones are void. */
  confirmTotp(person: Person, code: string): Promise<readonly string[]>;
  /** The same for an active authenticator. */
  renewRecoveryCodes(person: Person, proof: Proof, visitor: Visitor): Promise<readonly string[]>;
  stopTotp(person: Person, proof: Proof, visitor: Visitor): Promise<void>;
}

export function createAccount(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
}): Account {
  const { store, passwords, attempts, invalidations, nowMs } = parts;

  /**
   * An open session must not allow unlimited guessing of the password or of a code. Each session has a count of its own,
   * so that failed sign-ins elsewhere do not get in the way. `work` calls `succeeded` in its transaction.
   */
  async function counted<T>(
    sessionId: number,
    work: (succeeded: (manager: EntityManager) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const subjects = { own: `session:${sessionId}`, anywhere: null };
    await attempts.check(subjects.own);
    await attempts.begin(subjects);
    try {
      return await work((manager) => attempts.succeeded(manager, subjects));
    } catch (error) {
      if (!isWrong(error)) await attempts.takeBack(subjects).catch(() => undefined);
      throw error;
    }
  }

  /** `work` runs in a transaction, once the password is right. */
  const confirmed = <T>(
    { userId, sessionId }: Person,
    password: string,
    { address }: Visitor,
    work: (manager: EntityManager, user: Credentials) => Promise<T>,
  ): Promise<T> =>
    counted(sessionId, async (succeeded) => {
      const place = { network: visitorNetwork(address), name: `user ${userId}`, known: true };
      const found = await store.read((manager) => mustExist(manager, userId));
      if (!(await passwords.matches(password, found.passwordHash, place)))
        throw new AccessError("PASSWORD_WRONG", "The password is wrong.");
      return store.transaction(async (manager) => {
        const user = await mustExist(manager, userId, heldRows(manager));
        if (user.passwordHash !== found.passwordHash)
          throw new AccessError("PASSWORD_WRONG", "The password is wrong.");
        const result = await work(manager, user);
        await succeeded(manager);
        return result;
      });
    });

  /** Uses up the code. */
  function usedUpBy(user: Credentials, code: string | null): ReturnType<typeof takeSecondFactor> & object {
    if (user.totpSecret !== null && code === null)
      throw new AccessError("TOTP_MISSING", "The code of the current authenticator is required.");
    const usedUp = takeSecondFactor(user, code ?? "", nowMs());
    if (usedUp === null) throw new AccessError("TOTP_WRONG", "The code is wrong or already used.");
    return usedUp;
  }

  return {
    async changePassword(person, current, next, visitor) {
      const { userId } = person;
      const user = await confirmed(person, current, visitor, async (_, found) => found);
      checkPassword(next, user.username);
      const network = visitorNetwork(visitor.address);
      const stored = await passwords.hash(next, { network, name: `user ${userId}`, known: true });
      return store.transaction(async (manager) => {
        // An administrator may have disabled the user, or a link may have replaced the password, during the hashing.
        const now = await mustExist(manager, userId, heldRows(manager));
        if (now.disabled || now.passwordHash !== user.passwordHash)
          throw new AccessError("PASSWORD_WRONG", "The password is wrong.");
        const atMs = nowMs();
        await manager.update(User, { id: userId }, { passwordHash: stored, updatedAt: atMs });
        await endSessions(manager, userId);
        await manager.delete(OneTimeLink, { userId });
        const { token } = await beginSession(manager, userId, visitor, atMs, null);
        store.afterCommit(() => invalidations.announce());
        return token;
      });
    },

    startTotp: (person, { password, code }, visitor) =>
      confirmed(person, password, visitor, async (manager, user) => {
        const usedUp = usedUpBy(user, code);
        const secret = newTotpSecret();
        await manager.update(User, { id: user.id }, { totpPending: secret, ...usedUp });
        return { secret, uri: totpUri(secret, user.username) };
      }),

    confirmTotp: ({ userId, sessionId }, code) =>
      counted(sessionId, (succeeded) =>
        store.transaction(async (manager) => {
          const { totpPending } = await mustExist(manager, userId, heldRows(manager));
          if (totpPending === null)
            throw new AccessError("TOTP_NOT_STARTED", "No authenticator setup is in progress.");
          const step = matchTotp(totpPending, code, nowMs(), 0);
          if (step === null)
            throw new AccessError("TOTP_WRONG", "The code is wrong. Check the time of the phone.");
          const { shown, stored } = newRecoveryCodes();
          const confirmation = { totpSecret: totpPending, totpPending: null, totpLastStep: step };
          await manager.update(User, { id: userId }, { ...confirmation, recoveryCodes: stored });
          await succeeded(manager);
          return shown;
        }),
      ),

    renewRecoveryCodes: (person, { password, code }, visitor) =>
      confirmed(person, password, visitor, async (manager, user) => {
        if (user.totpSecret === null)
          throw new AccessError("TOTP_NOT_STARTED", "There is no authenticator to recover from.");
        const usedUp = usedUpBy(user, code);
        const { shown, stored } = newRecoveryCodes();
        await manager.update(User, { id: user.id }, { ...usedUp, recoveryCodes: stored });
        return shown;
      }),

    stopTotp: (person, { password, code }, visitor) =>
      confirmed(person, password, visitor, async (manager, user) => {
        const { totpLastStep } = usedUpBy(user, code);
        const none = { totpSecret: null, totpPending: null, totpLastStep, recoveryCodes: null };
        await manager.update(User, { id: user.id }, none);
      }),
  };
}
