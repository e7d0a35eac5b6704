import { keyScopes } from "../domain/accessRights.ts";
import type { Permission, Viewer } from "../domain/accessRights.ts";
import { fromDatabaseTime, toDatabaseTime } from "../store/time.ts";
import type { Store } from "../store/types.ts";
import type { AccessChanges } from "./changes.ts";
import { unknownThing } from "./errors.ts";
import { keyPrefix, newApiKey, tokenHash } from "./tokens.ts";
import type { ApiKey } from "./types.ts";

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Permission[];
  /** Null: until it is revoked. */
  readonly expiresAtMs: number | null;
  readonly createdBy: number | null;
}

/** Keys of programs. */
export interface ApiKeys {
  resolve(hash: string): Promise<Viewer | null>;
  /** Newest first, revoked ones included. */
  list(): Promise<ApiKey[]>;
  /** `secret` is the key itself, and nowhere to be had afterwards. */
  create(key: NewApiKey): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** Resolves to what it was called. Rejects with `UNKNOWN`. */
  revoke(id: number): Promise<{ readonly name: string }>;
}

interface KeyRow {
  readonly id: number;
  readonly name: string;
  readonly hint: string;
  readonly scopes: string;
  readonly expires_at: Date | string | null;
  readonly last_used_at: Date | string | null;
  readonly revoked_at: Date | string | null;
  readonly created_at: Date | string;
}

const touchEveryMs = 60_000;
const hintLength = keyPrefix.length + 6;

export function createApiKeys(parts: {
  readonly store: Store;
  readonly changes: AccessChanges;
  readonly nowMs: () => number;
}): ApiKeys {
  const { store, changes, nowMs } = parts;

  const touch = (id: number, atMs: number): Promise<unknown> =>
    store.transaction((manager) =>
      manager.query("UPDATE api_keys SET last_used_at = ? WHERE id = ?", [toDatabaseTime(atMs), id]),
    );

  return {
    async resolve(hash) {
      const [row]: KeyRow[] = await store.read((manager) =>
        manager.query("SELECT * FROM api_keys WHERE key_hash = ?", [hash]),
      );
      if (!row) return null;
      const key = toApiKey(row);
      const atMs = nowMs();
      if (key.revokedAtMs !== null || (key.expiresAtMs !== null && key.expiresAtMs <= atMs)) return null;
      if (atMs - (key.lastUsedAtMs ?? 0) >= touchEveryMs) touch(key.id, atMs).catch(() => undefined);
      return { kind: "key", keyId: key.id, name: key.name, permissions: new Set(key.scopes) };
    },

    async list() {
      const rows: KeyRow[] = await store.read((manager) =>
        manager.query("SELECT * FROM api_keys ORDER BY id DESC LIMIT 1000"),
      );
      return rows.map(toApiKey);
    },

    create: ({ name, scopes, expiresAtMs, createdBy }) =>
      store.transaction(async (manager) => {
        const secret = newApiKey();
        await manager.query(
          `INSERT INTO api_keys (name, key_hash, hint, scopes, expires_at, created_by, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          [
            name,
            tokenHash(secret),
            secret.slice(0, hintLength),
            [...new Set(scopes)].join(" "),
            expiresAtMs === null ? null : toDatabaseTime(expiresAtMs),
            createdBy,
            toDatabaseTime(nowMs()),
          ],
        );
        const [row]: KeyRow[] = await manager.query("SELECT * FROM api_keys WHERE key_hash = ?", [
          tokenHash(secret),
        ]);
        if (!row) throw new Error("A key that was just made is not there.");
        return { key: toApiKey(row), secret };
      }),

    revoke: (id) =>
      store.transaction(async (manager) => {
        const [row]: { name: string }[] = await manager.query("SELECT name FROM api_keys WHERE id = ?", [id]);
        if (!row) throw unknownThing("key");
        await manager.query("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [
          toDatabaseTime(nowMs()),
          id,
        ]);
        store.afterCommit(() => changes.announce(id));
        return { name: row.name };
      }),
  };
}

const timeOrNull = (value: Date | string | null): number | null =>
  value === null ? null : fromDatabaseTime(value);

function toApiKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: keyScopes.filter((scope) => row.scopes.split(" ").includes(scope)),
    expiresAtMs: timeOrNull(row.expires_at),
    lastUsedAtMs: timeOrNull(row.last_used_at),
    revokedAtMs: timeOrNull(row.revoked_at),
    createdAtMs: fromDatabaseTime(row.created_at),
  };
}
