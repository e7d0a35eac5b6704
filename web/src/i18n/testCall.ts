import { computed } from "@preact/signals";
import { knowProblems } from "../ui/feedback.tsx";
import { language } from "./index.ts";
import type { Language } from "./index.ts";
import { en } from "./testCall.en.ts";
import type { TestCallTexts } from "./testCall.en.ts";
import { ru } from "./testCall.ru.ts";

const dictionaries: Readonly<Record<Language, TestCallTexts>> = { en, ru };

/** The texts of a test call, loaded with the pages that offer it. */
export const testCallTexts = computed<TestCallTexts>(() => dictionaries[language.value]);

knowProblems(() => testCallTexts.value.problems);
