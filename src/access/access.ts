import type { Bus } from "../bus/types.ts";
import { repeat } from "../ops/repeat.ts";
import type { Clock, Logger } from "../ops/types.ts";
import { WakeableSleep } from "../ops/wakeableSleep.ts";
import type { Store } from "../store/types.ts";
import { createAccount } from "./account.ts";
import type { Account } from "./account.ts";
import { createApiKeys } from "./apiKeys.ts";
import type { ApiKeys } from "./apiKeys.ts";
import { createAuditLog } from "./auditLog.ts";
import type { AuditLog } from "./auditLog.ts";
import { createAttempts } from "./attempts.ts";
import { createAuthenticator } from "./authenticator.ts";
import type { Authenticator } from "./authenticator.ts";
import { createAccessInvalidations } from "./invalidations.ts";
import { createIpRules } from "./ipRules.ts";
import type { IpRules } from "./ipRules.ts";
import { RememberedAddresses, sweepAddresses } from "./knownAddresses.ts";
import { createOneTimeLinks } from "./oneTimeLinks.ts";
import type { OneTimeLinks } from "./oneTimeLinks.ts";
import { createPasswords } from "./passwords.ts";
import type { Passwords } from "./passwords.ts";
import { createRateLimits } from "./rateLimits.ts";
import type { Limit, LimitName, RateLimits, RedisForLimits } from "./rateLimits.ts";
import { createSessions } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";
import { createSignIn } from "./signIn.ts";
import type { SignIn } from "./signIn.ts";
import { createUsers } from "./users.ts";
import type { Users } from "./users.ts";

/** Access control and the audit log. */
export interface Access {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly rules: IpRules;
  readonly audit: AuditLog;
  readonly links: OneTimeLinks;
  readonly account: Account;
  readonly signIn: SignIn;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  /**
   * Waits for the database, passes the link for the first administrator to `linkReady` if there is none, and starts
   * removing expired sessions.
   */
  open(linkReady: (token: string) => void): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface AccessOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly redis: RedisForLimits | null;
  readonly limits: Readonly<Record<LimitName, Limit>>;
  /** For tests, which sign in too often for the real cost. */
  readonly passwords?: Passwords;
  /** Prefix of the keys in Redis. */
  readonly prefix?: string;
}

/** How late a revocation is noticed if messages between instances are lost. */
const freshMs = 3000;
const staleMs = 3_600_000;
const sweepEveryMs = 600_000;
const readAddressesEveryMs = 60_000;

export function createAccess(options: AccessOptions): Access {
  const { store, bus, logger, clock, passwords = createPasswords() } = options;
  const nowMs = (): number => clock.nowMs();
  const invalidations = createAccessInvalidations(bus);
  const attempts = createAttempts({ store, nowMs });
  const limits = createRateLimits({
    limits: options.limits,
    redis: options.redis,
    nowMs,
    ...(options.prefix !== undefined && { prefix: options.prefix }),
  });
  const shared = { store, invalidations, nowMs, passwords, attempts };
  const sessions = createSessions(shared);
  const keys = createApiKeys(shared);
  const rules = createIpRules({ ...shared, freshMs });
  const audit = createAuditLog({ store, logger, clock });
  const links = createOneTimeLinks(shared);
  const authenticator = createAuthenticator({
    load: (kind, hash) => (kind === "session" ? sessions.resolve(hash) : keys.resolve(hash)),
    invalidations,
    clock,
    freshMs,
    staleMs,
    maxEntries: 10_000,
  });
  const remembered = new RememberedAddresses();
  const sleep = new WakeableSleep(clock);
  let stopSweeping: (() => void) | null = null;
  let stopReading: (() => void) | null = null;
  let closed = false;

  async function sweep(): Promise<void> {
    try {
      await sessions.sweep();
      await attempts.sweep();
      await store.transaction((manager) => sweepAddresses(manager, nowMs()));
    } catch (error) {
      logger.warn("Could not remove expired sessions", { error });
    }
  }

  async function readAddresses(): Promise<void> {
    try {
      await store.read((manager) => remembered.read(manager, nowMs()));
    } catch (error) {
      logger.warn("Could not read the addresses at which users are known", { error });
    }
  }

  async function setUpToken(): Promise<string | null> {
    await store.ready();
    for (;;) {
      try {
        return await links.forSetUp();
      } catch (error) {
        if (closed) return null;
        logger.warn("Could not check whether there is an administrator, retrying", { error });
        await sleep.for(1000);
      }
    }
  }

  return {
    users: createUsers(shared),
    sessions,
    keys,
    rules,
    audit,
    links,
    account: createAccount(shared),
    signIn: createSignIn({ ...shared, limits, remembered, clock }),
    authenticator,
    limits,

    async open(linkReady) {
      stopSweeping ??= repeat(clock, sweepEveryMs, sweep);
      const token = await setUpToken();
      await readAddresses();
      if (!closed) stopReading ??= repeat(clock, readAddressesEveryMs, readAddresses);
      if (token !== null && !closed) linkReady(token);
    },

    async close() {
      closed = true;
      sleep.wake();
      stopSweeping?.();
      stopReading?.();
      authenticator.close();
      rules.close();
      await audit.close();
    },
  };
}
