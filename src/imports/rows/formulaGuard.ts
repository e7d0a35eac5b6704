/**
 * Spreadsheets run a cell that begins with one of these characters, full-width, small, or not, even behind spaces and
 * characters that cannot be seen. A cell that holds a delimiter may be split there, so its parts are guarded like
 * whole cells: with an apostrophe, which the import removes again. A text that already has one there gets another.
 */
const starts = "=+\\-@\\uff1d\\uff0b\\uff0d\\uff20\\ufe66\\ufe62\\ufe63\\ufe6b";
/** Characters that may precede it. No delimiter is among them, so each character is checked once. */
const unseen = "(?:(?![\\t\\r\\n])[\\p{Z}\\p{Cc}\\p{Cf}\\p{DI}\\u2800'])*";
const toGuard = new RegExp(`(^|[,;|\\t\\r\\n"])(?=${unseen}[${starts}])`, "gu");
const toFree = new RegExp(`(^|[,;|"])'(?=${unseen}[${starts}])`, "gu");
const anyStart = new RegExp(`[${starts}\\t\\r]`, "u");

export function guarded(text: string): string {
  if (!anyStart.test(text)) return text;
  const safe = text.replace(toGuard, "$1'");
  return /^[\t\r]/.test(safe) ? `'${safe}` : safe;
}

/** The text without the apostrophes of `guarded`. */
export const withoutGuard = (text: string): string =>
  text.includes("'") ? text.replace(toFree, "$1") : text;
