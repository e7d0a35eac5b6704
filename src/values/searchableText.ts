/** Folds labels and references, which are not case-sensitive. */
export const foldText = (text: string): string => text.toLowerCase();

/** The text that a search compares, as in the column `search_text`. */
export const searchable = (text: string): string => foldText(text).replaceAll("ё", "е");
