import { LessThan, MoreThan } from "typeorm";
import type { EntityManager, SelectQueryBuilder } from "typeorm";
import { permissionsOf, roles } from "./rules/rights.ts";
import type { Viewer } from "./rules/rights.ts";
import { Session as SessionTable } from "../store/entities/access.ts";
import type { SessionRow, UserRow } from "../store/entities/access.ts";
import { oneOf } from "../store/row.ts";
import type { Store } from "../store/types.ts";
import type { AccessChanges } from "./changes.ts";
import { unknownThing } from "./errors.ts";
import { newToken, tokenHash } from "./tokens.ts";
import type { Session, Visitor } from "./types.ts";
import { endSessions } from "./users.ts";

/** A session ends this long after it was last used, … */
const sessionIdleMs = 12 * 3_600_000;
/** … and this long after it began in any case. */
export const sessionLongestMs = 7 * 86_400_000;
/** How exactly it is known when it was last used: a write for each request would be too dear. */
const touchEveryMs = 60_000;

const toRole = oneOf(roles);

export interface Sessions {
  /** Null: no such session, or it is over. Notes now and then that it is in use. */
  resolve(hash: string): Promise<Viewer | null>;
  /** Those of one user, or all; the one that was used last comes first. */
  list(userId: number | null): Promise<Session[]>;
  /** `userId`: only if it is this user's. Resolves to whose it was. Rejects with `UNKNOWN`. */
  revoke(id: number, userId: number | null): Promise<{ readonly username: string }>;
  /** All of the user but one. */
  revokeOthers(userId: number, exceptId: number): Promise<void>;
  /** Forgets what is over. */
  sweep(): Promise<void>;
}

/** With the user: one that is gone has no sessions. */
const withUser = (manager: EntityManager): SelectQueryBuilder<SessionRow> =>
  manager.createQueryBuilder(SessionTable, "session").innerJoinAndSelect("session.user", "user");

/** Relations are optional to TypeORM, whatever was joined. */
function userOf({ user }: SessionRow): UserRow {
  if (user === undefined) throw new Error("A session was read without its user.");
  return user;
}

export function createSessions(parts: {
  readonly store: Store;
  readonly changes: AccessChanges;
  readonly nowMs: () => number;
}): Sessions {
  const { store, changes, nowMs } = parts;

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
      const { username, role: roleName, disabled } = userOf(row);
      if (disabled) return null;
      if (atMs - row.lastSeenAt >= touchEveryMs) {
        // The session is as good when this note is lost; the next use makes another.
        touch(row, atMs).catch(() => undefined);
      }
      const role = toRole(roleName);
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
        // Whether somebody else's session is there is nobody's business.
        if (row === null || (userId !== null && row.userId !== userId)) throw unknownThing("session");
        await manager.delete(SessionTable, { id });
        store.afterCommit(() => changes.announce());
        return { username: userOf(row).username };
      }),

    revokeOthers: (userId, exceptId) =>
      store.transaction(async (manager) => {
        await endSessions(manager, userId, exceptId);
        store.afterCommit(() => changes.announce());
      }),

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.delete(SessionTable, { expiresAt: LessThan(nowMs()) });
      }),
  };
}

/** Begins a session and returns the cookie's value; the one of `replaces` ends, so that no value outlives a sign-in. */
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
