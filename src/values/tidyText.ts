/** A text as it is stored and searched for: accents joined with their letters, and one space between words. */
export const tidyText = (text: string): string => text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
