import { LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { failedAgain, failedAnywhere, lockRule, oneFewer, slowedByMs } from "./rules/lockout.ts";
import type { Failures, LockoutRule } from "./rules/lockout.ts";
import { dialectOf, heldRows, unchanged } from "../store/dialect.ts";
import { SignInFailure } from "../store/entities/access.ts";
import { execute } from "../store/sql.ts";
import { toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import { AccessError } from "./errors.ts";
import type { AccessErrorCode } from "./errors.ts";
import { tokenHash } from "./tokens.ts";

/** The subjects for which failures of an attempt are counted. */
export interface AttemptSubjects {
  /** One user at one address, one session, or one user's codes: many failures make it wait. */
  readonly own: string;
  /** The user at all addresses: many failures slow the next attempts. null: the user is known at this address. */
  readonly anywhere: string | null;
}

/**
 * Attempts to sign in or to confirm a password, stored in the database so that all instances count together and
 * restarts forget nothing. Each is counted as a failure before it is tried, so that attempts in parallel are not free.
 * Unknown names are counted like known ones, so that the wait does not distinguish them.
 */
export interface Attempts {
  /** Rejects with `LOCKED_OUT`, without a change. */
  check(own: string): Promise<void>;
  /** Counts an attempt; resolves to how long it has to wait before it is tried. Rejects with `LOCKED_OUT`. */
  begin(subjects: AttemptSubjects, rule?: LockoutRule): Promise<number>;
  /** Forgets earlier failures, except those from all addresses. */
  succeeded(manager: EntityManager, subjects: AttemptSubjects): Promise<void>;
  /** Uncounts an attempt that was not judged, or is not over. */
  takeBack(subjects: AttemptSubjects): Promise<void>;
  sweep(): Promise<void>;
}

/** The attempts of one user, or of one unknown name, at one address. */
export const atAddress = (network: string, username: string): string => `pair:${network}:${username}`;

const wrong: ReadonlySet<AccessErrorCode> = new Set(["SIGN_IN_FAILED", "PASSWORD_WRONG", "TOTP_WRONG"]);

/** Whether an attempt ended with a wrong password or code. */
export const isWrong = (error: unknown): boolean => error instanceof AccessError && wrong.has(error.code);

export function createAttempts(parts: { readonly store: Store; readonly nowMs: () => number }): Attempts {
  const { store, nowMs } = parts;

  function refuseLocked(failures: Failures | null): void {
    const forMs = (failures?.lockedUntilMs ?? 0) - nowMs();
    if (forMs > 0) throw new AccessError("LOCKED_OUT", "Too many failed attempts.", forMs);
  }

  return {
    check: (own) => store.read(async (manager) => refuseLocked(await find(manager, own))),

    begin: ({ own, anywhere }, rule = lockRule) =>
      store.transaction(async (manager) => {
        const atMs = nowMs();
        const before = await held(manager, own);
        refuseLocked(before);
        await write(manager, own, failedAgain(before, atMs, rule));
        if (anywhere === null) return 0;
        const after = failedAnywhere(await held(manager, anywhere), atMs);
        await write(manager, anywhere, after);
        return slowedByMs(after.count);
      }),

    async succeeded(manager, { own, anywhere }) {
      await manager.delete(SignInFailure, { subject: tokenHash(own) });
      if (anywhere !== null) await countDown(manager, anywhere);
    },

    takeBack: ({ own, anywhere }) =>
      store.transaction(async (manager) => {
        await countDown(manager, own);
        if (anywhere !== null) await countDown(manager, anywhere);
      }),

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.delete(SignInFailure, { lastAt: LessThan(nowMs() - 2 * lockRule.forgetAfterMs) });
      }),
  };
}

async function find(
  manager: EntityManager,
  subject: string,
  lock: ReturnType<typeof heldRows> = {},
): Promise<Failures | null> {
  const row = await manager.findOne(SignInFailure, { where: { subject: tokenHash(subject) }, ...lock });
  return row && { count: row.failures, lastAtMs: row.lastAt, lockedUntilMs: row.lockedUntil };
}

async function write(manager: EntityManager, subject: string, failures: Failures): Promise<void> {
  await manager.update(
    SignInFailure,
    { subject: tokenHash(subject) },
    { failures: failures.count, lastAt: failures.lastAtMs, lockedUntil: failures.lockedUntilMs },
  );
}

/** Another success may have removed the row. */
async function countDown(manager: EntityManager, subject: string): Promise<void> {
  const before = await find(manager, subject, heldRows(manager));
  if (before !== null) await write(manager, subject, oneFewer(before));
}

/**
 * The row, created if needed and locked, so that concurrent attempts are all counted. SQL, because TypeORM's upsert of
 * an unchanged row does not lock it.
 */
async function held(manager: EntityManager, subject: string): Promise<Failures | null> {
  const never = toDatabaseTime(0);
  const unlessThere = dialectOf(manager).onDuplicate("sign_in_failures", ["subject"], {
    failures: unchanged,
  });
  await execute(
    manager,
    `INSERT INTO sign_in_failures (subject, failures, last_at, locked_until) VALUES (?, 0, ?, ?)${unlessThere}`,
    [tokenHash(subject), never, never],
  );
  // A plain read would see the row as it was when the transaction began.
  return find(manager, subject, heldRows(manager));
}
