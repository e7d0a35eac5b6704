import { nameRule, pairRule } from "./rules/lockout.ts";
import { heldRows } from "../store/dialect.ts";
import { User as UserTable } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessAnnouncements } from "./announcements.ts";
import { AccessError } from "./errors.ts";
import type { FailureSubject, SignInFailures } from "./failures.ts";
import { visitorNetwork } from "./networks.ts";
import type { Passwords } from "./passwords.ts";
import { beginSession } from "./sessions.ts";
import { matchTotp } from "./totp.ts";
import type { User, Visitor } from "./types.ts";
import { findUser, withoutSecrets } from "./users.ts";

interface SignInRequest {
  readonly username: string;
  readonly password: string;
  /** The code of the authenticator. */
  readonly code: string | null;
  /** The request's cookie value: that session ends, even if it is another user's. */
  readonly replaces: string | null;
}

interface SignedIn {
  readonly user: User;
  /** The cookie value. */
  readonly token: string;
  readonly sessionId: number;
}

/**
 * Rejects with `SIGN_IN_FAILED` (without saying whether name or password), `TOTP_REQUIRED`, `TOTP_WRONG`,
 * `LOCKED_OUT`, or `BUSY`.
 */
export type SignIn = (request: SignInRequest, visitor: Visitor) => Promise<SignedIn>;

export function createSignIn(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly failures: SignInFailures;
  readonly announcements: AccessAnnouncements;
  readonly nowMs: () => number;
}): SignIn {
  const { store, passwords, failures, announcements, nowMs } = parts;

  return async ({ username, password, code, replaces }, visitor) => {
    const subjects = subjectsOf(username, visitor.address);
    const lockedForMs = await failures.lockedForMs(subjects);
    if (lockedForMs > 0) throw lockedOut(lockedForMs);

    const found = await store.read((manager) => findUser(manager, { username }));
    const right = await passwords.matches(password, found?.passwordHash ?? null);
    if (!right || found === null || found.disabled) {
      await failures.count(subjects);
      throw new AccessError("SIGN_IN_FAILED", "The name or the password is wrong.");
    }
    if (found.totpSecret !== null && code === null) {
      throw new AccessError("TOTP_REQUIRED", "The code of the authenticator is required.");
    }
    const signedIn = await store.transaction(async (manager) => {
      const atMs = nowMs();
      // Locked and read again: the code may have been used, or the user disabled, meanwhile.
      const user = await findUser(manager, { id: found.id }, heldRows(manager));
      if (user === null || user.disabled || user.passwordHash !== found.passwordHash) return null;
      const { totpSecret, totpLastStep } = user;
      const step = totpSecret === null ? totpLastStep : matchTotp(totpSecret, code ?? "", atMs, totpLastStep);
      if (step === null) return null;
      await manager.update(UserTable, { id: user.id }, { lastSignInAt: atMs, totpLastStep: step });
      await failures.forget(manager, subjects);
      const { token, sessionId } = await beginSession(manager, user.id, visitor, atMs, replaces);
      if (replaces !== null) store.afterCommit(() => announcements.announce());
      return { user: withoutSecrets({ ...user, lastSignInAtMs: atMs }), token, sessionId };
    });
    if (signedIn !== null) return signedIn;
    await failures.count(subjects);
    throw new AccessError("TOTP_WRONG", "The code is wrong or already used.");
  };
}

export function subjectsOf(username: string, address: string): readonly FailureSubject[] {
  return [
    { subject: `pair:${visitorNetwork(address)}:${username}`, rule: pairRule },
    { subject: `name:${username}`, rule: nameRule },
  ];
}

export const lockedOut = (forMs: number): AccessError =>
  new AccessError("LOCKED_OUT", "Too many failed sign-ins.", forMs);
