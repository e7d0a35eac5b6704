import { repeat } from "../ops/repeat.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import { translate } from "./errors.ts";
import { healthOf, mostLagMs } from "./replicaHealth.ts";
import type { ReplicaSight } from "./replicaHealth.ts";
import type { ReplicaState } from "./types.ts";

const lookEveryMs = 1000;

interface Replicas {
  readonly states: readonly ReplicaState[];
  /** The index of one that may answer, each in its turn; null: none may. */
  choose(): number | null;
  /** It did not answer: it is left out until it is reached again. */
  failed(index: number, error: unknown): void;
  close(): void;
}

interface ReplicasOptions {
  /** Hosts and ports. */
  readonly names: readonly string[];
  /** Has the primary write its time, unless another instance just did, and resolves to it. */
  readonly beat: () => Promise<number>;
  /** The newest of these times that a replica has. */
  readonly readBeat: (index: number) => Promise<number>;
  readonly clock: SteadyClock;
  readonly logger: Logger;
}

/**
 * Knows which replicas are away or too far behind. How far a replica is behind is measured by the primary's clock alone, and
 * each measurement ages, so that what a replica answers is never older than `mostLagMs`.
 */
export function createReplicas({ names, beat, readBeat, clock, logger }: ReplicasOptions): Replicas {
  const replicas = names.map((name) => ({ name, sight: unseen, toldUsed: null as boolean | null }));
  let last = -1;

  const lagOf = ({ lagMs, atMs }: ReplicaSight): number => lagMs + clock.steadyMs() - atMs;
  const isUsed = ({ sight }: (typeof replicas)[number]): boolean =>
    sight.trouble === null && lagOf(sight) <= mostLagMs;

  /** Logs changes. */
  function tell(replica: (typeof replicas)[number]): void {
    const used = isUsed(replica);
    if (used === replica.toldUsed) return;
    replica.toldUsed = used;
    const { name, sight } = replica;
    if (used) logger.info("Replica answers lists", { replica: name });
    else
      logger.warn("Replica left out", {
        replica: name,
        reason: sight.trouble ?? `${Math.round(lagOf(sight) / 1000)} s behind`,
      });
  }

  function failed(index: number, error: unknown): void {
    const replica = replicas[index];
    if (replica === undefined) return;
    const told = translate(error);
    const trouble = told instanceof Error ? told.message : "unknown error";
    replica.sight = { ...replica.sight, trouble };
    tell(replica);
  }

  async function look(): Promise<void> {
    const askedAtMs = clock.steadyMs();
    let primaryMs: number;
    try {
      primaryMs = await beat();
    } catch {
      // The primary is unavailable, or read-only. The lag of replicas is then unknown.
      replicas.forEach(tell);
      return;
    }
    const lookAt = async (replica: (typeof replicas)[number], index: number): Promise<void> => {
      const atMs = clock.steadyMs();
      try {
        const seenMs = await readBeat(index);
        const lagMs = Math.max(0, primaryMs + (atMs - askedAtMs) - seenMs);
        replica.sight = { lagMs, atMs, trouble: null };
      } catch (error) {
        failed(index, error);
      }
      tell(replica);
    };
    await Promise.all(replicas.map(lookAt));
  }

  const stop = repeat(clock, lookEveryMs, look);
  void look();

  return {
    get states() {
      return replicas.map((replica): ReplicaState => {
        const { name, sight } = replica;
        const lagMs = lagOf(sight);
        const lagSeconds = Number.isFinite(lagMs) && sight.trouble === null ? lagMs / 1000 : null;
        return { name, used: isUsed(replica), lagSeconds, health: healthOf(name, sight, lagMs) };
      });
    },
    choose() {
      for (let step = 1; step <= replicas.length; step += 1) {
        const index = (last + step) % replicas.length;
        const replica = replicas[index];
        if (replica === undefined || !isUsed(replica)) continue;
        last = index;
        return index;
      }
      return null;
    },
    failed,
    close: stop,
  };
}

const unseen: ReplicaSight = { lagMs: Number.POSITIVE_INFINITY, atMs: 0, trouble: null };
