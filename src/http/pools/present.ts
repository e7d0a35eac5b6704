import type { BlockedNumber, PoolDetails } from "../../numbers/types.ts";
import { callerIdText } from "../../values/mapping.ts";
import { isoTime } from "../server/presenters.ts";

/** A pool in the API. Times are ISO 8601 in UTC. */
export function presentPool(pool: PoolDetails) {
  const { emptyInDays, perDay, basedOnDays } = pool.forecast;
  return {
    id: pool.id,
    name: pool.name,
    label: pool.label,
    country: pool.country,
    /** null: the trunk's policy. */
    callerId: callerIdText(pool.callerIdPolicy),
    quarantineSeconds: pool.quarantineSeconds,
    enabled: pool.enabled,
    isDefault: pool.isDefault,
    ranges: pool.ranges.map(({ first, last }) => ({ first, last })),
    listed: pool.listed,
    counts: pool.counts,
    forecast: {
      emptyInDays,
      perDay: perDay === null ? null : Math.round(perDay * 100) / 100,
      basedOnDays,
      warningDays: pool.warningDays,
      warning: emptyInDays !== null && emptyInDays < pool.warningDays,
    },
    createdAt: isoTime(pool.createdAtMs),
    updatedAt: isoTime(pool.updatedAtMs),
  };
}

export function presentBlocked({ number, note, blockedAtMs }: BlockedNumber) {
  return { number, note, blockedAt: isoTime(blockedAtMs) };
}
