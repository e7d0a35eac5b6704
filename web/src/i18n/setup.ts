import { computed } from "@preact/signals";
import { language } from "./index.ts";
import type { Language } from "./index.ts";
import { en } from "./setup.en.ts";
import type { SetupTexts } from "./setup.en.ts";
import { ru } from "./setup.ru.ts";

const dictionaries: Readonly<Record<Language, SetupTexts>> = { en, ru };

/** The texts of the guide to the first call, loaded with it. */
export const setupTexts = computed<SetupTexts>(() => dictionaries[language.value]);
