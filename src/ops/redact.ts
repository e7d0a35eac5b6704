/**
 * Keeps phone numbers and secrets out of the log, whatever its fields contain. Masks everything that looks like a
 * phone number (seven or more digits, with the usual separators) unless the field's name says that its digits are
 * something else.
 */

const maxDepth = 6;

/** Fields whose digits are IDs, sizes, or times. `callerId` is a phone number and not among them. */
const safeKeys = new Set(
  (
    "callId channelId bridgeId legId playbackId requestId importId poolId mappingId " +
    "pid port at segment line rows records pending status cause version"
  ).split(" "),
);
const safeEnding = /(?:Ms|Bytes|Seconds|Count|Total)$/;
const secretKey = /password|passwd|secret|token|authorization|cookie|api_?key|credential/i;

const urlCredentials = /\/\/[^/\s@]*@/g;
const querySecret = /\b(api_key|password|token|secret)=[^&\s"']+/gi;

/**
 * Matches that only look like phone numbers and are kept: UUIDs, dates, IPv4 addresses, and Asterisk's time-based
 * IDs (`1732336100.123`). The phone number pattern comes after them.
 */
const lookalikes = [
  /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/,
  /\b20\d\d-[01]\d-[0-3]\d(?:[T ][\d:.]+Z?)?(?!\d)/,
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/,
  /(?<![\d+.])1[6-9]\d{8}\.\d{1,9}(?!\d)/,
];
const phoneLike = new RegExp(
  `(?<kept>${lookalikes.map(({ source }) => source).join("|")})|\\+?\\d(?:[\\s().\\-\u2010-\u2015\u2212]{0,3}\\d){6,}`,
  "gi",
);

export function redactText(text: string): string {
  let clean = text;
  if (clean.includes("@")) clean = clean.replace(urlCredentials, "//[secret]@");
  if (clean.includes("=")) clean = clean.replace(querySecret, "$1=[secret]");
  if (/\d/.test(clean)) {
    clean = clean.replace(phoneLike, (found: string, kept: string | undefined) =>
      kept === undefined ? "[number]" : found,
    );
  }
  return clean;
}

/** A redacted copy of the fields. */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) clean[key] = redactField(key, value, 0);
  return clean;
}

function redactField(key: string, value: unknown, depth: number): unknown {
  if (secretKey.test(key)) return value === null || value === undefined ? value : "[secret]";
  if (safeKeys.has(key) || safeEnding.test(key)) {
    if (typeof value === "number") return value;
    if (typeof value === "string")
      return value.includes("@") ? value.replace(urlCredentials, "//[secret]@") : value;
  }
  return redactValue(value, depth);
}

function redactValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      return redactText(value);
    case "number":
      return Math.abs(value) >= 1_000_000 && Number.isFinite(value) ? "[number]" : value;
    case "bigint":
      return redactText(value.toString());
    case "object":
      return value === null ? null : redactObject(value, depth);
    case "function":
    case "symbol":
      return `[${typeof value}]`;
    case "boolean":
    case "undefined":
      return value;
  }
}

function redactObject(value: object, depth: number): unknown {
  if (depth >= maxDepth) return "[too deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
  if (Array.isArray(value)) {
    const items = value.slice(0, 50).map((item) => redactValue(item, depth + 1));
    return value.length > 50 ? [...items, `[${value.length - 50} more]`] : items;
  }
  const clean: Record<string, unknown> = {};
  // Keys can be phone numbers, too, in objects keyed by number.
  for (const [key, inner] of Object.entries(value))
    clean[redactText(key)] = redactField(key, inner, depth + 1);
  return clean;
}

/** Only the safe parts of an error: database errors contain the query and its values. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    ...("code" in error && { code: redactValue(error.code, depth + 1) }),
    message: redactText(error.message),
    ...(error.stack !== undefined && { stack: redactText(framesOf(error.stack)) }),
    ...(error.cause !== undefined && { cause: redactValue(error.cause, depth + 1) }),
  };
}

function framesOf(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim())
    .join(" | ");
}
