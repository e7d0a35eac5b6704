import type { SteadyClock } from "../ops/types.ts";
import type { RedisLink } from "../store/redis.ts";
import { mostLagMs } from "../store/replicaHealth.ts";
import type { Viewer } from "./rules/rights.ts";

/** Viewers of all instances who wrote so recently that a replica of the database may not have it yet. */
export interface RecentWriters {
  /** Call it when the change is made, and before it is answered. Never rejects. */
  wrote(viewer: Viewer): Promise<void>;
  /** Whether a replica may answer this viewer. Never rejects. */
  mayLag(viewer: Viewer): Promise<boolean>;
}

/** Viewers without a name are one. */
function nameOf(viewer: Viewer): string {
  if (viewer.kind === "user") return `user:${viewer.userId}`;
  return viewer.kind === "key" ? `key:${viewer.keyId}` : "other";
}

const keyOf = (name: string): string => `phone-proxy:wrote:1:${name}`;

/** null: Redis did not answer. */
async function answerOf<T>(link: RedisLink, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    link.failed(error);
    return null;
  }
}

/**
 * Redis informs the other instances. While it is unavailable, and until everything written in the meantime has
 * reached the replicas, the primary answers all clients.
 */
export function createRecentWriters({
  link,
  clock,
}: {
  /** null: there is no other instance. */
  readonly link: RedisLink | null;
  readonly clock: SteadyClock;
}): RecentWriters {
  const here = new Map<string, number>();
  /** Since when it is known who wrote. */
  let knownSinceMs = clock.steadyMs();
  link?.onUp(() => {
    knownSinceMs = clock.steadyMs();
  });

  const isRecent = (atMs: number): boolean => clock.steadyMs() - atMs < mostLagMs;

  return {
    async wrote(viewer) {
      const name = nameOf(viewer);
      for (const [other, atMs] of here) if (!isRecent(atMs)) here.delete(other);
      here.set(name, clock.steadyMs());
      if (link !== null && link.up) await answerOf(link, link.client.set(keyOf(name), "", "PX", mostLagMs));
    },

    async mayLag(viewer) {
      const name = nameOf(viewer);
      const atMs = here.get(name);
      if (isRecent(knownSinceMs) || (atMs !== undefined && isRecent(atMs))) return false;
      if (link === null) return true;
      return link.up && (await answerOf(link, link.client.exists(keyOf(name)))) === 0;
    },
  };
}
