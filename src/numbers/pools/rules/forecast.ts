/** What happened to the numbers of a pool on one day. */
interface DayOfUse {
  /** UTC, `YYYY-MM-DD`. */
  readonly day: string;
  /** Numbers that were given out. */
  readonly taken: number;
  /** Numbers that became free again. */
  readonly returned: number;
}

export interface PoolForecast {
  /** Whole days until no number is free, 0 when none is now; null: not at the present rate. */
  readonly emptyInDays: number | null;
  /** Numbers that leave the free ones in a day, on average; negative when more come back. */
  readonly perDay: number;
  /** Days that the average is taken of: the last weeks, or fewer where the use began later. */
  readonly basedOnDays: number;
}

/** Older use says little of the next weeks. */
const forecastDays = 28;

const dayMs = 86_400_000;

/** The day of a moment in UTC, as `DayOfUse` spells it. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The first day that a forecast made now looks at. */
export function forecastSince(nowMs: number): string {
  return dayOf(nowMs - (forecastDays - 1) * dayMs);
}

/** When the free numbers end if the use of the last weeks goes on. Today counts as a whole day. */
export function forecastPool(free: number, days: readonly DayOfUse[], nowMs: number): PoolForecast {
  const since = forecastSince(nowMs);
  const today = dayOf(nowMs);
  const recent = days.filter(({ day }) => day >= since && day <= today);
  if (recent.length === 0) return { emptyInDays: free > 0 ? null : 0, perDay: 0, basedOnDays: 0 };
  const first = recent.reduce((earliest, { day }) => (day < earliest ? day : earliest), today);
  const basedOnDays = Math.round((Date.parse(today) - Date.parse(first)) / dayMs) + 1;
  const net = recent.reduce((sum, { taken, returned }) => sum + taken - returned, 0);
  const perDay = net / basedOnDays;
  const emptyInDays = free <= 0 ? 0 : perDay > 0 ? Math.floor(free / perDay) : null;
  return { emptyInDays, perDay, basedOnDays };
}
