import { zonedTimeOf, zonedTimeToUtcMs } from "../../values/zonedTime.ts";

/** The beginning of the month that many months before the current one, and its name, `2026-03`. */
export function monthBefore(
  nowMs: number,
  months: number,
  timeZone: string,
): { readonly startMs: number; readonly name: string } {
  const now = new Date(zonedTimeOf(nowMs, timeZone));
  const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1);
  return { startMs: zonedTimeToUtcMs(start, timeZone), name: new Date(start).toISOString().slice(0, 7) };
}
