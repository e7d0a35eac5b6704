import { computed } from "@preact/signals";
import { language } from "./index.ts";
import type { Language } from "./index.ts";
import { en } from "./settings.en.ts";
import type { SettingsTexts } from "./settings.en.ts";
import { ru } from "./settings.ru.ts";

const dictionaries: Readonly<Record<Language, SettingsTexts>> = { en, ru };

/** The texts of the page of settings. They are loaded with it, not with the first one. */
export const settingsTexts = computed<SettingsTexts>(() => dictionaries[language.value]);
