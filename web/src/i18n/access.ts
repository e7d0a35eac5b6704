import { computed } from "@preact/signals";
import { en } from "./access.en.ts";
import type { AccessMessages } from "./access.en.ts";
import { ru } from "./access.ru.ts";
import { language } from "./index.ts";
import type { Language } from "./index.ts";

const dictionaries: Readonly<Record<Language, AccessMessages>> = { en, ru };

/** The texts of the account and administration pages. They are loaded with those pages, not with the first one. */
export const accessTexts = computed<AccessMessages>(() => dictionaries[language.value]);
