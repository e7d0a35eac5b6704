/** Labels and references, for which upper and lower case are the same. */
export const foldText = (text: string): string => text.toLowerCase();

const beyondAscii = /[^\0-\x7F]/;

/**
 * What is stored beside a text on SQLite, which makes the key out of it: the text in small letters, or null where
 * SQLite can do that by itself.
 */
export function foldedText(text: string | null | undefined): string | null {
  return typeof text === "string" && beyondAscii.test(text) ? foldText(text) : null;
}
