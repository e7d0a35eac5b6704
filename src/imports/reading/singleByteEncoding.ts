import type { TextEncoding } from "./types.ts";

const others = [
  "koi8-r",
  "koi8-u",
  "ibm866",
  "iso-8859-5",
  "x-mac-cyrillic",
] as const satisfies readonly TextEncoding[];

/** So many letters of a text make up most of it, whatever it is about. */
const commonLetters: ReadonlySet<string> = new Set("оеаинтсрвлі");

const isLatin = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Another encoding has to be better than windows-1251 by so much for each letter, and so much at least. */
const clearlyBetter = { each: 0.25, least: 5 };

/** Signs within words, for all characters that are not ASCII. */
const mostSigns = 0.1;

/**
 * The encoding of a text that is not UTF-8: of those for Cyrillic the one in which it looks most like Russian, and windows-1251
 * if none is clearly better. Letters of other languages stand among Latin ones. null: it is in none that we know.
 */
export function singleByteEncodingOf(head: Uint8Array): TextEncoding | null {
  let [high, amongLatin] = [0, 0];
  head.forEach((byte, at) => {
    if (byte < 0x80) return;
    high += 1;
    if (isLatin(head[at - 1]) || isLatin(head[at + 1])) amongLatin += 1;
  });
  if (amongLatin > high / 2) return hasSignsInWords(head, high) ? null : "windows-1252";
  // Dashes and blanks between digits are letters in none of them.
  const words = head.map((byte, at) =>
    byte >= 0x80 && (isDigit(head[at - 1]) || isDigit(head[at + 1])) ? 0x20 : byte,
  );
  const scoreOf = (encoding: TextEncoding): number =>
    likenessToRussian(new TextDecoder(encoding).decode(words));
  let best: { readonly encoding: TextEncoding; readonly score: number } = {
    encoding: "windows-1251",
    score: scoreOf("windows-1251") + Math.max(clearlyBetter.least, high * clearlyBetter.each),
  };
  for (const encoding of others) {
    const score = scoreOf(encoding);
    if (score > best.score) best = { encoding, score };
  }
  return best.encoding;
}

/** `J”rg` and `Gro§e`: the text is in an encoding of Central Europe, DOS, or a Mac. */
const signInWord = /(?<=\p{L})[^\p{ASCII}\p{L}\u00a0\u00ad´‘’–—·](?=\p{L})/gu;

function hasSignsInWords(head: Uint8Array, high: number): boolean {
  const signs = new TextDecoder("windows-1252").decode(head).match(signInWord)?.length ?? 0;
  return signs > 1 && signs > high * mostSigns;
}

/** Common letters speak for it; signs, and a capital behind a small letter, against it. */
function likenessToRussian(text: string): number {
  let score = 0;
  let wasSmall = false;
  for (const character of text) {
    if (character <= "\u007f") {
      wasSmall = false;
      continue;
    }
    const isLetter = /[А-яЁёІіЇїЄєҐґЎў]/.test(character);
    const isSmall = isLetter && character === character.toLowerCase();
    if (commonLetters.has(character.toLowerCase())) score += 1;
    if (!isLetter && character !== "№" && character !== "\u00a0") score -= 2;
    if (wasSmall && isLetter && !isSmall) score -= 2;
    wasSmall = isSmall;
  }
  return score;
}
