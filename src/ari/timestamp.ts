const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,9}))?(?:Z|([+-])(0\d|1[0-4]):?([0-5]\d))$/u;

/** `2026-11-27T06:14:` and the zone of the last timestamp: the full pattern is needed only once a minute. */
let minute = "none";
let zone = "none";
let minuteMs = 0;

/**
 * Parses an Asterisk timestamp, `2026-11-27T06:14:15.988+0300`, to UTC milliseconds. The zone, which is that of
 * Asterisk's machine, is required. null for anything else.
 */
export function parseTimestamp(text: unknown): number | null {
  if (typeof text !== "string") return null;
  if (text.length === 28 && text.startsWith(minute) && text.endsWith(zone)) {
    const withinMs = withinMinute(text);
    if (withinMs >= 0) return minuteMs + withinMs;
  }
  const atMs = parseWhole(text);
  const withinMs = text.length === 28 ? withinMinute(text) : -1;
  if (atMs !== null && withinMs >= 0) {
    minute = text.slice(0, 17);
    zone = text.slice(23);
    minuteMs = atMs - withinMs;
  }
  return atMs;
}

/** Milliseconds of the `SS.mmm` part; -1 if it is something else. */
function withinMinute(text: string): number {
  let digits = 0;
  for (const index of [17, 18, 20, 21, 22]) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return -1;
    digits = digits * 10 + digit;
  }
  return text.charAt(19) === "." && digits < 60_000 ? digits : -1;
}

function parseWhole(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", sign, zoneHours = 0, zoneMinutes = 0] =
    match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Month 13 or 30 February would otherwise become another date.
  if (new Date(dayMs).getUTCDate() !== Number(day) || Number(month) < 1 || Number(month) > 12) return null;
  const wallMs =
    dayMs +
    ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 +
    Math.floor(Number(`0.${fraction}0`) * 1_000 + 1e-6);
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return sign === "-" ? wallMs + zoneMs : wallMs - zoneMs;
}
