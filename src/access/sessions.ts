import type { EntityManager } from "typeorm";
import { permissionsOf } from "../domain/accessRights.ts";
import type { Role, Viewer } from "../domain/accessRights.ts";
import { fromDatabaseTime, toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import type { AccessChanges } from "./changes.ts";
import { unknownThing } from "./errors.ts";
import { newToken, tokenHash } from "./tokens.ts";
import type { Session, Visitor } from "./types.ts";
import { endSessions } from "./users.ts";

/** A session ends this long after it was last used, … */
export const sessionIdleMs = 12 * 3_600_000;
/** … and this long after it began in any case. */
export const sessionLongestMs = 7 * 86_400_000;
/** How exactly it is known when it was last used: a write for each request would be too dear. */
const touchEveryMs = 60_000;

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

interface SessionRow {
  readonly id: number;
  readonly user_id: number;
  readonly username: string;
  readonly role: Role;
  readonly disabled: number;
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: Date | string;
  readonly last_seen_at: Date | string;
  readonly expires_at: Date | string;
}

const select =
  "SELECT s.id, s.user_id, u.username, u.role, u.disabled, s.address, s.user_agent, s.created_at, " +
  "s.last_seen_at, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id";

export function createSessions(parts: {
  readonly store: Store;
  readonly changes: AccessChanges;
  readonly nowMs: () => number;
}): Sessions {
  const { store, changes, nowMs } = parts;

  async function touch(row: SessionRow, atMs: number): Promise<void> {
    const endMs = Math.min(atMs + sessionIdleMs, fromDatabaseTime(row.created_at) + sessionLongestMs);
    await store.transaction((manager) =>
      manager.query("UPDATE sessions SET last_seen_at = ?, expires_at = ? WHERE id = ?", [
        toDatabaseTime(atMs),
        toDatabaseTime(endMs),
        row.id,
      ]),
    );
  }

  return {
    async resolve(hash) {
      const [row]: SessionRow[] = await store.read((manager) =>
        manager.query(`${select} WHERE s.token_hash = ?`, [hash]),
      );
      const atMs = nowMs();
      if (!row || row.disabled !== 0 || fromDatabaseTime(row.expires_at) <= atMs) return null;
      if (atMs - fromDatabaseTime(row.last_seen_at) >= touchEveryMs) {
        // The session is as good when this note is lost; the next use makes another.
        touch(row, atMs).catch(() => undefined);
      }
      return {
        kind: "user",
        userId: row.user_id,
        username: row.username,
        role: row.role,
        sessionId: row.id,
        permissions: permissionsOf(row.role),
      };
    },

    async list(userId) {
      const rows: SessionRow[] = await store.read((manager) =>
        manager.query(
          `${select} WHERE s.expires_at > ? ${userId === null ? "" : "AND s.user_id = ?"}
           ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 1000`,
          userId === null ? [toDatabaseTime(nowMs())] : [toDatabaseTime(nowMs()), userId],
        ),
      );
      return rows.map(toSession);
    },

    revoke: (id, userId) =>
      store.transaction(async (manager) => {
        const [row]: SessionRow[] = await manager.query(`${select} WHERE s.id = ?`, [id]);
        // Whether somebody else's session is there is nobody's business.
        if (!row || (userId !== null && row.user_id !== userId)) throw unknownThing("session");
        await manager.query("DELETE FROM sessions WHERE id = ?", [id]);
        store.afterCommit(() => changes.announce());
        return { username: row.username };
      }),

    revokeOthers: (userId, exceptId) =>
      store.transaction(async (manager) => {
        await endSessions(manager, userId, exceptId);
        store.afterCommit(() => changes.announce());
      }),

    sweep: () =>
      store.transaction(async (manager) => {
        await manager.query("DELETE FROM sessions WHERE expires_at < ?", [toDatabaseTime(nowMs())]);
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
  if (replaces !== null)
    await manager.query("DELETE FROM sessions WHERE token_hash = ?", [tokenHash(replaces)]);
  const token = newToken();
  const at = toDatabaseTime(atMs);
  await manager.query(
    `INSERT INTO sessions (token_hash, user_id, address, user_agent, created_at, last_seen_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      tokenHash(token),
      userId,
      visitor.address,
      visitor.userAgent.slice(0, 200),
      at,
      at,
      toDatabaseTime(atMs + sessionIdleMs),
    ],
  );
  const [row]: { id: number }[] = await manager.query("SELECT id FROM sessions WHERE token_hash = ?", [
    tokenHash(token),
  ]);
  if (!row) throw new Error("A session that was just made is not there.");
  return { token, sessionId: row.id };
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    username: row.username,
    address: row.address,
    userAgent: row.user_agent,
    createdAtMs: fromDatabaseTime(row.created_at),
    lastSeenAtMs: fromDatabaseTime(row.last_seen_at),
    expiresAtMs: fromDatabaseTime(row.expires_at),
  };
}
