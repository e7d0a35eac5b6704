import type { EntityManager } from "typeorm";
import { failedAgain } from "../domain/accessLockout.ts";
import type { Failures, LockoutRule } from "../domain/accessLockout.ts";
import { fromDatabaseTime, toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import { tokenHash } from "./tokens.ts";

/** Whose failures are counted together. */
export interface FailureSubject {
  readonly subject: string;
  readonly rule: LockoutRule;
}

/**
 * Failed sign-ins, kept in the database so that all instances count together and a restart forgets nothing.
 * Names that are in no use are counted like those that are: a wait must not tell them apart.
 */
export interface SignInFailures {
  /** How long to wait; 0: none. */
  lockedForMs(subjects: readonly FailureSubject[]): Promise<number>;
  /** Counts one failure more; returns how long to wait from now. */
  count(subjects: readonly FailureSubject[]): Promise<number>;
  forget(manager: EntityManager, subjects: readonly FailureSubject[]): Promise<void>;
  sweep(): Promise<void>;
}

interface FailureRow {
  readonly failures: number;
  readonly last_at: Date | string;
  readonly locked_until: Date | string;
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
          await reserve(manager, store.kind, subject);
          const after = failedAgain(await find(manager, subject), atMs, rule);
          await manager.query(
            "UPDATE sign_in_failures SET failures = ?, last_at = ?, locked_until = ? WHERE subject = ?",
            [after.count, toDatabaseTime(atMs), toDatabaseTime(after.lockedUntilMs), tokenHash(subject)],
          );
          longestMs = Math.max(longestMs, after.lockedUntilMs - atMs);
        }
        return longestMs;
      }),

    async forget(manager, subjects) {
      for (const { subject } of subjects)
        await manager.query("DELETE FROM sign_in_failures WHERE subject = ?", [tokenHash(subject)]);
    },

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.query("DELETE FROM sign_in_failures WHERE last_at < ?", [
          toDatabaseTime(nowMs() - 2 * 86_400_000),
        ]);
      }),
  };
}

async function find(manager: EntityManager, subject: string): Promise<Failures | null> {
  const [row]: FailureRow[] = await manager.query("SELECT * FROM sign_in_failures WHERE subject = ?", [
    tokenHash(subject),
  ]);
  return row
    ? {
        count: row.failures,
        lastAtMs: fromDatabaseTime(row.last_at),
        lockedUntilMs: fromDatabaseTime(row.locked_until),
      }
    : null;
}

/** Makes the row where there is none and holds it, so that no failure at the same time goes uncounted. */
async function reserve(manager: EntityManager, kind: Store["kind"], subject: string): Promise<void> {
  const never = toDatabaseTime(0);
  const unlessThere =
    kind === "mysql"
      ? "ON DUPLICATE KEY UPDATE failures = failures"
      : "ON CONFLICT (subject) DO UPDATE SET failures = failures";
  await manager.query(
    `INSERT INTO sign_in_failures (subject, failures, last_at, locked_until) VALUES (?, 0, ?, ?) ${unlessThere}`,
    [tokenHash(subject), never, never],
  );
}
