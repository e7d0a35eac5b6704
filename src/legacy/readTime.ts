import { zonedTimeToUtcMs } from "../values/zonedTime.ts";

/**
 * The instant of a time as databases write it, `2025-03-01 18:30:00`; without an offset it is one of the zone. null:
 * not a time, or MySQL's zero date.
 */
export function readTime(text: string | null, timeZone: string): number | null {
  const [, date = "", time = "", offset = ""] =
    /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)(Z|[+-]\d{2}:\d{2})?$/.exec(
      text?.trim() ?? "",
    ) ?? [];
  const wallMs = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  // `Date` moves 31 February into March.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 10) !== date) return null;
  return offset === ""
    ? zonedTimeToUtcMs(wallMs, timeZone)
    : Date.parse(`${date}T${time.slice(0, 12)}${offset}`);
}
