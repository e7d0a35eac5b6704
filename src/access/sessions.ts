import { LessThan, MoreThan } from "typeorm";
import type { EntityManager, SelectQueryBuilder } from "typeorm";
import { permissionsOf } from "./rules/rights.ts";
import type { Viewer } from "./rules/rights.ts";
import { Session as SessionTable } from "../store/entities/access.ts";
import type { SessionRow, UserRow } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { unknownThing } from "./errors.ts";
import { newToken, tokenHash } from "./tokens.ts";
import type { Session, Visitor } from "./types.ts";
import { endSessions } from "./users.ts";
import { dayMs } from "../values/durations.ts";

/** A session ends this long after it was last used, … */
const sessionIdleMs = 12 * 3_600_000;
/** … and this long after it began in any case. */
export const sessionLongestMs = 7 * dayMs;
/** Resolution of the last use: a write per request would be too expensive. */
const touchEveryMs = 60_000;

export interface Sessions {
  /** Null: no such session, or expired. Records its use from time to time. */
  resolve(hash: string): Promise<Viewer | null>;
  /** Sessions of one user, or all; last used first. */
  list(userId: number | null): Promise<Session[]>;
  /** `userId`: only if it belongs to this user. Resolves to its user. Rejects with `UNKNOWN`. */
  revoke(id: number, userId: number | null): Promise<{ readonly username: string }>;
  /** All sessions of the user except one. */
  revokeOthers(userId: number, exceptId: number): Promise<void>;
  /** Removes expired sessions. */
  sweep(): Promise<void>;
}

/** Joined with the user: removed users have no sessions. */
const withUser = (manager: EntityManager): SelectQueryBuilder<SessionRow> =>
  manager.createQueryBuilder(SessionTable, "session").innerJoinAndSelect("session.user", "user");

/** TypeORM types relations as optional, even if joined. */
function userOf({ user }: SessionRow): UserRow {
  if (user === undefined) throw new Error("A session was read without its user.");
  return user;
}

export function createSessions(parts: {
  readonly store: Store;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
}): Sessions {
  const { store, invalidations, nowMs } = parts;

  async function touch(row: SessionRow, atMs: number): Promise<void> {
    const endMs = Math.min(atMs + sessionIdleMs, row.createdAt + sessionLongestMs);
    await store.transaction((manager) =>
      manager.update(SessionTable, { id: row.id }, { lastSeenAt: atMs, expiresAt: endMs }),
    );
  }

  return {
    async resolve(hash) {
      const row = await store.read((manager) => withUser(manager).where({ tokenHash: hash }).getOne(), {
        quick: true,
      });
      const atMs = nowMs();
      if (row === null || row.expiresAt <= atMs) return null;
      const { username, role, disabled } = userOf(row);
      if (disabled) return null;
      if (atMs - row.lastSeenAt >= touchEveryMs) {
        // Losing this update is harmless; the next use makes another.
        touch(row, atMs).catch(() => undefined);
      }
      return {
        kind: "user",
        userId: row.userId,
        username,
        role,
        sessionId: row.id,
        permissions: permissionsOf(role),
      };
    },

    async list(userId) {
      const rows = await store.read((manager) =>
        withUser(manager)
          .where({ expiresAt: MoreThan(nowMs()), ...(userId !== null && { userId }) })
          .orderBy({ "session.lastSeenAt": "DESC", "session.id": "DESC" })
          .limit(1000)
          .getMany(),
      );
      return rows.map(toSession);
    },

    revoke: (id, userId) =>
      store.transaction(async (manager) => {
        const row = await withUser(manager).where({ id }).getOne();
        // Do not reveal whether another user's session exists.
        if (row === null || (userId !== null && row.userId !== userId)) throw unknownThing("session");
        await manager.delete(SessionTable, { id });
        store.afterCommit(() => invalidations.announce());
        return { username: userOf(row).username };
      }),

    revokeOthers: (userId, exceptId) =>
      store.transaction(async (manager) => {
        await endSessions(manager, userId, exceptId);
        store.afterCommit(() => invalidations.announce());
      }),

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.delete(SessionTable, { expiresAt: LessThan(nowMs()) });
      }),
  };
}

/** Starts a session and returns the cookie value; ends the session `replaces`, so that no value outlives a sign-in. */
export async function beginSession(
  manager: EntityManager,
  userId: number,
  visitor: Visitor,
  atMs: number,
  replaces: string | null,
): Promise<{ readonly token: string; readonly sessionId: number }> {
  if (replaces !== null) await manager.delete(SessionTable, { tokenHash: tokenHash(replaces) });
  const token = newToken();
  await manager.insert(SessionTable, {
    tokenHash: tokenHash(token),
    userId,
    address: visitor.address,
    userAgent: visitor.userAgent.slice(0, 200),
    createdAt: atMs,
    lastSeenAt: atMs,
    expiresAt: atMs + sessionIdleMs,
  });
  const { id } = await manager.findOneByOrFail(SessionTable, { tokenHash: tokenHash(token) });
  return { token, sessionId: id };
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.userId,
    username: userOf(row).username,
    address: row.address,
    userAgent: row.userAgent,
    createdAtMs: row.createdAt,
    lastSeenAtMs: row.lastSeenAt,
    expiresAtMs: row.expiresAt,
  };
}
