import { computed } from "@preact/signals";
import { knowProblems } from "../ui/feedback.tsx";
import { language } from "./index.ts";
import type { Language } from "./index.ts";
import { en } from "./numbers.en.ts";
import type { NumbersMessages } from "./numbers.en.ts";
import { ru } from "./numbers.ru.ts";

const dictionaries: Readonly<Record<Language, NumbersMessages>> = { en, ru };

/** The texts of the pages for numbers, pools, and imports. They are loaded with those pages, not with the first one. */
export const numbersTexts = computed<NumbersMessages>(() => dictionaries[language.value]);

knowProblems(() => numbersTexts.value.problems);
