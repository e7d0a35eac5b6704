/** Folds labels and references, which are not case-sensitive. */
export const foldText = (text: string): string => text.toLowerCase();

const beyondAscii = /[^\0-\x7F]/;

/** The lowercase copy of a text on SQLite, which its key is derived from; null if SQLite can do that itself. */
export function foldedText(text: string | null | undefined): string | null {
  return typeof text === "string" && beyondAscii.test(text) ? foldText(text) : null;
}

/** The text that a search compares, as in the column `search_text`. */
export const searchable = (text: string): string => foldText(text).replaceAll("ё", "е");
