import { dayMs } from "../../../values/durations.ts";

/** The use of a pool's numbers on one day. */
interface DayOfUse {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Allocated numbers. */
  readonly taken: number;
  /** Numbers that became free again. */
  readonly returned: number;
}

export interface PoolForecast {
  /** Whole days until the pool is empty, 0 only if it is now; null: not at the current rate, or not known yet. */
  readonly emptyInDays: number | null;
  /** Average net use per day, negative if more numbers return; null: not known yet. */
  readonly perDay: number | null;
  /** Days in the average: the last weeks, or fewer if the use started later, and without the busiest day. */
  readonly basedOnDays: number;
}

/** Older use says little about the next weeks. */
const forecastDays = 28;

/** A forecast needs a week of use. */
const fewestDays = 7;

/** The UTC day of a time, in the format of `DayOfUse`. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The first day considered by a forecast made now. */
export function forecastSince(nowMs: number): string {
  return dayOf(nowMs - (forecastDays - 1) * dayMs);
}

/**
 * When the pool will be empty at the rate of the last weeks. Today counts as a whole day, the busiest day does not count: one
 * large import is not a rate. `days`: those since `forecastSince`, and the first day of use.
 */
export function forecastPool(free: number, days: readonly DayOfUse[], nowMs: number): PoolForecast {
  const since = forecastSince(nowMs);
  const today = dayOf(nowMs);
  const known = days.filter(({ day }) => day <= today);
  const emptyNow = free > 0 ? null : 0;
  if (known.length === 0) return { emptyInDays: emptyNow, perDay: 0, basedOnDays: 0 };
  const first = known.reduce((earliest, { day }) => (day < earliest ? day : earliest), today);
  const basedOnDays = Math.round((Date.parse(today) - Date.parse(first > since ? first : since)) / dayMs);
  if (basedOnDays < fewestDays) return { emptyInDays: emptyNow, perDay: null, basedOnDays };
  const nets = known.filter(({ day }) => day >= since).map(({ taken, returned }) => taken - returned);
  const perDay = (nets.reduce((sum, net) => sum + net, 0) - Math.max(0, ...nets)) / basedOnDays;
  const lasts = perDay > 0 ? Math.max(1, Math.floor(free / perDay)) : null;
  return { emptyInDays: emptyNow ?? lasts, perDay, basedOnDays };
}
