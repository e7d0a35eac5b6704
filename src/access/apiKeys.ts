import { IsNull } from "typeorm";
import { keyScopes } from "./rules/rights.ts";
import type { Permission, Viewer } from "./rules/rights.ts";
import { ApiKey as ApiKeyTable } from "../store/entities/access.ts";
import type { ApiKeyRow } from "../store/entities/access.ts";
import type { Store } from "../store/types.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { AccessError, unknownThing } from "./errors.ts";
import { keyPrefix, newApiKey, tokenHash } from "./tokens.ts";
import type { ApiKey } from "./types.ts";

interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Permission[];
  /** Null: valid until revoked. */
  readonly expiresAtMs: number | null;
  readonly createdBy: number | null;
}

/** API keys. */
export interface ApiKeys {
  resolve(hash: string): Promise<Viewer | null>;
  /** Newest first, revoked ones included. */
  list(): Promise<ApiKey[]>;
  /** `secret` is the key itself, which cannot be retrieved later. */
  create(key: NewApiKey): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** Resolves to its name. Rejects with `UNKNOWN`. */
  revoke(id: number): Promise<{ readonly name: string }>;
}

const touchEveryMs = 60_000;
const hintLength = keyPrefix.length + 6;

export function createApiKeys(parts: {
  readonly store: Store;
  readonly invalidations: AccessInvalidations;
  readonly nowMs: () => number;
}): ApiKeys {
  const { store, invalidations, nowMs } = parts;

  const touch = (id: number, atMs: number): Promise<unknown> =>
    store.transaction((manager) => manager.update(ApiKeyTable, { id }, { lastUsedAt: atMs }));

  return {
    async resolve(hash) {
      const row = await store.read((manager) => manager.findOneBy(ApiKeyTable, { keyHash: hash }), {
        quick: true,
      });
      if (!row) return null;
      const key = toApiKey(row);
      const atMs = nowMs();
      if (key.revokedAtMs !== null || (key.expiresAtMs !== null && key.expiresAtMs <= atMs)) return null;
      if (atMs - (key.lastUsedAtMs ?? 0) >= touchEveryMs) touch(key.id, atMs).catch(() => undefined);
      return { kind: "key", keyId: key.id, name: key.name, permissions: new Set(key.scopes) };
    },

    async list() {
      const rows = await store.read((manager) =>
        manager.find(ApiKeyTable, { order: { id: "DESC" }, take: 1000 }),
      );
      return rows.map(toApiKey);
    },

    create: ({ name, scopes, expiresAtMs, createdBy }) =>
      store.transaction(async (manager) => {
        if (expiresAtMs !== null && expiresAtMs <= nowMs())
          throw new AccessError("EXPIRY_PASSED", "The expiry is in the past.");
        const secret = newApiKey();
        const keyHash = tokenHash(secret);
        await manager.insert(ApiKeyTable, {
          name,
          keyHash,
          hint: secret.slice(0, hintLength),
          scopes: [...new Set(scopes)].join(" "),
          expiresAt: expiresAtMs,
          createdBy,
          createdAt: nowMs(),
        });
        const row = await manager.findOneByOrFail(ApiKeyTable, { keyHash });
        return { key: toApiKey(row), secret };
      }),

    revoke: (id) =>
      store.transaction(async (manager) => {
        const row = await manager.findOneBy(ApiKeyTable, { id });
        if (!row) throw unknownThing("key");
        await manager.update(ApiKeyTable, { id, revokedAt: IsNull() }, { revokedAt: nowMs() });
        store.afterCommit(() => invalidations.announce(id));
        return { name: row.name };
      }),
  };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    scopes: keyScopes.filter((scope) => row.scopes.split(" ").includes(scope)),
    expiresAtMs: row.expiresAt,
    lastUsedAtMs: row.lastUsedAt,
    revokedAtMs: row.revokedAt,
    createdAtMs: row.createdAt,
  };
}
