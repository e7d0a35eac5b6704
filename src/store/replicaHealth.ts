import type { PartHealth } from "../ops/types.ts";

/** A replica that is further behind is left out. Recent writers read from the primary for this long. */
export const mostLagMs = 10_000;

/** The last look at a replica. */
export interface ReplicaSight {
  /** Infinite before it was first reached. */
  readonly lagMs: number;
  readonly atMs: number;
  /** null: it answered. */
  readonly trouble: string | null;
}

const instead = "The primary answers in its place.";

export function healthOf(name: string, { lagMs: seenMs, trouble }: ReplicaSight, lagMs: number): PartHealth {
  if (trouble !== null)
    return { status: "down", detail: `Replica ${name} is unavailable. ${trouble} ${instead}` };
  if (!Number.isFinite(lagMs)) return { status: "off", detail: `Replica ${name} has not been reached yet.` };
  if (lagMs <= mostLagMs)
    return { status: "up", detail: `Replica ${name} is ${(lagMs / 1000).toFixed(1)} s behind.` };
  return seenMs <= mostLagMs
    ? { status: "degraded", detail: `It is not known how far replica ${name} is behind. ${instead}` }
    : {
        status: "degraded",
        detail: `Replica ${name} is ${Math.round(lagMs / 1000)} s behind. ${instead}`,
      };
}
