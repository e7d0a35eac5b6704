import type { ImportCode, ImportLanguage, ImportText, ImportTexts } from "./codes.ts";
import { importTextsEn } from "./en.ts";
import { importTextsRu } from "./ru.ts";

const texts: Readonly<Record<ImportLanguage, ImportTexts>> = { en: importTextsEn, ru: importTextsRu };

export function importText(code: ImportCode, language: ImportLanguage): ImportText {
  return texts[language][code];
}
