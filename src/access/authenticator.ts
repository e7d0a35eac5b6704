import { addressViewer, may } from "./rules/rights.ts";
import type { Viewer } from "./rules/rights.ts";
import { repeat } from "../ops/repeat.ts";
import type { Clock } from "../ops/types.ts";
import { StoreAwayError } from "../store/errors.ts";
import type { AccessInvalidations } from "./invalidations.ts";
import { keyPrefix, tokenHash } from "./tokens.ts";

/** The credential of a request. */
export interface Credential {
  readonly kind: "session" | "key";
  readonly secret: string;
}

/** Resolves credentials with a short cache: a busy dialplan sends its key hundreds of times a second. */
export interface Authenticator {
  /**
   * Null: not valid. During a database outage a previously valid key remains valid `forLookup`, so that calls are
   * connected; otherwise it rejects with `StoreAwayError`.
   */
  resolve(credential: Credential, forLookup?: boolean): Promise<Viewer | null>;
  /** Whether it was valid at the last check. */
  knows(credential: Credential): boolean;
  /** The viewer at the last check, if remembered; only to decide what to show while `resolve` cannot check. */
  lastKnown(credential: Credential): Viewer | null;
  /** The viewer, if checked recently; null if `resolve` has to check. */
  known(credential: Credential): Viewer | null;
  /** Calls `ended` once, when the credential is no longer good; returns a function that stops listening. */
  onRevoked(credential: Credential, ended: () => void): () => void;
  close(): void;
}

interface AuthenticatorOptions {
  readonly load: (kind: Credential["kind"], hash: string) => Promise<Viewer | null>;
  readonly invalidations: AccessInvalidations;
  readonly clock: Clock;
  /** How long a revocation may stay unnoticed if its message is lost. */
  readonly freshMs: number;
  /** How long a key remains valid for lookups, and any viewer for details of health, during a database outage. */
  readonly staleMs: number;
  readonly maxEntries: number;
}

interface Entry {
  readonly viewer: Viewer | null;
  readonly checkedAtMs: number;
  /** Set by a change: the entry may only be used during a database outage. */
  doubtful: boolean;
}

const idOf = ({ kind, secret }: Credential): string => `${kind}:${tokenHash(secret)}`;

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { load, invalidations, clock, freshMs, staleMs, maxEntries } = options;
  const entries = new Map<string, Entry>();
  const loading = new Map<string, Promise<Viewer | null>>();
  /** Callbacks of the watchers: one for changed access, one to stop watching. */
  const watchers = new Map<() => Promise<void>, () => void>();
  let generation = 0;

  const isFresh = (entry: Entry): boolean => !entry.doubtful && clock.nowMs() - entry.checkedAtMs < freshMs;

  function remember(id: string, viewer: Viewer | null, checkedAtMs: number): void {
    entries.delete(id);
    entries.set(id, { viewer, checkedAtMs, doubtful: false });
    // Oldest first; entries still in use are loaded again.
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
  }

  function whileAway(entry: Entry | undefined): Viewer | null {
    const viewer = entry?.viewer;
    return viewer?.kind === "key" &&
      may(viewer, "lookups.read") &&
      clock.nowMs() - (entry?.checkedAtMs ?? 0) < staleMs
      ? { ...viewer, permissions: addressViewer.permissions }
      : null;
  }

  async function check(kind: Credential["kind"], id: string): Promise<Viewer | null> {
    const began = generation;
    const checkedAtMs = clock.nowMs();
    try {
      const viewer = await load(kind, id.slice(kind.length + 1));
      // A change in between may have outdated the result.
      if (began === generation) remember(id, viewer, checkedAtMs);
      return viewer;
    } finally {
      if (began === generation) loading.delete(id);
    }
  }

  const stopListening = invalidations.onChange((revokedKeyId) => {
    generation += 1;
    loading.clear();
    for (const [id, entry] of entries) {
      entry.doubtful = true;
      // Invalid credentials may have become valid; revoked ones must not be accepted even during a database outage.
      const { viewer } = entry;
      if (viewer === null || (viewer.kind === "key" && viewer.keyId === revokedKeyId)) entries.delete(id);
    }
    for (const look of watchers.keys()) void look();
  });

  async function resolve(credential: Credential, forLookup = false): Promise<Viewer | null> {
    // Our credentials are never longer; do not fill memory with others.
    if (credential.secret.length > 100) return null;
    if (credential.kind === "key" && !credential.secret.startsWith(keyPrefix)) return null;
    const id = idOf(credential);
    const entry = entries.get(id);
    if (entry && isFresh(entry)) return entry.viewer;
    const running = loading.get(id) ?? check(credential.kind, id);
    loading.set(id, running);
    try {
      return await running;
    } catch (error) {
      const viewer = forLookup && error instanceof StoreAwayError ? whileAway(entries.get(id)) : null;
      if (viewer === null) throw error;
      return viewer;
    }
  }

  return {
    resolve,

    knows: (credential) => (entries.get(idOf(credential))?.viewer ?? null) !== null,

    lastKnown(credential) {
      const entry = entries.get(idOf(credential));
      return entry !== undefined && clock.nowMs() - entry.checkedAtMs < staleMs ? entry.viewer : null;
    },

    known(credential) {
      const entry = entries.get(idOf(credential));
      return entry !== undefined && isFresh(entry) ? entry.viewer : null;
    },

    onRevoked(credential, ended) {
      let over = false;
      const stop = (): void => {
        over = true;
        watchers.delete(look);
        stopLooking();
      };
      const look = async (): Promise<void> => {
        // Unknown while the database is unavailable; the next check will show.
        const viewer = await resolve(credential).catch(() => "unknown");
        if (viewer !== null || over) return;
        stop();
        ended();
      };
      const stopLooking = repeat(clock, freshMs, look);
      watchers.set(look, stop);
      return stop;
    },

    close() {
      stopListening();
      for (const stop of watchers.values()) stop();
    },
  };
}
