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
  /** Average net use per day; negative if more numbers return. */
  readonly perDay: number;
  /** Days in the average: the last weeks, or fewer if the use started later. */
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

/** When the pool will be empty at the rate of the last weeks. Today counts as a whole day. */
export function forecastPool(free: number, days: readonly DayOfUse[], nowMs: number): PoolForecast {
  const since = forecastSince(nowMs);
  const today = dayOf(nowMs);
  const recent = days.filter(({ day }) => day >= since && day <= today);
  if (recent.length === 0) return { emptyInDays: free > 0 ? null : 0, perDay: 0, basedOnDays: 0 };
  const first = recent.reduce((earliest, { day }) => (day < earliest ? day : earliest), today);
  const basedOnDays = Math.round((Date.parse(today) - Date.parse(first)) / dayMs) + 1;
  const net = recent.reduce((sum, { taken, returned }) => sum + taken - returned, 0);
  const perDay = net / basedOnDays;
  if (free <= 0) return { emptyInDays: 0, perDay, basedOnDays };
  // The first import says nothing about the days after it.
  if (basedOnDays < fewestDays || perDay <= 0) return { emptyInDays: null, perDay, basedOnDays };
  return { emptyInDays: Math.max(1, Math.floor(free / perDay)), perDay, basedOnDays };
}
