import { computed } from "@preact/signals";
import { language } from "./index.ts";
import type { Language } from "./index.ts";
import { en } from "./privacy.en.ts";
import type { PrivacyMessages } from "./privacy.en.ts";
import { ru } from "./privacy.ru.ts";

const dictionaries: Readonly<Record<Language, PrivacyMessages>> = { en, ru };

/** The texts of the section that erases a person. They are loaded with the administration. */
export const privacyTexts = computed<PrivacyMessages>(() => dictionaries[language.value]);
