/**
 * The visible characters of a phone number, in ASCII: digits of every script, every dash, plus, bracket, and space of
 * Unicode; nothing that cannot be seen. Superscripts and circled digits stay: they may be footnotes.
 */
export function plainPhoneText(input: string): string {
  return plain(input)
    .trim()
    .replace(/^="([^"]*)"$/, "$1")
    .replace(leadingMarks, "")
    .replace(trailingMarks, "")
    .replace(leadingWord, "")
    .replace(trailingWord, "")
    .trim();
}

/** ASCII but for the brackets and the quote that are written in another way below. */
const ascii = /^[\x20-Z\\^_a-z|~]*$/;

function plain(input: string): string {
  if (ascii.test(input)) return input;
  return input
    .replace(fullWidth, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    .replace(unseen, "")
    .replace(blanks, " ")
    .replace(quotes, "'")
    .replace(pluses, "+")
    .replace(dashes, "-")
    .replace(opening, "(")
    .replace(closing, ")")
    .replace(slashes, "/")
    .replace(bars, "|")
    .replace(commas, ",")
    .replace(semicolons, ";")
    .replace(foreignDigits, (one) => String(digitOf(one)));
}

/** ASCII as East Asian fonts have it. */
const fullWidth = /[\uff01-\uff5e]/g;
/** All that Unicode does not show, except for Arabic and Kaithi marks of its format class, which are seen. */
const unseen = /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{DI}\p{Cf}]/gu;
/** Characters without ink that Unicode does not count as spaces. */
const blanks = /[\u2800\u{1d159}]/gu;
const quotes =
  /[\u2018-\u201f\u2032-\u2037\u02b9-\u02bf\u02c8\u02ca\u02cb\u00b4\u0060\u00ab\u00bb\u2039\u203a\u300c-\u300f]/g;
const pluses = /[\u207a\u208a\u2795\ufb29\ufe62]/g;
/** Beyond what Unicode counts as dashes: dots at half height, tildes, lines, and the long sound of Japanese. */
const dashes =
  /[\p{Dash}\u00af\u00b7\u02c9\u02d7\u02dc\u0387\u16eb\u2022\u2024\u2027\u2043\u2219\u223c\u22c5\u2500\u2501\u2e31\u2e33\u2796\u30fb\u30fc\uff65\uff70]/gu;
const opening = /\p{Ps}/gu;
const closing = /\p{Pe}/gu;
const slashes = /[\u2044\u2215\u29f8]/g;
const bars = /[\u00a6\u2223\u2502]/g;
const commas = /[\u060c\u3001]/g;
const semicolons = /[\u037e\u061b]/g;
const foreignDigits = /(?![0-9])\p{Nd}/gu;

/** Decimal digits stand in runs of ten, from zero on; the five sets of mathematical ones follow each other. */
function digitOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 50 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}

const leadingMarks = /^['"\s]+/;
const trailingMarks = /['"\s;,]+$/;
/** The kind of a number, as people write it beside one in a cell with nothing else: `моб. тел.: 8…`, `8… (моб.)`. */
const kinds =
  "tel|telefon|phone|mobile?|mob|cell|handy|whatsapp|телефон|тел|мобильный|моб|сотовый|сот|домашний|дом|рабочий|раб";
const leadingWord = new RegExp(
  `^(?:[☎☏✆📞📱📲]\\s*)*(?:(?:№|#(?=\\+?\\d{7})|n°|(?:${kinds}|номер|т)(?!\\p{L}))[\\s.:]*)*`,
  "iu",
);
const trailingWord = new RegExp(`(?<=\\d)[\\s,-]*(?:\\(\\s*)?(?:(?:${kinds})(?!\\p{L})[\\s.]*)+\\)?$`, "iu");

/** Characters that may stand between the digits of one number. */
export const separators = /[\s().\-~_']+/g;

/** `030/1234567`: a slash follows a country or area code. After a whole number, it begins another one. */
export function withoutSlashes(text: string): string {
  if (!text.includes("/")) return text;
  const parts = text.split("/").map((part) => countDigits(part));
  const last = parts.pop() ?? 0;
  const joins = last >= 4 && last <= 10 && parts.every((digits) => digits >= 1 && digits <= 5);
  return joins ? text.replaceAll("/", "-") : text;
}

export function countDigits(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) count += 1;
  }
  return count;
}
