import { isNoDate, isNoValue } from "./noValue.ts";
import { endOfDayMs } from "../../values/expiryText.ts";
import { zonedTimeToUtcMs } from "../../values/zonedTime.ts";

type Expiry =
  | {
      readonly ok: true;
      /** UTC, milliseconds; null: does not expire. */ readonly expiresAtMs: number | null;
    }
  | { readonly ok: false; readonly code: "EXPIRY_UNREADABLE" | "EXPIRY_AMBIGUOUS" };

const never: Expiry = { ok: true, expiresAtMs: null };
const unreadable: Expiry = { ok: false, code: "EXPIRY_UNREADABLE" };
const ambiguous: Expiry = { ok: false, code: "EXPIRY_AMBIGUOUS" };

const wordsForNever = /^(?:[-–—]|нет|никогда|бессрочно|never|no|none|unlimited|unbefristet|nie)$/i;
const wordsForEver = /^(?:никогда|бессрочно|never|unlimited|unbefristet|nie)$/i;
const yearFirst = /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})$/;
const yearLast = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4})$/;
const shortYear = /^\d{1,2}([-./])\d{1,2}\1\d{2}$/;
const timeOfDay =
  /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?\s*([ap]\.?m\.?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
/** What keeps spreadsheets from changing a date. */
const asText = /^(?:="([^"]*)"|'([^']*))$/;
/** No date with its time is longer. */
const maxCharacters = 60;

/** Whether the cell says that the number does not expire, and not merely nothing. */
export const saysNever = (text: string): boolean =>
  text.length <= maxCharacters && wordsForEver.test(text.trim());

/**
 * Reads a date, or a date and time, as files have it: `2027-02-01`, `01.02.2027`, `2027-02-01T18:00:00+03:00`.
 * Without an offset it is a time of the zone (IANA name). A date alone is that day's end: the number is good
 * through the whole of it. So is a date at midnight without an offset, as spreadsheets and databases write dates. Day and month are guessed from nothing: `01/02/2027` and `01.02.27` are ambiguous.
 */
export function readExpiry(text: string, timeZone: string): Expiry {
  if (text.length > maxCharacters && text.trim().length > maxCharacters) return unreadable;
  const plain = text
    .trim()
    .replace(asText, "$1$2")
    .replace(/(?<=\d{4}) ?г\.?$/, "");
  if (plain === "" || wordsForNever.test(plain) || isNoValue(plain) || isNoDate(plain)) return never;
  const [, datePart = "", timePart = ""] = /^(\S+?)(?:[T\s,]\s*(\d.*))?$/.exec(plain) ?? [];
  if (shortYear.test(datePart)) return ambiguous;
  const date = readDate(datePart);
  if (date === "ambiguous") return ambiguous;
  if (date === null) return unreadable;
  const endOfDay: Expiry = { ok: true, expiresAtMs: endOfDayMs(date, timeZone) };
  if (timePart === "") return endOfDay;
  const time = timeOfDay.exec(timePart);
  if (!time) return unreadable;
  const [, clockHours, minutes, seconds = "0", fraction = "0", half, offset] = time;
  const hours = half === undefined ? Number(clockHours) : hourOfHalf(Number(clockHours), half);
  if (!(hours <= 23) || Number(minutes) > 59 || Number(seconds) > 59) return unreadable;
  const milliseconds = Number(fraction.padEnd(3, "0"));
  const wallMs = date + ((hours * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + milliseconds;
  if (offset === undefined && wallMs === date) return endOfDay;
  if (offset === undefined) return { ok: true, expiresAtMs: zonedTimeToUtcMs(wallMs, timeZone) };
  const offsetMs = readOffset(offset);
  return offsetMs === null ? unreadable : { ok: true, expiresAtMs: wallMs - offsetMs };
}

/** 12:30 AM is half an hour past midnight. NaN: no clock of twelve hours shows this hour. */
const hourOfHalf = (hour: number, half: string): number =>
  hour < 1 || hour > 12 ? Number.NaN : (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);

/** Midnight of the date as if it were in UTC. */
function readDate(text: string): number | "ambiguous" | null {
  const iso = yearFirst.exec(text);
  if (iso) return midnight(Number(iso[1]), Number(iso[3]), Number(iso[4]));
  const local = yearLast.exec(text);
  if (!local) return null;
  const [first, second, year] = [Number(local[1]), Number(local[3]), Number(local[4])];
  if (second > 12 && local[2] !== ".") return midnight(year, first, second);
  // With slashes and dashes half of the world puts the month first.
  if (local[2] !== "." && first <= 12 && first !== second) return "ambiguous";
  return midnight(year, second, first);
}

function midnight(year: number, month: number, day: number): number | null {
  if (year < 2000 || year > 2199) return null;
  const at = Date.UTC(year, month - 1, day);
  const back = new Date(at);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : null;
}

function readOffset(text: string): number | null {
  if (/^z$/i.test(text)) return 0;
  const [, sign, hours, minutes = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (!(total <= 14 * 60) || Number(minutes) > 59) return null;
  return (sign === "-" ? -total : total) * 60_000;
}
