import { dayMs, quarterMs } from "./durations.ts";

/** Whether this is a valid time zone, e.g. `Europe/Moscow` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which clocks in the time zone show this time. `wallMs` is the local time written as if it were
 * UTC. A time skipped in spring is shifted by the length of the gap; for a time that occurs twice in autumn, the
 * first one counts.
 */
export function zonedTimeToUtcMs(wallMs: number, timeZone: string): number {
  if (timeZone === "UTC") return wallMs;
  // The offset differs from the wanted one only close to a clock change, so both sides are tried.
  const before = wallMs - offsetMs(wallMs - dayMs, timeZone);
  const after = wallMs - offsetMs(wallMs + dayMs, timeZone);
  return before + offsetMs(before, timeZone) === wallMs || after + offsetMs(after, timeZone) !== wallMs
    ? before
    : after;
}

/** The local time in the zone at this instant, written as if it were UTC. */
export function zonedTimeOf(instantMs: number, timeZone: string): number {
  return timeZone === "UTC" ? instantMs : instantMs + offsetMs(instantMs, timeZone);
}

/** Clocks change at full quarters of an hour, so an offset is valid for the whole quarter. */
const maxRemembered = 10_000;

interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  /** The offset from UTC by quarter of an hour since 1970: computing it is slow, and files have few dates. */
  readonly offsetsMs: Map<number, number>;
}

const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const zone: Zone = { formatter, offsetsMs: new Map() };
  zones.set(timeZone, zone);
  return zone;
}

/** The zone's offset from UTC at that instant. */
function offsetMs(instantMs: number, timeZone: string): number {
  const { formatter, offsetsMs } = zoneOf(timeZone);
  const quarter = Math.floor(instantMs / quarterMs);
  const known = offsetsMs.get(quarter);
  if (known !== undefined) return known;
  if (offsetsMs.size >= maxRemembered) offsetsMs.clear();
  const offset = askForOffsetMs(quarter * quarterMs, formatter);
  offsetsMs.set(quarter, offset);
  return offset;
}

function askForOffsetMs(instantMs: number, formatter: Intl.DateTimeFormat): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(instantMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs;
}
