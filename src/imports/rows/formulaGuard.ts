/**
 * Spreadsheets run a cell that begins with one of these characters, full-width or not, even behind spaces. A cell that holds
 * a delimiter may be split there, so its parts are guarded like whole cells: with an apostrophe, which the import takes off
 * again. A text that has one there already gets another.
 */
const starts = "=+\\-@\\uff1d\\uff0b\\uff0d\\uff20";
const toGuard = new RegExp(`(^|[,;|\\t\\r\\n"])(?=[ \\u00a0']{0,99}[${starts}])`, "g");
const toFree = new RegExp(`(^|[,;|"])'(?=[ \\u00a0']{0,99}[${starts}])`, "g");
const anyStart = new RegExp(`[${starts}\\t\\r]`);

export function guarded(text: string): string {
  if (!anyStart.test(text)) return text;
  const safe = text.replace(toGuard, "$1'");
  return /^[\t\r]/.test(safe) ? `'${safe}` : safe;
}

/** The text without the apostrophes of `guarded`. */
export const withoutGuard = (text: string): string =>
  text.includes("'") ? text.replace(toFree, "$1") : text;
