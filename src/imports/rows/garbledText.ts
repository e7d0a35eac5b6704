/** What UTF-8 looks like in these encodings: two or more characters for each letter, such as `РђРЅРЅР°` or `MÃ¼ller`. */
const encodings = ["windows-1251", "windows-1252"] as const;
const perhapsGarbled = /[\u00c2-\u00f4В-ф][^\p{ASCII}А-я]/u;
/** One pair of characters may be a word. */
const fewestLetters = 2;

const utf8 = new TextDecoder("utf-8", { fatal: true });

let tables: readonly ReadonlyMap<string, number>[] | null = null;

const tablesOf = (): readonly ReadonlyMap<string, number>[] =>
  (tables ??= encodings.map((encoding) => {
    const decoder = new TextDecoder(encoding);
    return new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  }));

/** Whether the text was read in another encoding than it was written in, and saved so. */
export const isGarbled = (text: string): boolean =>
  perhapsGarbled.test(text) &&
  tablesOf().some((table) => {
    const bytes = Array.from(text, (character) => table.get(character) ?? -1);
    return !bytes.includes(-1) && countLetters(Uint8Array.from(bytes)) >= fewestLetters;
  });

function countLetters(bytes: Uint8Array): number {
  try {
    return Array.from(utf8.decode(bytes)).filter((character) => character > "\u007f").length;
  } catch {
    return 0;
  }
}
