import { foldText } from "../../values/searchableText.ts";

const beyondAscii = /[^\0-\x7F]/;

/** The lowercase copy of a text on SQLite, which its key is derived from; null if SQLite can do that itself. */
export function foldedText(text: string | null | undefined): string | null {
  return typeof text === "string" && beyondAscii.test(text) ? foldText(text) : null;
}
