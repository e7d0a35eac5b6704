import { LessThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { failedAgain } from "./rules/lockout.ts";
import type { Failures, LockoutRule } from "./rules/lockout.ts";
import { dialectOf, unchanged } from "../store/dialect.ts";
import { SignInFailure } from "../store/entities/access.ts";
import { execute } from "../store/sql.ts";
import { toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import { tokenHash } from "./tokens.ts";

/** The subject of a failure counter. */
export interface FailureSubject {
  readonly subject: string;
  readonly rule: LockoutRule;
}

/**
 * Failed sign-ins, stored in the database so that all instances count together and restarts forget nothing. Unknown
 * names are counted like known ones, so that the wait does not distinguish them.
 */
export interface SignInFailures {
  /** How long to wait; 0: not at all. */
  lockedForMs(subjects: readonly FailureSubject[]): Promise<number>;
  /** Counts a failure; returns how long to wait from now. */
  count(subjects: readonly FailureSubject[]): Promise<number>;
  forget(manager: EntityManager, subjects: readonly FailureSubject[]): Promise<void>;
  sweep(): Promise<void>;
}

export function createSignInFailures(parts: {
  readonly store: Store;
  readonly nowMs: () => number;
}): SignInFailures {
  const { store, nowMs } = parts;

  return {
    lockedForMs: (subjects) =>
      store.read(async (manager) => {
        let longestMs = 0;
        for (const { subject } of subjects) {
          const failures = await find(manager, subject);
          longestMs = Math.max(longestMs, (failures?.lockedUntilMs ?? 0) - nowMs());
        }
        return longestMs;
      }),

    count: (subjects) =>
      store.transaction(async (manager) => {
        const atMs = nowMs();
        let longestMs = 0;
        for (const { subject, rule } of subjects) {
          await reserve(manager, subject);
          const after = failedAgain(await find(manager, subject), atMs, rule);
          await manager.update(
            SignInFailure,
            { subject: tokenHash(subject) },
            { failures: after.count, lastAt: atMs, lockedUntil: after.lockedUntilMs },
          );
          longestMs = Math.max(longestMs, after.lockedUntilMs - atMs);
        }
        return longestMs;
      }),

    async forget(manager, subjects) {
      for (const { subject } of subjects)
        await manager.delete(SignInFailure, { subject: tokenHash(subject) });
    },

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.delete(SignInFailure, { lastAt: LessThan(nowMs() - 2 * 86_400_000) });
      }),
  };
}

async function find(manager: EntityManager, subject: string): Promise<Failures | null> {
  const row = await manager.findOneBy(SignInFailure, { subject: tokenHash(subject) });
  return row && { count: row.failures, lastAtMs: row.lastAt, lockedUntilMs: row.lockedUntil };
}

/**
 * Creates the row if needed and locks it, so that concurrent failures are all counted. SQL, because TypeORM's
 * upsert of an unchanged row does not lock it.
 */
async function reserve(manager: EntityManager, subject: string): Promise<void> {
  const never = toDatabaseTime(0);
  const unlessThere = dialectOf(manager).onDuplicate("sign_in_failures", ["subject"], {
    failures: unchanged,
  });
  await execute(
    manager,
    `INSERT INTO sign_in_failures (subject, failures, last_at, locked_until) VALUES (?, 0, ?, ?)${unlessThere}`,
    [tokenHash(subject), never, never],
  );
}
