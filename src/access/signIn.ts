import { heldRows } from "../store/dialect.ts";
import { User as UserTable } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import { sleep } from "../ops/sleep.ts";
import type { Clock } from "../ops/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { atAddress, isWrong } from "./attempts.ts";
import type { Attempts, AttemptSubjects } from "./attempts.ts";
import { AccessError } from "./errors.ts";
import { FairQueue } from "./fairQueue.ts";
import type { Place } from "./fairQueue.ts";
import { isKnownAddress, rememberAddress } from "./knownAddresses.ts";
import type { RememberedAddresses } from "./knownAddresses.ts";
import { visitorNetwork } from "./networks.ts";
import { tooManySignIns } from "./passwords.ts";
import type { Passwords } from "./passwords.ts";
import type { LimitName, RateLimits } from "./rateLimits.ts";
import { codeRule } from "./rules/lockout.ts";
import { beginSession } from "./sessions.ts";
import { isAuthenticatorCode, takeSecondFactor } from "./secondFactor.ts";
import type { User, Visitor } from "./types.ts";
import { findUser, withoutSecrets } from "./users.ts";
import type { Credentials } from "./users.ts";

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
 * `LOCKED_OUT`, `TOO_MANY_REQUESTS`, or `BUSY`.
 */
export type SignIn = (request: SignInRequest, visitor: Visitor) => Promise<SignedIn>;

/** A counted attempt. */
interface Begun {
  readonly place: Place;
  readonly subjects: AttemptSubjects;
  readonly found: Credentials | null;
  readonly slowedByMs: number;
}

/** Attempts that ask the database at once, so that a flood leaves connections for others. */
const concurrency = 4;
const mostWaiting = 1000;

export function createSignIn(parts: {
  readonly store: Store;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly limits: RateLimits;
  readonly remembered: RememberedAddresses;
  readonly invalidations: AccessInvalidations;
  readonly clock: Clock;
}): SignIn {
  const { store, passwords, attempts, limits, remembered, invalidations, clock } = parts;
  const queue = new FairQueue({ concurrency, mostWaiting, refusal: tooManySignIns });

  /**
   * Where a user has signed in before, only that user's own failures count. All others share the limits of their
   * address.
   */
  async function begin(username: string, network: string): Promise<Begun> {
    const { found, known } = await store.read(async (manager) => {
      const user = await findUser(manager, { username });
      const where = user && { userId: user.id, network };
      return { found: user, known: where !== null && (await isKnownAddress(manager, where, clock.nowMs())) };
    });
    const subjects = {
      own: atAddress(network, username),
      anywhere: known ? null : `name:${username}`,
    };
    await attempts.check(subjects.own);
    const place = { network, name: username, known };
    if (!known) await pay(network);
    try {
      return { place, subjects, found, slowedByMs: await attempts.begin(subjects) };
    } catch (error) {
      if (!known) await limits.giveBack("signIn", network);
      throw error;
    }
  }

  async function pay(network: string): Promise<void> {
    await take("address", network);
    try {
      await take("signIn", network);
    } catch (error) {
      // The attempt was refused before it was tried.
      await limits.giveBack("signIn", network);
      throw error;
    }
  }

  async function take(name: LimitName, network: string): Promise<void> {
    const waitMs = await limits.take(name, network);
    if (waitMs !== null) throw new AccessError("TOO_MANY_REQUESTS", "Too many requests.", waitMs);
  }

  /** Null: something is wrong. Rejects with `TOTP_REQUIRED`. */
  async function tried(
    { place, subjects, found }: Begun,
    { password, code, replaces }: SignInRequest,
    visitor: Visitor,
  ): Promise<SignedIn | null> {
    const right = await passwords.matches(password, found?.passwordHash ?? null, place);
    if (!right || found === null || found.disabled) {
      throw new AccessError("SIGN_IN_FAILED", "The name or the password is wrong.");
    }
    if (found.totpSecret !== null && code === null) {
      throw new AccessError("TOTP_REQUIRED", "The code of the authenticator is required.");
    }
    const guesses = guessesOfCode(found, place, code ?? "");
    if (guesses !== null) await attempts.begin(guesses, codeRule);
    return store.transaction(async (manager) => {
      const atMs = clock.nowMs();
      // Locked and read again: the code may have been used, or the user disabled, meanwhile.
      const user = await findUser(manager, { id: found.id }, heldRows(manager));
      if (user === null || user.disabled || user.passwordHash !== found.passwordHash) return null;
      const usedUp = takeSecondFactor(user, code ?? "", atMs);
      if (usedUp === null) return null;
      await manager.update(UserTable, { id: user.id }, { lastSignInAt: atMs, ...usedUp });
      await attempts.succeeded(manager, subjects);
      if (guesses !== null) await attempts.succeeded(manager, guesses);
      await rememberAddress(manager, { userId: user.id, network: place.network }, atMs);
      const { token, sessionId } = await beginSession(manager, user.id, visitor, atMs, replaces);
      if (replaces !== null) store.afterCommit(() => invalidations.announce());
      return { user: withoutSecrets({ ...user, lastSignInAtMs: atMs }), token, sessionId };
    });
  }

  return async (request, visitor) => {
    const network = visitorNetwork(visitor.address);
    const { username } = request;
    // Only `begin` determines for certain whether the user is known at this address.
    const place = { network, name: username, known: remembered.has(username, network) };
    const begun = await queue.run(place, () => begin(username, network));
    if (begun.slowedByMs > 0) await sleep(clock, begun.slowedByMs);
    const repay = (): Promise<void> =>
      begun.place.known ? Promise.resolve() : limits.giveBack("signIn", network);
    try {
      const signedIn = await tried(begun, request, visitor);
      if (signedIn === null) throw new AccessError("TOTP_WRONG", "The code is wrong or already used.");
      remembered.add(username, network);
      await repay();
      return signedIn;
    } catch (error) {
      if (!isWrong(error)) {
        await repay();
        // Waits for its turn, because a flood on one name contends for one row. If the database is away or too many
        // wait, the attempt stays counted.
        await queue.run(begun.place, () => attempts.takeBack(begun.subjects)).catch(() => undefined);
      }
      throw error;
    }
  };
}

/** What a code counts for besides the password; null: nothing. */
const guessesOfCode = (user: Credentials, { known }: Place, code: string): AttemptSubjects | null =>
  user.totpSecret !== null && !known && isAuthenticatorCode(code)
    ? { own: `code:${user.id}`, anywhere: null }
    : null;
