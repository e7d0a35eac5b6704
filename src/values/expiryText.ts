import { zonedTimeOf, zonedTimeToUtcMs } from "./zonedTime.ts";
import { dayMs } from "./durations.ts";

/*
 * An expiry that is the end of a day is a date: `2027-02-01` lasts through that whole day in the time zone. Any other is a
 * time: `2027-02-01T15:00:00.000Z`. The text says which, so that reading it again gives the same instant, also on days on
 * which the clocks change.
 */

const bareDate = /^\d{4}-\d{2}-\d{2}$/;

/** The end of a day. `dateMs`: its first midnight as if it were in UTC. */
export const endOfDayMs = (dateMs: number, timeZone: string): number =>
  zonedTimeToUtcMs(dateMs + dayMs, timeZone);

/** `2027-02-01` if the instant is the end of that day, otherwise the time in UTC. */
export function expiryText(atMs: number, timeZone: string): string {
  // Where clocks skip midnight, the next day begins later.
  const nextDayMs = Math.floor(zonedTimeOf(atMs, timeZone) / dayMs) * dayMs;
  const isEndOfDay = zonedTimeToUtcMs(nextDayMs, timeZone) === atMs;
  return isEndOfDay ? new Date(nextDayMs - dayMs).toISOString().slice(0, 10) : new Date(atMs).toISOString();
}

/** The instant of a date or of a time with offset, as `expiryText` writes them. NaN for other texts. */
export const readExpiryText = (text: string, timeZone: string): number =>
  bareDate.test(text) ? endOfDayMs(Date.parse(text), timeZone) : Date.parse(text);
