/** Words of headers, and how they are compared. */

/**
 * The form in which headers are compared: lower case, single spaces, no punctuation, `ё` as `е`, `realPhone` as `real
 * phone`.
 */
export function plainHeader(header: string): string {
  return (
    header
      .slice(0, maxHeaderCharacters)
      // Macs write `й` as two characters.
      .normalize("NFC")
      .replace(unseen, "")
      .replace(/\([^()]*\)/g, " ")
      .replace(apostrophes, "")
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .toLowerCase()
      .replaceAll("ё", "е")
      .replace(/[^\p{L}\p{N}№#]+/gu, " ")
      .trim()
  );
}

const unseen = /[\p{DI}\p{Cf}]/gu;
/** Within words: `Ім'я`. */
const apostrophes = /(?<=\p{L})['’ʼ`](?=\p{L})/gu;

/** The text in brackets. */
export const bracketsOf = (header: string): string =>
  [...header.slice(0, maxHeaderCharacters).matchAll(/\(([^()]*)\)/g)].map(([, inside]) => inside).join(" ");

/** A longer cell is text, not a header. */
const maxHeaderCharacters = 200;

/**
 * Words to compare a header with, separated by `|`. Words are recognised by the spaces around them: `\b` knows only
 * Latin letters.
 */
interface HeaderPattern {
  /** The whole header. */
  readonly whole?: string;
  /** A word in it. */
  readonly word?: string;
  /** The beginning of a word in it. */
  readonly stem?: string;
}

/** A test of a header in the form of `plainHeader`. */
export function headerTest({ whole, word, stem }: HeaderPattern): (plain: string) => boolean {
  const parts: string[] = [];
  if (whole !== undefined) parts.push(`^ (?:${whole}) $`);
  if (word !== undefined) parts.push(` (?:${word}) `);
  if (stem !== undefined) parts.push(` (?:${stem})`);
  const pattern = new RegExp(parts.join("|"), "u");
  return (plain) => pattern.test(` ${plain} `);
}
